// hist: how often values fall into each of some intervals.

import CVector

extension Marks {
  static let histogram = MarkRow(
    "hist",
    signatures: ["hist(x)"],
    documentation: """
      A histogram of all elements of x. What is not finite is counted in the sentence and not drawn. The bins are \
      equal as the axis measures them: with xscale = "log" they span equal factors, and what is not positive is \
      counted as what is not finite is. Histograms over each other share their bins unless their edges are given. \
      With magnitude = true the bins are those of log₁₀|x|, and exact zeros have a bar of their own at the left.

      > hist([1, 2, 2, 3], bins = 3)
      Histogram of 4 values, values from 1 to 3, in 3 bins.

      See also: bars, scatter
      """,
    options: [
      OptionRow("bins", "by Freedman and Diaconis", "the number of bins, or their edges"),
      OptionRow("density", "false", "heights that make the area 1 instead of counts"),
      OptionRow("magnitude", "false", "bins of log₁₀|x|, zeros apart"),
    ]
  ) { arguments in
    guard arguments.channels.count == 1, let values = arguments.channels[0].allNumbers else {
      throw arguments.wrongChannels
    }
    let magnitude = try arguments.flag("magnitude") ?? false
    let kind = try arguments.axes().xscale ?? .linear
    if magnitude, kind != .linear {
      throw arguments.bad("xscale", "\"linear\" where bins are those of logarithms already")
    }
    var tally = HistogramTally()
    var counted: [Double] = []
    try FigureWork.each(values.count) { index in
      let value = values[index]
      guard value.isFinite else {
        tally.missing += 1
        return
      }
      if magnitude, value == 0 {
        tally.zeros += 1
      } else if kind == .log, value <= 0 {
        tally.notPositive += 1
      } else {
        counted.append(magnitude ? vector_log10_f64(abs(value)) : value)
      }
    }
    tally.total = values.count
    guard tally.missing < values.count else { throw FigureFault.emptyData(mark: arguments.mark) }
    if counted.isEmpty, !magnitude { throw FigureFault.logOfNonPositive(axis: "x") }
    let data = HistogramData(
      values: counted, kind: kind, isOfMagnitudes: magnitude,
      isDensity: try arguments.flag("density") ?? false,
      tally: tally)
    let layer = try HistogramLayer(data, named: try namedBins(arguments), style: try arguments.style())
    guard let layer else {
      throw arguments.bad("density", "false where bins are so narrow that no number says how dense they are")
    }
    var figure = try arguments.figure([layer])
    if magnitude, case .panel(var panel) = figure.content, panel.options.xlabel == nil {
      panel.options.xlabel = "log₁₀ of the magnitude"
      figure.content = .panel(panel)
    }
    return figure
  }

  private static func namedBins(_ arguments: MarkArguments) throws -> HistogramLayer.Named? {
    switch arguments.options["bins"] {
    case nil: return nil
    case .number(let named) where named >= 1 && named <= 1000 && named == named.rounded():
      return .count(Int(clamping: named, to: 1...1000))
    case .numbers(let edges)
    where edges.count > 1 && edges.allSatisfy(\.isFinite)
      && zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }):
      return .edges(edges)
    default:
      throw arguments.bad("bins", "a whole number of bins from 1 to 1000, or at least two edges that grow")
    }
  }
}

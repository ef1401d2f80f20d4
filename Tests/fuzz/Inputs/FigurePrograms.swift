import Figures
import Interpreter
import Library
import Support

/// Figures of every mark, with data, limits and options at the ends of the numbers, over and beside each other; each is
/// drawn, and what is drawn is looked through.
struct FigurePrograms: TextFuzzer {
  private static let options: [String] = Array(Set(Marks.all.flatMap { $0.options.map(\.name) })).sorted()

  private static let data = [
    "[1, 2, 3]", "[]", "zeros(3)", "randn(300)", "1:40", "[1e-300, 1e300]", "[-1.7e308, 1.7e308]",
    "[0, 5e-324]",
    "[1e15, 1e15 + 1]", "[NaN]", "[Inf, -Inf, 0]", "[1e-9, 1e9, 1]", "f32([1, 1e38])", "f16([1, 6e4])",
    "[-0.0]",
    "sin(0:0.1:6)", "[1, 1, 1, 1000]", "cumsum(randn(200))", "[0.1, 0.1 + 1e-17]", "[2^53, 2^53 + 2]",
  ]

  private static let limits = [
    "xlimits = -1..1", "ylimits = 0..0", "xlimits = 1e-320..1e-319", "xlimits = -1e308..1.7e308",
    "ylimits = 1..2",
    "xscale = \"log\"", "yscale = \"log\"", "xscale = \"symlog\", yscale = \"symlog\"", "equal = true",
    "size = (60, 60)",
    "size = (2000, 100)", "title = \"\"", "title = \"<b> & ∇\"", "label = \"a\"",
    "label = \"one of many words that are long\"",
    "xlabel = \"\\n\"", "ylimits = 5..-5", "xlimits = NaN..1",
  ]

  func text(_ number: Int, _ dice: inout Dice) -> String {
    let data = dice.pick(dice.once(in: 2) ? FigurePrograms.data : FigureTable.data)
    var lines = ["d = \(data)"]
    let figures = dice.several(1...(dice.once(in: 4) ? 3 : 1)) { figure(number, &$0) }
    let whole =
      figures.count == 1
      ? figures[0]
      : dice.pick([
        figures.joined(separator: " + "), "[" + figures.map { "(\($0))" }.joined(separator: " ") + "]",
        "[" + figures.map { "(\($0))" }.joined(separator: "; ") + "]",
      ])
    switch dice.below(12) {
    case 0: lines.append("save(\"a.\(dice.pick(["svg", "html", "pdf"]))\", \(whole))")
    case 1:
      lines.append(
        "explore(k -> \(figures[0]); k = \(dice.pick(["0..1", "[1, 2]", "NaN..1", "1..1", "[]", "[true, false]"])))"
      )
    default: lines.append(whole)
    }
    return lines.joined(separator: "\n")
  }

  private func figure(_ number: Int, _ dice: inout Dice) -> String {
    var options = dice.several(1...3) { dice -> String in
      switch dice.below(4) {
      case 0: dice.pick(FigureTable.limits)
      case 1: "\(dice.pick(FigurePrograms.options)) = \(dice.pick(ExtremeValues.all))"
      default: dice.pick(FigurePrograms.limits)
      }
    }
    // A name that is given twice says nothing more.
    var names: Set<Substring> = []
    options = options.flatMap { $0.split(separator: ", ") }
      .filter { names.insert($0.prefix { $0 != " " }).inserted }.map(String.init)
    return dice.pick(FigureTable.marks).replacing("k)", with: options.joined(separator: ", ") + ")")
  }

  func faults(of text: String, _ trial: Trial) -> [Fault] {
    trial.faults(ofProgram: text) + drawingFaults(of: text, trial)
  }

  private func drawingFaults(of text: String, _ trial: Trial) -> [Fault] {
    let host = CollectingHost(canReplace: false)
    let session = trial.session(host)
    let outcome = trial.step(interrupted: true) { session.run(text, label: "cell [1]") }
    guard case .finished(let bundle?) = outcome else { return [] }
    var faults: [Fault] = []
    if let svg = bundle["image/svg+xml"] {
      faults += MarkupCheck(isHTML: false).faults(of: svg, "svg")
      if svg.utf8.count > 8 << 20 { faults.append(Fault("svg of more than 8 MB")) }
    }
    return faults
  }
}

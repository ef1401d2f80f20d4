import Explorables
import Figures
import Interpreter
import Numerics

/// An explorable in a running session: what lies between the states that travel with it is computed when it is asked for.
extension Exploration: Adjustable {
  /// Whether there is anything between.
  var isAdjustable: Bool { stops.contains { $0.reach != nil } }

  var controls: [AdjustableControl] {
    stops.map { stop in
      let start = stop.values[stop.start]
      if let (low, high, step) = stop.reach, case .tensor(let number) = start {
        return AdjustableControl(
          stop.name, .range(low: low, high: high, step: step), start: .number(number.scalar))
      }
      if stop.control == .box { return AdjustableControl(stop.name, .flag, start: .flag(stop.start == 1)) }
      return AdjustableControl(stop.name, .choice(stop.texts), start: .choice(stop.start))
    }
  }

  func bundle(at positions: [AdjustablePosition]) throws -> Bundle {
    _ = try shown()
    let chosen = zip(stops, positions).map { stop, position -> Value in
      switch position {
      case .number(let x):
        .number(stop.reach.map { Exploration.meant(x, within: max(abs($0.low), abs($0.high))) } ?? x)
      case .choice(let place): stop.values[place]
      case .flag(let isOn): .bool(isOn)
      }
    }
    let value: Value
    do { value = try self.value(at: chosen) } catch  where !Interruption.isRaised {
      value = try Exploration.words(of: error)
    }
    guard let found = try Exploration.figure(value) else {
      let text = try Exploration.text(value)
      return Bundle([Bundle.Entry("text/html", markup(saying: text)), Bundle.Entry("text/plain", text)])
    }
    var figure = found.figure
    if let limit = steadied?.limit, let scale = found.scale {
      figure = try scale.draw(max(limit, scale.limit))
    }
    if let steadied { figure = try figure.standing(like: steadied.start) }
    let drawn = try figure.drawn()
    return Bundle([Bundle.Entry("text/html", drawn.html), Bundle.Entry("text/plain", drawn.sentence)])
  }

  func markup(saying words: String) -> String { Explorable.markup(saying: words) }

  /// The number that a front end means which counts in steps of its own: 0.3 for 0.30000000000000004.
  private static func meant(_ x: Double, within reach: Double) -> Double {
    var scale = 1.0
    for _ in 0..<15 {
      let rounded = (x * scale).rounded() / scale
      if abs(rounded - x) <= 1e-15 * reach { return rounded }
      scale *= 10
    }
    return x
  }
}

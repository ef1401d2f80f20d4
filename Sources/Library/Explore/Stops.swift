import Explorables
import Interpreter
import Numerics

/// What a control of an explorable can be set to.
struct Stops {
  let name: String
  let control: Explorable.Control
  var values: [Value]
  var texts: [String]
  /// What it can be set to between the values, in a running kernel: from one end to the other in steps of a hand.
  var reach: (low: Double, high: Double, step: Double)?
  /// Where it stands at first.
  var start = 0
  /// Whether it may stand between two stops, too: they are numbers of an interval.
  private(set) var isContinuous = false

  /// - Parameters:
  ///   - range: an interval, a list, strings or bools.
  ///   - steps: from one end of an interval to the other; `nil` for as many as make round numbers, about `usual`.
  ///   - start: a value that is among the stops, where one is named.
  init(_ name: String, _ range: Value, steps: Int?, usual: Int, start: Value?) throws {
    self.name = name
    switch range {
    case .interval(let interval):
      guard interval.lower < interval.upper, interval.lower.isFinite, interval.upper.isFinite else {
        throw Problem.badValue(
          function: "explore", reason: "the interval of \(name) has no two ends low < high")
      }
      try Exploration.check(steps ?? 0)
      control = .slider
      reach = (interval.lower, interval.upper, Stops.handStep(interval.upper / 200 - interval.lower / 200))
      isContinuous = true
      var numbers = Stops.numbers(interval.lower, interval.upper, steps: steps, usual: usual)
      if case .tensor(let tensor)? = start, tensor.isScalar, tensor.type == .f64 {
        let wanted = tensor.scalar
        guard wanted >= interval.lower, wanted <= interval.upper else {
          throw Problem.badValue(
            function: "explore",
            reason:
              "it cannot start at \(name) = \(Printer.inline(.tensor(tensor))), which is outside of its interval"
          )
        }
        if !numbers.contains(wanted) { numbers = (numbers + [wanted]).sorted() }
      }
      values = numbers.map { .number($0) }
    case .tensor(let tensor) where tensor.type == .bool:
      control = .box
      values = [.bool(false), .bool(true)]
      if tensor.isScalar { self.start = tensor.truth == true ? 1 : 0 }
    case .tensor(let tensor) where tensor.rank == 1 && tensor.count > 0:
      try Exploration.check(tensor.count)
      let numbers = tensor.doubles
      control = zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 } ? .slider : .menu
      values = try Iteration.items(range)
    case .tuple(let tuple) where tuple.count > 0:
      try Exploration.check(tuple.count)
      control = .menu
      values = tuple.items
    default:
      throw Problem.wrongArgument(
        function: "explore", expected: "an interval low..high, a list or bools for \(name)",
        got: range.kindDescription)
    }
    texts = values.map { if case .string(let text) = $0 { text.string } else { Printer.inline($0) } }
    guard let start else { return }
    let text = if case .string(let text) = start { text.string } else { Printer.inline(start) }
    guard let place = texts.firstIndex(of: text) else {
      throw Problem.badValue(
        function: "explore",
        reason:
          "it cannot start at \(name) = \(text), which is none of \(texts.prefix(8).joined(separator: ", "))")
    }
    self.start = place
  }

  /// From one end to the other in equal steps, whose length has few digits.
  static func numbers(_ low: Double, _ high: Double, steps: Int?, usual: Int) -> [Double] {
    let count = steps ?? roundCount(low, high, usual)
    // Whole multiples of a power of ten are divided once, so that 3 tenths are 0.3.
    for decimals in 0...12 {
      var scale = 1.0
      for _ in 0..<decimals { scale *= 10 }
      let (first, last) = ((low * scale).rounded(), (high * scale).rounded())
      let step = (last - first) / Double(count)
      guard first / scale == low, last / scale == high, step == step.rounded(), abs(first) < 1e15,
        abs(last) < 1e15
      else { continue }
      return (0...count).map { (first + step * Double($0)) / scale }
    }
    return (0...count).map {
      let share = Double($0) / Double(count)
      return $0 == count ? high : low * (1 - share) + high * share
    }
  }

  /// So many steps that one is 1, 2 or 5 times a power of ten, else has few digits; `usual` where none has.
  private static func roundCount(_ low: Double, _ high: Double, _ usual: Int) -> Int {
    var best = (cost: Int.max, count: usual)
    for count in max(1, usual * 2 / 3)...max(1, usual * 4 / 3) {
      let digits = significant(high / Double(count) - low / Double(count))
      let isRound = ["1", "2", "5"].contains(digits)
      let cost = (isRound ? 0 : digits.count == 1 ? 100 : digits.count * 200) + abs(count - usual)
      if cost < best.cost { best = (cost, count) }
    }
    return best.count
  }

  /// The power of ten up to a length.
  private static func handStep(_ length: Double) -> Double {
    var (power, digits) = (1.0, 0)
    // Divided once, so that a thousandth is 0.001.
    while 1 / power > length, digits < 300 { (power, digits) = (power * 10, digits + 1) }
    if digits > 0 { return 1 / power }
    while power * 10 <= length { power *= 10 }
    return power
  }

  /// The digits of a number without the zeros around them, as far as twelve tell.
  private static func significant(_ x: Double) -> String {
    guard x.isFinite, x > 0 else { return "" }
    var scaled = x
    while scaled >= 1e12 { scaled /= 10 }
    while scaled < 1e11, scaled > 0 { scaled *= 10 }
    var digits = String(Int(clamping: scaled.rounded()))
    while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
    return digits
  }

  /// Every second one, the ends and the start among them.
  mutating func thin() {
    let kept = values.indices.filter { $0 % 2 == 0 || $0 == values.count - 1 || $0 == start }
    start = kept.firstIndex(of: start) ?? 0
    (values, texts) = (kept.map { values[$0] }, kept.map { texts[$0] })
  }

  /// The number where it stands at first.
  var startingNumber: Double { if case .tensor(let tensor) = values[start] { tensor.scalar } else { .nan } }

  var parameter: Explorable.Parameter { Explorable.Parameter(name, control, texts, start: start) }
}

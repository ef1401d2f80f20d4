import CVector
import Interpreter
import Numerics

extension Differentiation {
  /// `check_gradient(f, x)`: the gradient beside central difference quotients. Every evaluation draws the
  /// same random numbers.
  static func check(
    _ f: Function, _ x: Value, named: [(name: String, value: Value)]
  ) throws -> Value {
    x.noteCut(of: "check_gradient", "the quotients")
    let repetition = Repetition()
    let (value, gradient) = try gradientAndValue(f.ofPoint, Arguments([x], named: named), only: nil)

    let point = try Trees.flatten(x)
    let gradients = try Trees.flatten(gradient).doubles
    let epsilon = point.type == .f64 ? Double.ulpOfOne : point.type == .f32 ? 0x1p-23 : 0x1p-10
    var numbers = point.doubles
    func evaluate(_ index: Int, _ entry: Double) throws -> Double {
      let before = numbers[index]
      numbers[index] = entry
      defer { numbers[index] = before }
      let moved = try Trees.unflatten(Tensor(numbers, shape: point.shape, type: point.type), x)
      return try repetition.run { try f.call(at: moved, named: named).number("check_gradient") }
    }

    // A value of 0 may be what large terms left of each other, whose rounding the slopes tell.
    let scale = gradients.reduce(0) { max($0, $1.isFinite ? abs($1) : 0) }
    let reach = numbers.reduce(0) { max($0, $1.isFinite ? abs($1) : 0) }
    let size = max(abs(try value.number("check_gradient")), scale * max(reach, vector_cbrt_f64(epsilon)))
    var quotients: [Double] = []
    var worst = 0
    var greatest = -1.0
    var doubt: (index: Int, verdict: GradientVerdict, error: Double)?
    for index in numbers.indices {
      try Machine.poll()
      let step = vector_cbrt_f64(epsilon) * max(1, abs(numbers[index]))
      let differences = GradientDifferences(
        entry: numbers[index], step: step, value: try value.number("check_gradient"), size: size,
        scale: scale, epsilon: epsilon
      ) {
        try evaluate(index, $0)
      } rounded: {
        Tensor($0, type: point.type).scalar
      }
      let quotient = try differences.quotient(step)
      quotients.append(quotient)
      let verdict = try differences.verdict(gradients[index], quotient)
      let difference = verdict == .right && !quotient.isFinite ? 0 : abs(gradients[index] - quotient)
      let error = difference / max(scale, abs(quotient), 1e-300)
      if let found = doubt,
        verdict.gravity == found.verdict.gravity
          ? error > found.error : verdict.gravity > found.verdict.gravity
      {
        doubt = (index, verdict, error)
      } else if doubt == nil, verdict != .right {
        doubt = (index, verdict, error)
      }
      if greatest >= 0, !(error > greatest) && !error.isNaN { continue }
      guard !greatest.isNaN else { continue }
      (greatest, worst) = (error, index)
    }

    if let doubt { worst = doubt.index }
    let name = numbers.isEmpty ? "" : entryName(worst, x, f)
    let text = sentence(doubt?.verdict ?? .right, name, gradients, quotients, worst)
    return .record(
      Record(
        names: ["ok", "error", "worst", "gradient", "quotients", "text"],
        items: [
          .bool(doubt?.verdict.isRight ?? true), .number(max(greatest, 0)), .text(name), gradient,
          try Trees.unflatten(Tensor(quotients, shape: point.shape, type: point.type), x), .text(text),
        ], tag: .gradientCheck))
  }

  private static func sentence(
    _ verdict: GradientVerdict, _ name: String, _ gradients: [Double], _ quotients: [Double], _ worst: Int
  ) -> String {
    guard !gradients.isEmpty else { return "there is nothing to differentiate by" }
    let gradient = rounded(gradients[worst])
    let pair = "\(gradient), the difference quotient \(rounded(quotients[worst]))"
    switch verdict {
    case .right:
      return
        "the gradient is right: of \(gradients.count) \(gradients.count == 1 ? "entry" : "entries") the worst is "
        + "\(name), where it is \(pair)"
    case .kink(let left, let right):
      return
        "the gradient is right, but at \(name) there is a kink, with the slopes \(rounded(left)) and "
        + "\(rounded(right)) on its sides: there it is \(gradient)"
    case .unsettled(let other):
      return
        "difference quotients do not tell whether the gradient is right: at \(name), where it is \(gradient), they"
        + " change with the step, from \(rounded(quotients[worst])) to \(rounded(other))"
    case .wrong: return "the gradient is wrong: at \(name) it is \(pair)"
    }
  }

  private static func rounded(_ number: Double) -> String {
    guard number.isFinite, number != 0 else { return Printer.number(number) }
    let unit = vector_powerOfTen(
      Int32(clamping: Int(clamping: vector_log10_f64(abs(number)).rounded(.down)) - 5))
    let digits = (number / unit).rounded()
    return Printer.number(unit < 1 ? digits / (1 / unit).rounded() : digits * unit)
  }

  /// How a program would write an entry of the flatten of `x`: `θ.W[2, 1]`.
  static func entryName(_ index: Int, _ x: Value, _ f: Function) -> String {
    var index = index
    for (path, tensor) in Paths.of(x, parametersOf: f) {
      guard index >= tensor.count else { return path + place(index, in: tensor) }
      index -= tensor.count
    }
    return f.parameterName(0) ?? "x"
  }

  /// `[2, 1]`; nothing behind a number.
  private static func place(_ index: Int, in tensor: Tensor) -> String {
    guard !tensor.isScalar else { return "" }
    var index = index
    var places: [String] = []
    for length in tensor.shape.reversed() {
      places.append(String(index % length + 1))
      index /= length
    }
    return "[" + places.reversed().joined(separator: ", ") + "]"
  }
}

extension RecordTag {
  /// What `check_gradient` answers.
  static let gradientCheck = RecordTag("GradientCheck", showsText: true)
}

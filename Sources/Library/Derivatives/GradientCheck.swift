import CVector
import Interpreter
import Numerics

extension Differentiation {
  /// `check_gradient(f, x)`: the gradient beside central difference quotients. Every evaluation draws the
  /// same random numbers.
  static func check(
    _ f: Function, _ x: Value, named: [(name: String, value: Value)]
  ) throws -> Value {
    let random = Random.state
    let (value, gradient) = try gradientAndValue(f.ofPoint, Arguments([x], named: named), only: nil)
    let end = Random.state
    defer { Random.state = end }

    let point = try Trees.flatten(x)
    let gradients = try Trees.flatten(gradient).doubles
    let epsilon = point.type == .f64 ? Double.ulpOfOne : point.type == .f32 ? 0x1p-23 : 0x1p-10
    let size = abs(try value.number("check_gradient"))
    var numbers = point.doubles
    func evaluate(_ index: Int, _ entry: Double) throws -> Double {
      let before = numbers[index]
      numbers[index] = entry
      defer { numbers[index] = before }
      let moved = try Trees.unflatten(Tensor(numbers, shape: point.shape, type: point.type), x)
      Random.state = random
      Machine.repetitions += 1
      defer { Machine.repetitions -= 1 }
      return try f.call(at: moved, named: named).number("check_gradient")
    }

    var quotients: [Double] = []
    var worst = 0
    var greatest = -1.0
    var isRight = true
    let scale = gradients.reduce(0) { max($0, $1.isFinite ? abs($1) : 0) }
    for index in numbers.indices {
      try Machine.poll()
      let step = vector_cbrt_f64(epsilon) * max(1, abs(numbers[index]))
      let above = Tensor(numbers[index] + step, type: point.type).scalar
      let below = Tensor(numbers[index] - step, type: point.type).scalar
      let quotient = (try evaluate(index, above) - evaluate(index, below)) / (above - below)
      quotients.append(quotient)
      let difference = abs(gradients[index] - quotient)
      // What the rounding of f leaves of a quotient, and the next term of the series.
      let tolerance = 20 * epsilon * max(1, size) / step + 1e3 * step * step * max(1, scale)
      if !(difference <= tolerance) { isRight = false }
      let error = difference / max(scale, abs(quotient), 1e-300)
      if greatest >= 0, !(error > greatest) && !error.isNaN { continue }
      guard !greatest.isNaN else { continue }
      (greatest, worst) = (error, index)
    }

    let name = numbers.isEmpty ? "" : entryName(worst, x, f)
    let text = sentence(isRight, name, greatest, gradients, quotients, worst)
    return .record(
      Record(
        names: ["ok", "error", "worst", "gradient", "quotients", "text"],
        items: [
          .bool(isRight), .number(max(greatest, 0)), .text(name), gradient,
          try Trees.unflatten(Tensor(quotients, shape: point.shape, type: point.type), x), .text(text),
        ], tag: .gradientCheck))
  }

  private static func sentence(
    _ isRight: Bool, _ name: String, _ error: Double, _ gradients: [Double], _ quotients: [Double],
    _ worst: Int
  ) -> String {
    guard !gradients.isEmpty else { return "there is nothing to differentiate by" }
    let pair = "\(rounded(gradients[worst])), the difference quotient \(rounded(quotients[worst]))"
    guard isRight else { return "the gradient is wrong: at \(name) it is \(pair)" }
    return
      "the gradient is right: of \(gradients.count) \(gradients.count == 1 ? "entry" : "entries") the worst is "
      + "\(name), where it is \(pair)"
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

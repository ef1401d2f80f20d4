import Interpreter
import Numerics

extension LibraryBuilder {
  func addConstants() {
    constant(
      "π", .number(.pi),
      """
      The circumference of a circle of diameter 1. As a plain number it takes the type it meets.

      > 2π
      6.283185307179586

      See also: pi, sin
      """)
    constant(
      "pi", .number(.pi),
      """
      π for a plain keyboard: the circumference of a circle of diameter 1.

      > cos(pi)
      -1

      See also: π
      """)
    constant(
      "ℯ", .number(2.718281828459045),
      """
      Euler's number, the base of the natural logarithm: `exp(1)`.

      > log(ℯ)
      1

      See also: exp, log
      """)
    constant(
      "Inf", .number(.infinity),
      """
      Infinity, greater than every number; `∞` reads as `Inf`. Nothing raises for it.

      > 1 / 0
      Inf

      > Inf - Inf
      NaN

      See also: isinf, isfinite, NaN
      """)
    constant(
      "NaN", .number(.nan),
      """
      What is no number, such as 0/0. It equals nothing, itself included.

      > 0 / 0
      NaN

      > NaN == NaN
      false

      See also: isnan, Inf
      """)
    addTypes()
    addLimit(
      "eps",
      """
      The distance from 1 to the next larger number of an element type, f64 unless it is named.

      > eps(f32)
      1.1920928955078125e-7

      See also: floatmin, floatmax
      """, \.epsilon)
    addLimit(
      "floatmin",
      """
      The least positive number of an element type that has all its digits; below it are the subnormals.

      > floatmin(f32)
      1.1754943508222875e-38

      See also: floatmax, eps
      """, \.least)
    addLimit(
      "floatmax",
      """
      The greatest finite number of an element type, f64 unless it is named.

      > floatmax(f32)
      3.4028234663852886e38

      See also: floatmin, eps
      """, \.greatest)
  }

  /// `f64`, `f32`, `f16` and `bool` as functions that convert, and as values of `dtype`.
  private func addTypes() {
    let examples: [String: String] = [
      "f64": """
      > f64(f32(0.1))
      0.10000000149011612

      See also: f32, f16, bool, dtype
      """,
      "f32": """
      > f32([0.1, 16777217])
      2 f32
       0.1  16777216.0

      See also: f64, f16, bool, dtype, eps
      """,
      "f16": """
      > f16([0.1, 70000])
      2 f16
       0.1  Inf

      See also: f64, f32, bool, dtype, floatmax
      """,
      "bool": """
      > bool([0, 1, 2])
      3 bool
       false  true  true

      See also: f64, true, false, dtype
      """,
    ]
    for type in ElementType.allCases {
      let name = ElementTypes.name(type)
      add1(
        "\(name)(x)",
        """
        `x` converted to \(name), trees leaf by leaf. Differentiable; as `dtype = \(name)` it says what to make.

        \(examples[name] ?? "")
        """
      ) { value in
        try Trees.map(value) { .tensor(try Operations.convert(try $0.tensor(name), to: type)) }
      }
    }
    add1(
      "dtype(x)",
      """
      The element type of a tensor, as the function that converts to it.

      > dtype(f32(1:3))
      f32

      See also: f64, f32, f16, bool
      """
    ) { value in
      self.globals.cell(ElementTypes.name(try value.tensor("dtype").type)).value
    }
  }

  /// A limit of floating point, by default that of f64. The number is a plain one: it takes the type it meets.
  private func addLimit(
    _ name: String, _ documentation: String, _ limit: KeyPath<FloatingPointLimits, Double>
  ) {
    add("\(name)(type)", documentation, optional: 1) {
      let type = try $0.positional.first.map { try ElementTypes.type($0, function: name) } ?? .f64
      guard let limits = FloatingPointLimits(type) else {
        throw Problem.wrongArgument(function: name, expected: "a type of floating point", got: "bool")
      }
      return .number(limits[keyPath: limit])
    }
  }
}

private struct FloatingPointLimits {
  let epsilon: Double
  let least: Double
  let greatest: Double

  init?(_ type: ElementType) {
    switch type {
    case .f64:
      (epsilon, least, greatest) = (.ulpOfOne, .leastNormalMagnitude, .greatestFiniteMagnitude)
    case .f32: (epsilon, least, greatest) = (0x1p-23, 0x1p-126, 0x1.fffffep127)
    case .f16: (epsilon, least, greatest) = (0x1p-10, 0x1p-14, 65504)
    case .bool: return nil
    }
  }
}

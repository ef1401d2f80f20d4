/// What an operation remembers besides its inputs: axes, a shape, positions.
final class Attributes: @unchecked Sendable {
  let shape: Shape
  let integers: [Int]
  let flag: Bool
  /// The derivative that a program gave.
  let pullback: Operations.Pullback?
  /// What a compound operation means: what is followed with masks, where `pullback` knows of none.
  let formula: (([Tensor]) throws -> Tensor)?

  init(
    shape: Shape = Shape(), integers: [Int] = [], flag: Bool = false, pullback: Operations.Pullback? = nil,
    formula: (([Tensor]) throws -> Tensor)? = nil
  ) {
    self.shape = shape
    self.integers = integers
    self.flag = flag
    self.pullback = pullback
    self.formula = formula
  }

  static let none = Attributes()
}

/// What a derivative rule sees of one application: inputs and output as the level below sees them.
struct Application {
  var first: Tensor
  var second = Tensor(0)
  /// All inputs, where there are more than two.
  var all: [Tensor] = []
  var output: Tensor
  var attributes: Attributes?
  var integer = 0
  /// Which elements of the cotangent anything depends on, or which of an input move, where that is known; `nil` is all.
  var selection: Tensor?

  subscript(input: Int) -> Tensor {
    all.isEmpty ? (input == 0 ? first : second) : all[input]
  }

  var shape: Shape { attributes?.shape ?? Shape() }
  var integers: [Int] { attributes?.integers ?? [] }
}

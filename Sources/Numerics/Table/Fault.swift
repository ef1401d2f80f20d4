/// An error as data: which operation, which operands, which rule. The words are chosen above, where the
/// source is known.
public enum Fault: Error, Equatable, Sendable {
  /// The shapes do not broadcast. `wouldBe` is what stretching the operand of higher rank too would give.
  case broadcast(operation: String, a: Shape, b: Shape, wouldBe: Shape?)
  /// A tensor of the first shape cannot be stretched to the second.
  case stretch(from: Shape, to: Shape)
  /// The axes that a product sums over differ in length.
  case innerLengths(operation: String, a: Shape, b: Shape)
  case vectorTimesVector(Shape, Shape)
  case vectorTranspose(Shape)
  /// Operands that must have equal shapes do not.
  case differentShapes(operation: String, a: Shape, b: Shape)
  /// What is to be one more entry of a tensor is not like its entries.
  case notAnEntry(of: Shape, got: Shape)
  /// An operand has the wrong rank; `expected` in words, such as "2" or "at least 1".
  case rank(operation: String, shape: Shape, expected: String)
  /// A matrix that must be square is not.
  case notSquare(operation: String, shape: Shape)
  /// Two element types meet that do not mix.
  case elementTypes(operation: String, a: ElementType, b: ElementType)
  /// An operand has an element type that the operation has no meaning for.
  case elementType(operation: String, got: ElementType, expected: ElementType)
  /// No such axis; axes count from 1.
  case axis(operation: String, axis: Double, rank: Int)
  /// An index outside 1 … length on an axis (from 1).
  case index(value: Double, length: Int, axis: Int)
  case notWhole(value: Double)
  /// A label that names none of the classes 1 … count.
  case label(value: Double, classes: Int)
  /// Labels that are not one for each row of classes.
  case labels(shape: Shape, of: Shape)
  case tooManyIndices(count: Int, shape: Shape)
  /// A mask whose shape is not that of the axes it stands for.
  case mask(mask: Shape, shape: Shape, axis: Int)
  /// The value assigned to a part does not broadcast into it.
  case assignment(part: Shape, value: Shape)
  case reshapeCount(from: Shape, to: Shape)
  case emptyReduction(operation: String, shape: Shape)
  case singular(operation: String, shape: Shape)
  case notPositiveDefinite(operation: String, shape: Shape)
  case noConvergence(operation: String)
  /// What was asked to be one bool is none.
  case condition(shape: Shape, type: ElementType)
  case argumentCount(operation: String, got: Int, signature: String)
  case unknownArgument(operation: String, name: String, signature: String)
  case missingArgument(operation: String, name: String, signature: String)
  /// `expected` in words: "a whole number from 1", "true or false".
  case badArgument(operation: String, name: String, expected: String)
  /// The axes are so long that nothing can hold such a tensor, or, of one without elements, that sums of its lengths
  /// are no numbers.
  case extent(shape: Shape)
  /// `bytes` more would pass the limit.
  case memory(bytes: Int, limit: Int)
  /// Values whose making cannot fail hold more than the limit.
  case overdraft(limit: Int)
  /// Values inside each other to more levels than `limit`, or in all more than fit into memory.
  case nesting(limit: Int)
  /// More gradients inside each other than there are levels.
  case depth(limit: Int)
}

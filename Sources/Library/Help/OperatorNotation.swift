import Interpreter
import Syntax

extension Notation {
  /// The operators, derivatives first.
  static let operators: [Entry] = {
    let named = calculus + products + arithmetic + comparisons + structure
    // An infix operator that no group names yet has a place all the same.
    let known = Set(named.flatMap(\.names))
    return named + infix.filter { !known.contains($0.names[0]) }
  }()

  private static let infix =
    BinaryOperator.allCases.filter { $0.operation == $0 }.map(entry) + ComparisonOperator.allCases.map(entry)

  static func entry(_ op: BinaryOperator) -> Entry {
    Entry(op.spellings.joined(separator: " "), op.documentation)
  }

  private static func entry(_ op: ComparisonOperator) -> Entry {
    Entry(op.spellings.joined(separator: " "), op.documentation)
  }

  private static let calculus: [Entry] = [
    Entry(
      "∇",
      """
      `∇f` is the gradient of `f` with respect to the parameters before the semicolon: a function of the same
      parameters. `∇f(x)` is `(∇f)(x)`. `f` must return a number.

      > L(θ; y) = sum((θ - y)²)
      > ∇L([1, 2]; y = 1)
      2 f64
       0  2

      See also: grad, ∂, ∇², value_and_grad, jacobian
      """),
    Entry(
      "∇²",
      """
      `∇²f` is the Hessian of `f`, the Jacobian of its gradient.

      > ∇²(x -> sum(x^3))([1, 2])
      2×2 f64
       6   0
       0  12

      See also: hessian, hvp, ∇
      """),
    Entry(
      "∂",
      """
      `∂f/∂x` is the derivative of `f` by its parameter named `x`, those after the semicolon too; `∂²f/∂x²` and
      `∂²f/∂x∂y` are second ones.

      > f(x, y) = x² * y
      > ∂f/∂x(3, 2)
      12

      > ∂²f/∂x∂y(3, 2)
      6

      See also: partial, ∇
      """),
    Entry(
      "′ ' ″",
      """
      `f′` is the slope of `f` at every element, or the velocity of a curve; `f″` the second one. Behind a matrix
      `A'` is the transpose. A vector has none.

      > (x -> x^3)′(2)
      12

      > [1 2; 3 4]'
      2×2 f64
       1  3
       2  4

      See also: derivative, transpose, ᵀ
      """),
    Entry(
      "ᵀ",
      """
      `Aᵀ` is the transpose of `A`: the last two axes change places. A vector has none.

      > [1 2; 3 4]ᵀ
      2×2 f64
       1  3
       2  4

      See also: transpose, ', ⊗
      """),
  ]

  private static let products =
    [entry(.product), entry(.times), entry(.inner), entry(.outer), entry(.solve), reciprocal]

  private static let arithmetic =
    [
      entry(.add), entry(.subtract), entry(.divide), entry(.remainder), entry(.quotient), entry(.power), root,
    ]

  private static let reciprocal =
    Entry(
      "⁻¹",
      """
      `x⁻¹` is `1 / x`, element by element. Of a matrix, where more than that may be meant, it is an error that points
      to `inv(A)` and `A \\ b`.

      > 4⁻¹
      0.25

      See also: inv, \\
      """)

  private static let root =
    Entry(
      "√",
      """
      `√x` is the square root, element by element; `√x²` is `√(x²)` and `√x * y` is `(√x) * y`. Its slope at 0 is
      Inf.

      > √[4, 9]
      2 f64
       2  3

      See also: sqrt, norm
      """)

  private static let comparisons =
    [
      entry(.equal), entry(.notEqual), entry(.less), entry(.lessOrEqual), entry(.greater),
      entry(.greaterOrEqual),
      entry(.approximately), entry(.element), entry(.and), entry(.or),
    ] + conditions
}

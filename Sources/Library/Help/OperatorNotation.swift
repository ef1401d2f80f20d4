import Interpreter

extension Notation {
  /// The operators, derivatives first.
  static let operators = calculus + products + arithmetic + comparisons + structure

  private static let calculus = [
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

  private static let products = [
    Entry(
      "*",
      """
      `A * x` is the product of linear algebra: a number scales; `m×k * k×n` is `m×n`, `m×k * k` is `m`, `k * k×n`
      is `n`. Axes further to the left are batches. `vector * vector` is an error that names what may be meant.

      > [1 2; 3 4] * [1, 1]
      2 f64
       3  7

      See also: ⊙, ⋅, ⊗, product
      """),
    Entry(
      "⊙ .*",
      """
      `a ⊙ b` is the product element by element; shapes broadcast.

      > [1, 2, 3] ⊙ [4, 5, 6]
      3 f64
       4  10  18

      See also: *, multiply
      """),
    Entry(
      "⋅",
      """
      `a ⋅ b` is the inner product of two equal shapes, a number.

      > [1, 2, 3] ⋅ [4, 5, 6]
      32

      See also: dot, norm, ⊗
      """),
    Entry(
      "⊗",
      """
      `a ⊗ b` is the outer product: every element of one times every element of the other, the shapes one after
      the other.

      > [1, 2] ⊗ [1, 10, 100]
      2×3 f64
       1  10  100
       2  20  200

      See also: outer, kron, ⋅
      """),
    Entry(
      "\\",
      """
      `A \\ b` solves `A x = b`, by Cholesky or LU as `A` asks, and in the sense of least squares where `A` is not
      square. `b` is a vector or a matrix.

      > [4 0; 1 2] \\ [4, 5]
      2 f64
       1  2

      See also: solve, inv
      """),
    Entry(
      "⁻¹",
      """
      `x⁻¹` is `1 / x`, element by element. Of a matrix, where more than that may be meant, it is an error that points
      to `inv(A)` and `A \\ b`.

      > 4⁻¹
      0.25

      See also: inv, \\
      """),
  ]

  private static let arithmetic = [
    Entry(
      "+ .+",
      """
      `a + b` element by element; shapes broadcast, trees add leaf by leaf. Between figures it lays one over the
      other. There is no unary `+`.

      > [1, 2] + 10
      2 f64
       11  12

      See also: add, -
      """),
    Entry(
      "- .-",
      """
      `a - b` element by element, and `-x`; shapes broadcast, trees subtract leaf by leaf. `-x^2` is `-(x^2)`.

      > (W = [1, 2], b = 3) - (W = [1, 1], b = 1)
      (W = [0, 1], b = 2)

      See also: subtract, negate, +
      """),
    Entry(
      "/ ./",
      """
      `a / b` divides element by element, always; division by 0 gives Inf or NaN.

      > [1, 2, 0] / 0
      3 f64
       Inf  Inf  NaN

      See also: divide, ÷, \\
      """),
    Entry(
      "%",
      """
      `a % b` is the remainder of `a ÷ b`; it has the sign of the divisor.

      > [7, -7] % 3
      2 f64
       1  2

      See also: ÷, remainder
      """),
    Entry(
      "÷",
      """
      `a ÷ b` is the quotient rounded down, so that `a` is `b * (a ÷ b) + a % b`.

      > [7, -7] ÷ 3
      2 f64
       2  -3

      See also: div, quotient, %
      """),
    Entry(
      "^ .^",
      """
      `x^n` is the power, element by element at every rank; `x²` is the same as `x^2`. It binds tighter than a
      minus before it and groups to the right.

      > [1, 2, 3]^2
      3 f64
       1  4  9

      > -2^2
      -4

      See also: power, √
      """),
    Entry(
      "√",
      """
      `√x` is the square root, element by element; `√x²` is `√(x²)` and `√x * y` is `(√x) * y`. Its slope at 0 is
      Inf.

      > √[4, 9]
      2 f64
       2  3

      See also: sqrt, norm
      """),
  ]
}

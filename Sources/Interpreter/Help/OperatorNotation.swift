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

  private static let comparisons = [
    Entry(
      "==",
      """
      `a == b` compares element by element, by value across element types; on anything but tensors it is one bool.

      > [1, 2, 3] == [1, 0, 3]
      3 bool
       true  false  true

      > (1, "a") == (1, "a")
      true

      See also: !=, ≈, all
      """),
    Entry(
      "!= ≠",
      """
      `a != b` is true where `a == b` is false.

      > [1, 2, 3] ≠ 2
      3 bool
       true  false  true

      See also: ==, !
      """),
    Entry(
      "<",
      """
      `a < b` compares element by element; a chain `0 < x < 1` is the `&` of its links.

      > 0 < [-1, 0.5, 2] < 1
      3 bool
       false  true  false

      See also: <=, >, ==, where
      """),
    Entry(
      "<= ≤",
      """
      `a ≤ b` compares element by element.

      > [1, 2, 3] ≤ 2
      3 bool
       true  true  false

      See also: <, >=
      """),
    Entry(
      ">",
      """
      `a > b` compares element by element; such a mask selects.

      > x = [3, -1, 2]
      > x[x > 0]
      2 f64
       3  2

      See also: >=, <, find, where
      """),
    Entry(
      ">= ≥",
      """
      `a ≥ b` compares element by element.

      > [1, 2, 3] ≥ 2
      3 bool
       false  true  true

      See also: >, <=
      """),
    Entry(
      "≈",
      """
      `a ≈ b` is one bool: the same structure, and every `|a − b|` at most `1e-8 + 1e-6·|b|` (1e-5 and 1e-3 where an
      f32 or f16 takes part).

      > 0.1 + 0.2 ≈ 0.3
      true

      See also: close, ==
      """),
    Entry(
      "∈",
      """
      `x ∈ xs` is one bool: whether `x` is among the elements, the items or a record's names.

      > 2 ∈ [1, 2, 3]
      true

      > "b" ∈ (W = 1, b = 2)
      true

      See also: in, find
      """),
    Entry(
      "&",
      """
      `a & b` is true where both are, element by element.

      > [true, true, false] & [true, false, false]
      3 bool
       true  false  false

      See also: &&, |, all
      """),
    Entry(
      "|",
      """
      `a | b` is true where one of them is, element by element.

      > [true, true, false] | [true, false, false]
      3 bool
       true  true  false

      See also: ||, &, any
      """),
    Entry(
      "&&",
      """
      `a && b` is one bool; `b` is evaluated only if `a` is true.

      > 1 > 2 && error("not reached")
      false

      See also: &, ||, if
      """),
    Entry(
      "||",
      """
      `a || b` is one bool; `b` is evaluated only if `a` is false.

      > 1 < 2 || error("not reached")
      true

      See also: |, &&, if
      """),
    Entry(
      "!",
      """
      `!b` is true where `b` is false.

      > ![true, false]
      2 bool
       false  true

      See also: !=
      """),
  ]

  private static let structure = [
    Entry(
      ":",
      """
      `a:b` counts from `a` to `b`, both included, `a:s:b` in steps of `s`: a vector. Alone in an index it is the
      whole axis.

      > 0:0.5:2
      5 f64
       0.0  0.5  1.0  1.5  2.0

      > [1 2; 3 4][:, 1]
      2 f64
       1  3

      See also: .., linspace, end
      """),
    Entry(
      "..",
      """
      `a..b` is the interval between two ends, for plots.

      > -2..2
      -2..2

      See also: :, plot, contour
      """),
    Entry(
      "?",
      """
      `c ? a : b` is `a` if `c` is true, else `b`; only that one is evaluated. For a whole tensor there is `where`.
      Alone on a line `?name` shows what is known of a name.

      > x = 3
      > x > 0 ? "positive" : "not positive"
      positive

      See also: if, where
      """),
    Entry(
      "->",
      """
      `x -> x^2` is a function without a name; it reaches as far to the right as it can.

      > map((x, y) -> x * y, (1, 2), (3, 4))
      (3, 8)

      See also: function, ∘
      """),
    Entry(
      "|>",
      """
      `x |> f` is `f(x)`.

      > [3, 4] |> norm
      5

      See also: ∘, ->
      """),
    Entry(
      "∘",
      """
      `f ∘ g` is the function `x -> f(g(x))`.

      > (sqrt ∘ abs)(-9)
      3

      See also: compose, |>
      """),
    Entry(
      "=",
      """
      `x = e` gives a name to a value; `a, b = b, a` exchanges two, `x[i] = v` and `θ.W[1, :] = v` rebind `x` and `θ`
      to a copy with that part replaced. `f(x) = …` defines a function. It is a statement, without a value.

      > x = [1, 2, 3]
      > x[2] = 10
      > x
      3 f64
       1  10  3

      See also: +=, function, ==
      """),
    Entry(
      "+= -= *= /= ^=",
      """
      `x += e` is `x = x + e`, and so for `-`, `*`, `/` and `^`.

      > n = 3
      > n += 1
      > n
      4

      See also: =
      """),
    Entry(
      "...",
      """
      `f(args...)` spreads a tuple into a call, `[xs..., x]` and `(t..., x)` into a literal. In a definition
      `f(x, rest...)` collects what follows.

      > dims = (2, 2)
      > ones(dims...)
      2×2 f64
       1  1
       1  1

      See also: function, push
      """),
    Entry(
      "#",
      """
      What follows on the line is a comment; `#= … =#` encloses one. Comment lines directly above a definition are
      its documentation.

      > 1 + 1  # two
      2

      See also: @code
      """),
    Entry(
      "$",
      """
      In a string `$name` stands for the value of the name, `$( )` for that of an expression.

      > x = 2
      > "x is $x, its square $(x^2)"
      x is 2, its square 4

      See also: string, format
      """),
  ]
}

// What the infix operators do, a row each: the operation, whether a recording may stand for it, what is said about it.
// How they are written and read is in `Syntax/InfixOperators.swift`; what they do to trees and figures in `Arithmetic`.

import Numerics
import Syntax

/// The row of an operator.
struct OperatorMeaning {
  /// Compiles it between two operands.
  let compile: (Compiler, BinaryOperator, Expression, Expression, Int32) -> Evaluate
  let onTensors: (Tensor, Tensor) throws -> Tensor
  /// Whether a tape sees all that it does with numbers, so that a recording may stand for it.
  let isStageable: Bool
  /// In the forms of `Documentation`.
  let documentation: String

  init(
    _ operation: @escaping (Tensor, Tensor) throws -> Tensor, isStageable: Bool = false,
    _ documentation: String
  ) {
    onTensors = operation
    compile = { compiler, op, left, right, site in compiler.tensors(operation, left, right, op, site) }
    self.isStageable = isStageable
    self.documentation = documentation
  }

  /// An operator that is compiled for its operation, so that two numbers take the shortest way.
  @inline(__always)
  init<Operation: TensorOperation>(
    hot: Operation.Type, isStageable: Bool = false, _ documentation: String
  ) {
    onTensors = Operation.apply
    compile = { compiler, op, left, right, site in compiler.hot(Operation.self, left, right, op, site) }
    self.isStageable = isStageable
    self.documentation = documentation
  }

  /// An operator of functions.
  init(functions: @escaping (Function, Function) -> Function, _ documentation: String) {
    onTensors = { _, _ in throw Problem.wrongOperands(operation: "∘", ["a tensor", "a tensor"]) }
    compile = { compiler, op, left, right, site in compiler.functions(functions, left, right, op, site) }
    isStageable = false
    self.documentation = documentation
  }
}

extension BinaryOperator {
  var meaning: OperatorMeaning {
    switch self {
    case .add:
      OperatorMeaning(
        hot: Addition.self, isStageable: true,
        """
        `a + b` element by element; shapes broadcast, trees add leaf by leaf. Between figures it lays one over the
        other. There is no unary `+`.

        > [1, 2] + 10
        2 f64
         11  12

        See also: add, -
        """)
    case .subtract:
      OperatorMeaning(
        hot: Subtraction.self, isStageable: true,
        """
        `a - b` element by element, and `-x`; shapes broadcast, trees subtract leaf by leaf. `-x^2` is `-(x^2)`.

        > (W = [1, 2], b = 3) - (W = [1, 1], b = 1)
        (W = [0, 1], b = 2)

        See also: subtract, negate, +
        """)
    case .product, .coefficient:
      OperatorMeaning(
        hot: Product.self, isStageable: true,
        """
        `A * x` is the product of linear algebra: a number scales; `m×k * k×n` is `m×n`, `m×k * k` is `m`, `k * k×n`
        is `n`. Axes further to the left are batches. `vector * vector` is an error that names what may be meant.

        > [1 2; 3 4] * [1, 1]
        2 f64
         3  7

        See also: ⊙, ⋅, ⊗, product
        """)
    case .divide:
      OperatorMeaning(
        hot: Division.self, isStageable: true,
        """
        `a / b` divides element by element, always; division by 0 gives Inf or NaN.

        > [1, 2, 0] / 0
        3 f64
         Inf  Inf  NaN

        See also: divide, ÷, \\
        """)
    case .power:
      OperatorMeaning(
        hot: Power.self, isStageable: true,
        """
        `x^n` is the power, element by element at every rank; `x²` is the same as `x^2`. It binds tighter than a
        minus before it and groups to the right.

        > [1, 2, 3]^2
        3 f64
         1  4  9

        > -2^2
        -4

        See also: power, √
        """)
    case .solve:
      OperatorMeaning(
        Operations.solve,
        """
        `A \\ b` solves `A x = b`, by Cholesky or LU as `A` asks, and in the sense of least squares where `A` is not
        square. `b` is a vector or a matrix.

        > [4 0; 1 2] \\ [4, 5]
        2 f64
         1  2

        See also: solve, inv
        """)
    case .times:
      OperatorMeaning(
        Operations.multiply, isStageable: true,
        """
        `a ⊙ b` is the product element by element; shapes broadcast.

        > [1, 2, 3] ⊙ [4, 5, 6]
        3 f64
         4  10  18

        See also: *, multiply
        """)
    case .inner:
      OperatorMeaning(
        Operations.inner, isStageable: true,
        """
        `a ⋅ b` is the inner product of two equal shapes, a number.

        > [1, 2, 3] ⋅ [4, 5, 6]
        32

        See also: dot, norm, ⊗
        """)
    case .outer:
      OperatorMeaning(
        Operations.outer, isStageable: true,
        """
        `a ⊗ b` is the outer product: every element of one times every element of the other, the shapes one after
        the other.

        > [1, 2] ⊗ [1, 10, 100]
        2×3 f64
         1  10  100
         2  20  200

        See also: outer, kron, ⋅
        """)
    case .remainder:
      OperatorMeaning(
        Operations.remainder, isStageable: true,
        """
        `a % b` is the remainder of `a ÷ b`; it has the sign of the divisor.

        > [7, -7] % 3
        2 f64
         1  2

        See also: ÷, remainder
        """)
    case .quotient:
      OperatorMeaning(
        Operations.quotient,
        """
        `a ÷ b` is the quotient rounded down, so that `a` is `b * (a ÷ b) + a % b`.

        > [7, -7] ÷ 3
        2 f64
         2  -3

        See also: div, quotient, %
        """)
    case .and:
      OperatorMeaning(
        Operations.and, isStageable: true,
        """
        `a & b` is true where both are, element by element.

        > [true, true, false] & [true, false, false]
        3 bool
         true  false  false

        See also: &&, |, all
        """)
    case .or:
      OperatorMeaning(
        Operations.or, isStageable: true,
        """
        `a | b` is true where one of them is, element by element.

        > [true, true, false] | [true, false, false]
        3 bool
         true  true  false

        See also: ||, &, any
        """)
    case .compose:
      OperatorMeaning(
        functions: { f, g in
          Derived("\(f.description) ∘ \(g.description)", from: g, and: f) { g, f, arguments in
            try f.call(try g.call(arguments))
          }
        },
        """
        `f ∘ g` is the function `x -> f(g(x))`.

        > (sqrt ∘ abs)(-9)
        3

        See also: compose, |>
        """)
    }
  }

  /// What is said about it, in the forms of `Documentation`.
  package var documentation: String { meaning.documentation }
}

// What the comparisons do, a row each. How they are written is in `Syntax/InfixOperators.swift`.

import Numerics
import Syntax

/// The row of a comparison.
struct ComparisonMeaning {
  /// The numeric core's comparison, element by element; `nil` for those that answer one bool. A recording knows no
  /// others, so only with these it may stand for a function.
  let elementwise: Numerics.Comparison?
  /// What it answers for values as a whole; `nil` where it has no meaning for them.
  let onValues: ((Value, Value) throws -> Bool)?
  /// In the forms of `Documentation`.
  let documentation: String

  init(
    _ elementwise: Numerics.Comparison?, onValues: ((Value, Value) throws -> Bool)? = nil,
    _ documentation: String
  ) {
    self.elementwise = elementwise
    self.onValues = onValues
    self.documentation = documentation
  }
}

extension ComparisonOperator {
  var meaning: ComparisonMeaning {
    switch self {
    case .equal:
      ComparisonMeaning(
        .equal, onValues: Arithmetic.isEqual,
        """
        `a == b` compares element by element, by value across element types; on anything but tensors it is one bool.

        > [1, 2, 3] == [1, 0, 3]
        3 bool
         true  false  true

        > (1, "a") == (1, "a")
        true

        See also: !=, ≈, all
        """)
    case .less:
      ComparisonMeaning(
        .less,
        """
        `a < b` compares element by element; a chain `0 < x < 1` is the `&` of its links.

        > 0 < [-1, 0.5, 2] < 1
        3 bool
         false  true  false

        See also: <=, >, ==, where
        """)
    case .lessOrEqual:
      ComparisonMeaning(
        .lessOrEqual,
        """
        `a ≤ b` compares element by element.

        > [1, 2, 3] ≤ 2
        3 bool
         true  true  false

        See also: <, >=
        """)
    case .greater:
      ComparisonMeaning(
        .greater,
        """
        `a > b` compares element by element; such a mask selects.

        > x = [3, -1, 2]
        > x[x > 0]
        2 f64
         3  2

        See also: >=, <, find, where
        """)
    case .greaterOrEqual:
      ComparisonMeaning(
        .greaterOrEqual,
        """
        `a ≥ b` compares element by element.

        > [1, 2, 3] ≥ 2
        3 bool
         false  true  true

        See also: >, <=
        """)
    case .notEqual:
      ComparisonMeaning(
        .notEqual, onValues: { !Arithmetic.isEqual($0, $1) },
        """
        `a != b` is true where `a == b` is false.

        > [1, 2, 3] ≠ 2
        3 bool
         true  false  true

        See also: ==, !
        """)
    case .approximately:
      ComparisonMeaning(
        nil, onValues: { Arithmetic.isClose($0, $1, relative: nil, absolute: nil) },
        """
        `a ≈ b` is one bool: the same structure, and every `|a − b|` at most `1e-8 + 1e-6·|b|` (1e-5 and 1e-3 where an
        f32 or f16 takes part).

        > 0.1 + 0.2 ≈ 0.3
        true

        See also: close, ==
        """)
    case .element:
      ComparisonMeaning(
        nil, onValues: Arithmetic.contains,
        """
        `x ∈ xs` is one bool: whether `x` is among the elements, the items or a record's names.

        > 2 ∈ [1, 2, 3]
        true

        > "b" ∈ (W = 1, b = 2)
        true

        See also: in, find
        """)
    }
  }

  /// What is said about it, in the forms of `Documentation`.
  package var documentation: String { meaning.documentation }
}

import Interpreter
import Syntax

extension Notation {
  static let conditions: [Entry] = [
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

  static let structure: [Entry] = [
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
    entry(.compose),
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
      BinaryOperator.updates.joined(separator: " "),
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

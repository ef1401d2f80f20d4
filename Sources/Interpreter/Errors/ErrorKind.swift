// The kinds of error: what `e.kind` holds, a report begins with and the reference page lists. Which error is of which
// kind, and in what words, is in `ProblemWording`, `FaultWording` and `Words`.

/// The kinds of `language.md` §11.
public enum ErrorKind: String, CaseIterable, Sendable {
  case syntax = "SyntaxError"
  case name = "NameError"
  case type = "TypeError"
  case shape = "ShapeError"
  case index = "IndexError"
  case value = "ValueError"
  case linearAlgebra = "LinearAlgebraError"
  case file = "FileError"
  case limit = "LimitError"
  case assertion = "AssertionError"
  case interrupted = "Interrupted"
  case fault = "InternalError"

  /// What is said about it, in the forms of `Documentation`.
  package var documentation: String {
    switch self {
    case .syntax:
      """
      The text is not Nabla; nothing of the cell was evaluated.

      > 2 +
      SyntaxError: expected a value after `+`, found the end of the text

      See also: @code
      """
    case .name:
      """
      There is no such name, field, or parameter of `∂`. The message suggests the nearest.

      > summ([1, 2])
      NameError: summ is not defined

      See also: keys
      """
    case .type:
      """
      The wrong kind of value or element type, the wrong number or names of arguments, a condition that is not one
      bool, or a call of what is no function.

      > f32(1:3) + f64(1:3)
      TypeError: + does not mix f32 and f64: precision never changes silently

      See also: dtype, f32
      """
    case .shape:
      """
      Shapes that do not fit, `vector * vector`, a vector's transpose, the gradient of what is not a number, a wrong
      rank.

      > ones(3) + ones(2)
      ShapeError: a + b needs two vectors of the same length, not 3 and 2

      See also: shape, reshape, *
      """
    case .index:
      """
      An index or an axis that is out of range or not a whole number. Axes and elements count from 1.

      > [1, 2, 3][4]
      IndexError: the index 4 is outside 1 … 3 of axis 1

      See also: length, end
      """
    case .value:
      """
      The right type and shape, but an impossible value; also what `error("…")` raises.

      > maximum([])
      ValueError: maximum of nothing has no value, and this is a vector of length 0

      See also: error
      """
    case .linearAlgebra:
      """
      A singular matrix, one that is not positive definite, or no convergence.

      > inv([1 2; 2 4])
      LinearAlgebraError: inv needs a matrix that can be inverted, and this 2×2 one is singular

      See also: inv, cholesky, pinv
      """
    case .file:
      """
      A file that is missing, unreadable, malformed, or outside the folders that may be used.

      > load("nowhere.csv")
      FileError: nowhere.csv: there is no such file

      See also: load, save
      """
    case .limit:
      """
      A limit on depth, memory, time or output was passed; the kernel goes on.

      > f(n) = 1 + f(n + 1)
      > try f(0) catch e; e.kind end
      LimitError

      See also: @time
      """
    case .assertion:
      """
      What `@assert` raises.

      > @assert 2 < 1
      AssertionError: 2 < 1 is false: 2 < 1

      See also: @assert
      """
    case .interrupted:
      """
      The cell was stopped from outside. It cannot be caught; what earlier statements assigned stays.

      > try error("caught") catch e; e.kind end # but not an interrupt
      ValueError

      See also: try
      """
    case .fault:
      """
      A fault of Nabla itself, which no cell should bring about: it cannot be caught, the variables of the notebook are
      lost, and the kernel begins anew or is started anew. The cell that met it is worth a report.

      > try inv(zeros(2, 2)) catch e; e.kind end # what a program does wrong is of another kind
      LinearAlgebraError

      See also: try
      """
    }
  }
}

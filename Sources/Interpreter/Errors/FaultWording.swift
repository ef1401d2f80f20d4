import Numerics

extension Wording {
  static func words(for fault: Fault, _ context: WordingContext) -> Words {
    switch fault {
    case .broadcast(let operation, let a, let b, let wouldBe):
      return broadcast(operation, a, b, wouldBe, context)
    case .stretch(let from, let to):
      return Words(
        .shape,
        "\(describe(from)) does not stretch to \(describe(to)): from the last axis on, an axis of length 1 stretches and the others keep their lengths"
      )
    case .innerLengths(let operation, let a, let b): return innerLengths(operation, a, b, context)
    case .vectorTimesVector(let a, let b): return vectorTimesVector(a, b, context)
    case .vectorTranspose:
      return Words(
        .shape,
        "a vector is neither a row nor a column, so it has no transpose: a ⋅ b is the inner product, a ⊗ b the outer",
        Fitting.instead(of: context.isName(0) ? context[0] : nil))
    case .differentShapes("concat", let a, let b):
      return Words(
        .shape, "parts that are joined agree in every axis but one, and \(shape(a)) and \(shape(b)) do not")
    case .differentShapes(let operation, let a, let b):
      return Words(.shape, "\(called(operation)) needs equal shapes, not \(shape(a)) and \(shape(b))")
    case .notAnEntry(let whole, let got):
      return Words(
        .shape,
        "push needs an entry like the others, \(describe(whole.removing(0))), and this is \(describe(got))",
        Fitting.joint(whole, got, context))
    case .rank(let operation, let shape, let expected):
      return Words(
        .shape, "\(called(operation)) needs \(kind(ofRank: expected)), and this is \(describe(shape))")
    case .notSquare(let operation, let shape):
      return Words(
        .shape, "\(called(operation)) needs a square matrix, and this is \(shape)",
        operation == "inv" && shape.rank == 2 ? Fitting.pseudoinverse(context[0]) : [])

    case .elementTypes("=", let a, let b):
      return Words(
        .type, "an element of \(a.name) cannot become one of \(b.name): precision never changes silently",
        ["what is assigned would fit as \(a.name)(…)"])
    case .elementTypes(let operation, let a, let b):
      return Words(
        .type, "\(called(operation)) does not mix \(a.name) and \(b.name): precision never changes silently",
        Fitting.conversions(a, b, context))
    case .elementType(let operation, let got, let expected):
      return Words(.type, "\(called(operation)) needs \(expected.name), and this is \(got.name)")

    case .axis(let operation, let axis, let rank):
      let extent =
        rank == 0
        ? "a number has no axes" : rank == 1 ? "a vector has only axis 1" : "the axes are 1 … \(rank)"
      return Words(.index, "\(called(operation)): there is no axis \(Printer.number(axis)); \(extent)")
    case .index(let value, let length, let axis):
      if length == 0 {
        return Words(.index, "the index \(Printer.number(value)) finds nothing: axis \(axis) is empty")
      }
      return Words(
        .index,
        "the index \(Printer.number(value)) is outside \(extent(length)) of axis \(axis)"
          + (value == 0 && context.isInLibrary ? "; elements count from 1" : ""),
        Fitting.firstElement(value, length), labels: [axis: Printer.number(value)])
    case .notWhole(let value):
      return Words(
        .index, "an index must be a whole number, and \(Printer.number(value)) is not",
        labels: [1: Printer.number(value)])
    case .label(let value, let classes):
      let label = Printer.number(value)
      return Words(
        .index,
        value == value.rounded()
          ? "labels count from 1, and \(label) is none of \(extent(classes))"
          : "a label is a whole number from 1, and \(label) is not", labels: [1: label])
    case .labels(let labels, let rows):
      let needed = rows.removing(rows.rank - 1)
      return Words(
        .shape,
        "\(describe(rows)) needs a label, a whole number from 1, for each row: \(describe(needed)), and this is "
          + describe(labels)
          + (labels == rows ? "; argmax(…, axis = \(rows.rank)) makes labels of one-hot rows" : ""))
    case .tooManyIndices(let count, let shape):
      let indices = count == 1 ? "1 index is" : "\(count) indices are"
      return Words(.index, "\(indices) too many for \(describe(shape))")
    case .mask(let mask, let shape, let axis):
      if mask.rank == 1, axis >= 1, axis <= shape.rank {
        return Words(
          .shape,
          "a mask has an entry for each place of its axis, and this one has \(mask[0]) for \(shape[axis - 1])"
        )
      }
      let got = mask.rank == 0 ? "one bool" : mask.description
      return Words(
        .shape, "a mask has the shape of what it picks from, and this one is \(got) for \(describe(shape))")
    case .assignment(let part, let value):
      return Words(.shape, "\(describe(value)) does not fit where \(describe(part)) is")
    case .reshapeCount(let from, let to):
      return Words(
        .shape,
        "\(grouped(from.elementCount)) elements do not make \(describe(to)), which has \(grouped(to.elementCount))"
      )

    case .emptyReduction(let operation, let shape):
      return Words(.value, "\(operation) of nothing has no value, and this is \(describe(shape))")
    case .singular(let operation, let shape):
      return Words(
        .linearAlgebra,
        "\(called(operation)) needs a matrix that can be inverted, and this \(shape) one is singular",
        shape.rank == 2 ? Fitting.leastNorm(operation, context[0], context[1]) : [])
    case .notPositiveDefinite(let operation, let shape):
      return Words(
        .linearAlgebra,
        "\(called(operation)) needs a symmetric positive definite matrix, and this \(shape) one is not")
    case .noConvergence(let operation):
      return Words(
        .linearAlgebra, "\(called(operation)) did not converge; is there a NaN or an Inf in the matrix?")

    case .condition(let shape, let type):
      return Words(
        .type, "a condition must be one true or false, and this is \(describe(shape)) of \(type.name)")
    case .argumentCount(_, let got, let signature):
      return Words(.type, "\(signature) was given \(count(got, "argument"))")
    case .unknownArgument(_, let name, let signature):
      return Words(
        .type, "\(signature) has no parameter named \(name)", oneOf(parameter(like: name, in: signature)))
    case .missingArgument(_, let name, let signature):
      return Words(.type, "\(signature) needs \(name), which is given by name")
    case .badArgument(let operation, let name, let expected):
      return Words(.value, "\(name) of \(called(operation)) must be \(expected)")
    case .extent(let shape):
      return Words(
        .limit,
        shape.elementCount == 0
          ? "axes may not be that long even where there is nothing along them: \(shape)"
          : "that many elements fit into no memory")
    case .memory(let more, let limit):
      return Words(
        .limit,
        more == Int.max
          ? "that many elements fit into no memory"
          : limit == Int.max
            ? "the machine has no \(bytes(more)) of memory left"
            : "\(bytes(more)) more would pass the limit on memory, \(bytes(limit)) (--max-memory)")
    case .overdraft(let limit):
      return Words(
        .limit, "the notebook's values hold more than \(bytes(limit)), the limit on memory (--max-memory)")
    case .nesting(let limit):
      return Words(
        .limit,
        "a value is nested more than \(grouped(limit)) deep, or has more parts, written out, than fit into memory"
      )
    case .depth(let limit): return Words(.limit, "gradients are nested more than \(limit) deep")
    }
  }

  // MARK: Shapes that do not fit

  private static func broadcast(
    _ operation: String, _ a: Shape, _ b: Shape, _ wouldBe: Shape?, _ context: WordingContext
  ) -> Words {
    let symbol = called(operation)
    let form =
      symbol.unicodeScalars.allSatisfy { $0.properties.isAlphabetic } ? "\(symbol)(a, b)" : "a \(symbol) b"
    if let wouldBe {
      return Words(
        .shape,
        "\(form) of \(describe(a)) and \(describe(b)) would pair every element with every other and give \(wouldBe)",
        Fitting.singleColumn(symbol, a, b, context))
    }
    if a.rank == 1 && b.rank == 1 {
      return Words(.shape, "\(form) needs two vectors of the same length, not \(a[0]) and \(b[0])")
    }
    let detail = Fitting.firstMismatch(a, b).map { ", \($0.0) meets \($0.1)" } ?? ""
    return Words(
      .shape,
      "\(form) needs shapes that agree from the last axis on, and in \(shape(a)) and \(shape(b))\(detail)",
      Fitting.column(symbol, a, b, context))
  }

  private static func innerLengths(_ operation: String, _ a: Shape, _ b: Shape, _ context: WordingContext)
    -> Words
  {
    let symbol = called(operation)
    let left = a.rank == 1 ? "the length of A" : "the columns of A"
    let right = b.rank == 1 ? "the length of x" : "the rows of x"
    let ways = symbol == "*" ? Fitting.product(a, b, context) : []
    return Words(.shape, "A \(symbol) x needs \(left) and \(right) to be equal", ways)
  }

  private static func vectorTimesVector(_ a: Shape, _ b: Shape, _ context: WordingContext) -> Words {
    let (x, y) = (context.attached(0) ?? "a", context.attached(1) ?? "b")
    var ways = ["\(x) ⊗ \(y) gives \(describe(a + b))"]
    if a == b {
      ways.insert("\(x) ⋅ \(y) gives a number, \(x) ⊙ \(y) \(describe(a))", at: 0)
    }
    return Words(
      .shape, "vector * vector could mean a ⋅ b, a ⊙ b or a ⊗ b; write the one that is meant", ways)
  }

  // MARK: Phrases

  /// A shape in a sentence; a number has none.
  static func shape(_ shape: Shape) -> String { shape.rank == 0 ? "a number" : shape.description }

  /// "a vector of length 3", "a 2×3 matrix".
  static func describe(_ shape: Shape) -> String {
    switch shape.rank {
    case 0: return "a number"
    case 1: return "a vector of length \(shape[0])"
    case 2: return "a \(shape) matrix"
    default: return "a \(shape) tensor"
    }
  }

  /// The rank that an operation asks for, in words where it has some.
  private static func kind(ofRank expected: String) -> String {
    switch expected {
    case "0": return "a number"
    case "1": return "a vector"
    case "2", "at least 2": return "a matrix"
    default: return "rank \(expected)"
    }
  }

  private static func parameter(like name: String, in signature: String) -> String? {
    guard let semicolon = signature.firstIndex(of: ";") else { return nil }
    let names = signature[semicolon...].split { ";,()= ".contains($0) }.map(String.init)
    return Suggestion.line(for: name, among: names).flatMap { $0.hasPrefix("did") ? $0 : nil }
  }
}

import Numerics

/// Ways out of errors of shape. Each is tried on the operands' shapes first; what does not fit, or is one of
/// several that would, is not said.
enum Fitting {
  /// A shape as the result of something: "32×100", "a vector of length 3".
  private static func result(_ shape: Shape) -> String {
    shape.rank < 2 ? Wording.describe(shape) : shape.description
  }

  // MARK: Products

  /// The shape of `a * b`; `nil` where it has none.
  static func product(_ a: Shape, _ b: Shape) -> Shape? {
    if a.rank == 0 { return b }
    if b.rank == 0 { return a }
    if a.rank == 1 && b.rank == 1 { return nil }
    guard a[a.rank - 1] == contracted(b) else { return nil }
    if b.rank == 1 { return Shape(Array(a.dropLast())) }
    if a.rank == 1 { return Shape(Array(b.dropLast(2)) + [b[b.rank - 1]]) }
    guard let batch = broadcast(Shape(Array(a.dropLast(2))), Shape(Array(b.dropLast(2)))) else { return nil }
    return Shape(Array(batch) + [a[a.rank - 2], b[b.rank - 1]])
  }

  /// The length of the axis of the right operand that a product sums over.
  static func contracted(_ b: Shape) -> Int { b.rank == 1 ? b[0] : b[b.rank - 2] }

  private static func transposed(_ shape: Shape) -> Shape? {
    guard shape.rank >= 2 else { return nil }
    var shape = shape
    let last = shape.rank - 1
    (shape[last], shape[last - 1]) = (shape[last - 1], shape[last])
    return shape
  }

  /// One transpose or the other order, if exactly one of them fits.
  static func product(_ a: Shape, _ b: Shape, _ context: WordingContext) -> [String] {
    guard let x = context.attached(0), let y = context.attached(1) else { return [] }
    var found: [(text: String, shape: Shape)] = []
    if let flipped = transposed(a), let shape = product(flipped, b) { found.append(("\(x)ᵀ * \(y)", shape)) }
    if let flipped = transposed(b), let shape = product(a, flipped) { found.append(("\(x) * \(y)ᵀ", shape)) }
    if let shape = product(b, a) { found.append(("\(y) * \(x)", shape)) }
    guard found.count == 1 else { return [] }
    return ["this would fit: \(found[0].text), giving \(result(found[0].shape))"]
  }

  /// What is written instead of a transposed vector.
  static func instead(of text: String?) -> [String] {
    text.map { ["with \($0): \($0) ⋅ b is a number, \($0) ⊗ b a matrix, A * \($0) takes it as it is"] } ?? []
  }

  static func pseudoinverse(_ text: String?) -> [String] {
    let solution = "\(text ?? "A") \\ b solves in the sense of least squares"
    return ["pinv(\(text ?? "A")) is the pseudoinverse; " + solution]
  }

  /// What answers where a square matrix is singular.
  static func leastNorm(_ operation: String, _ a: String?, _ b: String?) -> [String] {
    if operation == "inv" { return ["pinv(\(a ?? "A")) is the pseudoinverse"] }
    return ["lstsq(\(a ?? "A"), \(b ?? "b")) is the shortest x that makes the error least"]
  }

  // MARK: Broadcasting

  /// The common shape; `nil` where there is none.
  private static func broadcast(_ a: Shape, _ b: Shape) -> Shape? { try? Broadcasting.shape(a, b, "") }

  /// The two lengths that do not agree, from the last axis on.
  static func firstMismatch(_ a: Shape, _ b: Shape) -> (Int, Int)? {
    guard a.rank > 0, b.rank > 0 else { return nil }
    for step in 1...min(a.rank, b.rank) {
      let (x, y) = (a[a.rank - step], b[b.rank - step])
      if x != y && x != 1 && y != 1 { return (x, y) }
    }
    return nil
  }

  /// `(n) - (n×1)`: take the column as a vector, or the vector as a column.
  static func singleColumn(_ symbol: String, _ a: Shape, _ b: Shape, _ context: WordingContext) -> [String] {
    guard let x = context.attached(0), let y = context.attached(1), context[0] != nil else { return [] }
    let aIsLong = a.rank > b.rank
    let (long, short) = aIsLong ? (a, b) : (b, a)
    guard long.rank == 2, short.rank == 1, long[1] == 1 else { return [] }
    var forms: [String] = []
    func add(_ left: String, _ leftShape: Shape, _ right: String, _ rightShape: Shape) {
      guard let result = broadcast(leftShape, rightShape) else { return }
      forms.append("\(joined(symbol, left, right)), giving \(self.result(result))")
    }
    let vector = Shape(long[0])
    let column = Shape(short[0], 1)
    if aIsLong {
      add("\(x)[:, 1]", vector, y, short)
      add(x, long, "expand(\(context[1] ?? y), 2)", column)
    } else {
      add(x, short, "\(y)[:, 1]", vector)
      add("expand(\(context[0] ?? x), 2)", column, y, long)
    }
    guard !forms.isEmpty else { return [] }
    return [(forms.count == 1 ? "this would fit: " : "these would fit: ") + forms.joined(separator: "; ")]
  }

  /// `(m×n) - (m)`: the vector belongs to the rows, so it must be a column.
  static func column(_ symbol: String, _ a: Shape, _ b: Shape, _ context: WordingContext) -> [String] {
    guard let x = context.attached(0), let y = context.attached(1) else { return [] }
    let aIsLong = a.rank > b.rank
    let (long, short) = aIsLong ? (a, b) : (b, a)
    if long.rank == 2, short.rank == 1, short[0] == long[0], long[0] != long[1] {
      let text =
        aIsLong
        ? joined(symbol, x, "expand(\(context[1] ?? y), 2)")
        : joined(symbol, "expand(\(context[0] ?? x), 2)", y)
      return ["this would fit: \(text), giving \(long)"]
    }
    if a.rank == 2, b.rank == 2, a[0] != b[0] || a[1] != b[1], a[0] == b[1], a[1] == b[0] {
      return [
        "both of these would fit: \(joined(symbol, x + "ᵀ", y)), giving \(b); \(joined(symbol, x, y + "ᵀ")), giving \(a)"
      ]
    }
    return []
  }

  private static func joined(_ symbol: String, _ a: String, _ b: String) -> String {
    symbol.unicodeScalars.allSatisfy { $0.properties.isAlphabetic }
      ? "\(symbol)(\(a), \(b))" : "\(a) \(symbol) \(b)"
  }

  // MARK: The rest

  /// What is no entry may be several, which `concat` joins to the others.
  static func joint(_ whole: Shape, _ part: Shape, _ context: WordingContext) -> [String] {
    guard part.rank == whole.rank, part.removing(0) == whole.removing(0), let x = context[0],
      let y = context[1]
    else { return [] }
    return [
      "this would fit: concat(\(x), \(y)), giving \(result(whole.replacing(0, with: whole[0] + part[0])))"
    ]
  }

  /// Converting one operand to the type of the other: of those in the source the first of each type, since
  /// the two that met may stand at any place of a call.
  static func conversions(_ a: ElementType, _ b: ElementType, _ context: WordingContext) -> [String] {
    guard let first = context.notes.firstIndex(where: { $0.elementType == a }),
      let second = context.notes.firstIndex(where: { $0.elementType == b }), let x = context[first],
      let y = context[second]
    else { return [] }
    return ["these would fit: \(b.name)(\(x)) for \(b.name), \(a.name)(\(y)) for \(a.name)"]
  }

  /// Who counts from 0 or from the end is told so.
  static func firstElement(_ index: Double, _ length: Int) -> [String] {
    guard length > 0 else { return [] }
    if index == 0 { return ["elements count from 1: the first is [1]"] }
    if index < 0 { return ["the last element is [end]\(index == -1 ? "" : ", the one before it [end - 1]")"] }
    return []
  }
}

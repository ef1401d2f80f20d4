import Interpreter
import Numerics

extension LibraryBuilder {
  func addEinsum() {
    add(
      "einsum(subscripts, tensors...)",
      """
      Products summed over axes with letters for the axes: `einsum("ij,jk->ik", A, B)` is `A * B`, "ii->" the trace,
      "i,j->ij" the outer product, "bij,bjk->bik" a batch of products. Without `->` the letters that occur once
      are kept, in alphabetical order.

      > einsum("ij,j->i", [1 2; 3 4], [1, 1])
      2 f64
       3  7

      See also: *, dot, outer, permute
      """
    ) {
      let text = try $0.positional[0].string("einsum")
      let tensors = try $0.positional.dropFirst().map { try $0.tensor("einsum") }
      return .tensor(try Einsum(text, tensors).result())
    }
  }
}

/// A sum of products, taken two tensors at a time as products of matrices.
private struct Einsum {
  /// More letters than there are tensors and axes for.
  private static let longestText = 1 << 12

  /// A tensor and the letters of its axes, all different.
  private struct Factor {
    var tensor: Tensor
    var letters: [Character]
  }

  private var factors: [Factor] = []
  private let output: [Character]
  private var lengths: [Character: Int] = [:]

  init(_ text: String, _ tensors: [Tensor]) throws {
    func wrong(_ reason: String) -> Problem { .badValue(function: "einsum", reason: reason) }
    func misfit(_ reason: String) -> Problem { .unfit("einsum: \(reason)") }
    guard text.utf8.count <= Einsum.longestText else { throw wrong("the text of the axes is too long") }
    let letters = Array(text.filter { $0 != " " })
    var sides = [[Character]]()
    if let arrow = letters.indices.dropLast().first(where: { letters[$0] == "-" && letters[$0 + 1] == ">" }) {
      sides = [Array(letters[..<arrow]), Array(letters[(arrow + 2)...])]
    } else {
      let counts = Dictionary(letters.filter { $0 != "," }.map { ($0, 1) }, uniquingKeysWith: +)
      sides = [letters, counts.filter { $0.value == 1 }.keys.sorted()]
    }
    output = sides[1]
    let inputs = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
    guard sides.joined().allSatisfy({ $0.isLetter || $0 == "," }), !output.contains(",") else {
      throw wrong("the axes are letters, as in \"ij,jk->ik\", not \"\(text)\"")
    }
    guard inputs.count == tensors.count else {
      throw wrong("\"\(text)\" names \(inputs.count) tensors, \(tensors.count) are given")
    }
    guard Set(output).count == output.count, Set(output).isSubset(of: inputs.joined()) else {
      throw wrong("each axis after -> is one of those before it, once")
    }
    for (letters, tensor) in zip(inputs, tensors) {
      guard letters.count == tensor.rank else {
        throw misfit("\"\(String(letters))\" names \(letters.count) axes of a tensor that has \(tensor.rank)")
      }
      for (letter, length) in zip(letters, tensor.shape) {
        guard lengths[letter, default: length] == length else {
          throw misfit("the axis \(letter) has the lengths \(lengths[letter]!) and \(length)")
        }
        lengths[letter] = length
      }
      factors.append(try Einsum.withoutRepeats(Factor(tensor: tensor, letters: letters)))
    }
  }

  /// Of axes with the same letter the diagonal: what is off it has no part in the result, whatever it is.
  private static func withoutRepeats(_ factor: Factor) throws -> Factor {
    var factor = factor
    while let letter = factor.letters.first(where: { l in factor.letters.filter { $0 == l }.count > 1 }) {
      let axes = factor.letters.indices.filter { factor.letters[$0] == letter }.suffix(2)
      let rest = factor.letters.indices.filter { !axes.contains($0) }
      let n = axes.last.map { factor.tensor.shape[$0] } ?? 0
      let moved = try Operations.reshape(
        Operations.permute(factor.tensor, axes + rest), Shape([n * n] + rest.map { factor.tensor.shape[$0] }))
      let places = try Operations.add(
        Operations.multiply(Tensor(from: 0, step: 1, count: n), Tensor(Double(n + 1))), 1)
      factor.tensor = try Operations.index(moved, [.value(places)])
      factor.letters = [letter] + rest.map { factor.letters[$0] }
    }
    return factor
  }

  func result() throws -> Tensor {
    var left = factors[0]
    for (index, right) in factors.enumerated().dropFirst() {
      let later = Set(output).union(factors[(index + 1)...].flatMap(\.letters))
      left = try contracted(
        summed(left, keeping: later.union(right.letters)), summed(right, keeping: later.union(left.letters)),
        keeping: later)
    }
    left = try summed(left, keeping: Set(output))
    return try Operations.permute(left.tensor, output.map { left.letters.firstIndex(of: $0)! })
  }

  /// Sums over the axes that nobody asks for.
  private func summed(_ factor: Factor, keeping letters: Set<Character>) throws -> Factor {
    let axes = factor.letters.indices.filter { !letters.contains(factor.letters[$0]) }
    guard !axes.isEmpty else { return factor }
    return Factor(
      tensor: try Operations.sum(factor.tensor, axes), letters: factor.letters.filter { letters.contains($0) }
    )
  }

  /// The product of two: axes of both that are kept are a batch, those that are not are summed over.
  private func contracted(_ a: Factor, _ b: Factor, keeping later: Set<Character>) throws -> Factor {
    let batch = a.letters.filter { b.letters.contains($0) && later.contains($0) }
    let inner = a.letters.filter { b.letters.contains($0) && !later.contains($0) }
    let rows = a.letters.filter { !b.letters.contains($0) }
    let columns = b.letters.filter { !a.letters.contains($0) }
    let left = try matrices(a, batch, rows, inner)
    let right = try matrices(b, batch, inner, columns)
    let letters = batch + rows + columns
    return Factor(
      tensor: try Operations.reshape(Operations.product(left, right), Shape(letters.map { lengths[$0]! })),
      letters: letters)
  }

  private func matrices(
    _ factor: Factor, _ batch: [Character], _ rows: [Character], _ columns: [Character]
  ) throws -> Tensor {
    let order = (batch + rows + columns).map { factor.letters.firstIndex(of: $0)! }
    func count(_ letters: [Character]) -> Int { letters.reduce(1) { $0 * lengths[$1]! } }
    let shape = [count(batch), count(rows), count(columns)]
    return try Operations.reshape(
      Operations.permute(factor.tensor, order), Shape(batch.isEmpty ? Array(shape.dropFirst()) : shape))
  }
}

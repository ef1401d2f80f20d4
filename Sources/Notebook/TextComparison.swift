// Two texts that should say the same: everything but their numbers to the letter, numbers within a tolerance.

import Glibc

/// How near numbers must be.
public struct Tolerance: Sendable {
  public var relative: Double
  public var absolute: Double

  /// What text and results are compared by: what the last digits of a library's product may change.
  public static let text = Tolerance(relative: 1e-6, absolute: 1e-9)

  func allows(_ a: Double, _ b: Double) -> Bool {
    a == b || (a.isNaN && b.isNaN) || abs(a - b) <= absolute + relative * max(abs(a), abs(b))
  }
}

enum TextComparison {
  /// A piece of a text: a number, or what stands between numbers.
  private enum Piece: Equatable {
    case number(Double)
    case other(Substring)
  }

  /// The first line in which the texts differ, kept and now; nil where they agree.
  static func difference(_ kept: String, _ now: String, _ tolerance: Tolerance) -> (
    kept: String, now: String
  )? {
    let a = kept.split(separator: "\n", omittingEmptySubsequences: false)
    let b = now.split(separator: "\n", omittingEmptySubsequences: false)
    for index in 0..<max(a.count, b.count) {
      let (x, y) = (index < a.count ? a[index] : "", index < b.count ? b[index] : "")
      if x == y || agree(x, y, tolerance) { continue }
      return (String(x), String(y))
    }
    return nil
  }

  private static func agree(_ a: Substring, _ b: Substring, _ tolerance: Tolerance) -> Bool {
    let (x, y) = (pieces(a), pieces(b))
    guard x.count == y.count else { return false }
    for (index, (first, second)) in zip(x, y).enumerated() {
      switch (first, second) {
      case (.number(let p), .number(let q)):
        // A duration is different each time, and so is what is printed beside it for alignment.
        if index + 1 < x.count, case .other(let unit) = x[index + 1], isDuration(unit) { continue }
        if !tolerance.allows(p, q) { return false }
      case (.other(let p), .other(let q)):
        if p != q, p.filter({ $0 != " " }) != q.filter({ $0 != " " }), !(isDuration(p) && isDuration(q)) {
          return false
        }
      default: return false
      }
    }
    return true
  }

  private static func isDuration(_ text: Substring) -> Bool {
    let word = text.drop { $0 == " " }.prefix { $0.isLetter || $0 == "µ" }
    return text.first == " " && ["s", "ms", "µs", "μs", "ns", "min"].contains(String(word))
  }

  /// Numbers as programs write them; a sign belongs to one unless a letter or digit stands before it.
  private static func pieces(_ text: Substring) -> [Piece] {
    var pieces: [Piece] = []
    let characters = Array(text)
    var index = 0
    var start = 0
    func isDigit(_ place: Int) -> Bool {
      place < characters.count && characters[place].isASCII && characters[place].isNumber
    }
    while index < characters.count {
      var end = index
      if "-−+".contains(characters[end]),
        index == 0 || !(characters[index - 1].isLetter || isDigit(index - 1))
      {
        end += 1
      }
      guard isDigit(end) || (end < characters.count && characters[end] == "." && isDigit(end + 1)),
        index == 0 || !characters[index - 1].isLetter
      else {
        index += 1
        continue
      }
      while isDigit(end) { end += 1 }
      if end < characters.count, characters[end] == ".", isDigit(end + 1) {
        end += 1
        while isDigit(end) { end += 1 }
      }
      if end < characters.count, "eE".contains(characters[end]) {
        var exponent = end + 1
        if exponent < characters.count, "+-".contains(characters[exponent]) { exponent += 1 }
        if isDigit(exponent) {
          while isDigit(exponent) { exponent += 1 }
          end = exponent
        }
      }
      let written = String(characters[index..<end].map { $0 == "−" ? "-" : $0 })
      if start < index { pieces.append(.other(String(characters[start..<index])[...])) }
      pieces.append(.number(Double(written) ?? .nan))
      start = end
      index = end
    }
    if start < characters.count { pieces.append(.other(String(characters[start...])[...])) }
    return pieces
  }
}

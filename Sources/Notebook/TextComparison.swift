// Two texts that should say the same: everything but their numbers to the letter, numbers too or within a tolerance,
// whole ones always, times not at all.

import Glibc

/// How near numbers must be.
public struct Tolerance: Equatable, Sendable {
  public var relative: Double
  public var absolute: Double

  /// Numbers near zero may differ by a thousandth of what numbers near one may.
  public init(relative: Double) {
    self.relative = relative
    absolute = relative * 1e-3
  }

  init(relative: Double, absolute: Double) {
    self.relative = relative
    self.absolute = absolute
  }

  /// What text and results are compared by: what another version's way to sum may change.
  public static let text = Tolerance(relative: 1e-6)

  func allows(_ a: Double, _ b: Double) -> Bool {
    a == b || (a.isNaN && b.isNaN) || abs(a - b) <= absolute + relative * max(abs(a), abs(b))
  }
}

/// When two outputs count as the same.
public enum Agreement: Equatable, Sendable {
  /// To the letter, figures to the byte.
  case exact
  /// Numbers within the tolerance, places in figures within a pixel.
  case within(Tolerance)
}

enum TextComparison {
  /// A piece of a text: a number, a time with its unit, or what stands between them.
  private enum Piece {
    case number(Double, written: String)
    case duration
    case other(String)

    var isDuration: Bool { if case .duration = self { true } else { false } }
  }

  /// The first line in which the texts differ, kept and now; nil where they agree.
  ///
  /// - Parameter hasPlaces: whether the numbers are places, which may be off though they are written as whole ones.
  static func difference(
    _ kept: String, _ now: String, _ agreement: Agreement, hasPlaces: Bool = false
  ) -> (
    kept: String, now: String
  )? {
    let a = kept.split(separator: "\n", omittingEmptySubsequences: false)
    let b = now.split(separator: "\n", omittingEmptySubsequences: false)
    for index in 0..<max(a.count, b.count) {
      guard index < a.count, index < b.count else {
        let rest = index < a.count ? a[index] : b[index]
        // A text is the same with a line's end behind it and without, but not to the letter.
        if agreement != .exact, rest.isEmpty { continue }
        return index < a.count ? (String(rest), "no such line") : ("no such line", String(rest))
      }
      if isSame(a[index], b[index]) || agree(a[index], b[index], agreement, hasPlaces) { continue }
      return (String(a[index]), String(b[index]))
    }
    return nil
  }

  /// By how much of themselves the numbers of two texts differ at most, where only numbers do.
  static func distance(_ kept: String, _ now: String) -> Double? {
    let (x, y) = (pieces(kept[...]), pieces(now[...]))
    guard difference(kept, now, .within(Tolerance(relative: .infinity)), hasPlaces: true) == nil else {
      return nil
    }
    return zip(x, y).reduce(0) { most, pair in
      guard case (.number(let p, _), .number(let q, _)) = pair, p != q, !(p.isNaN && q.isNaN) else {
        return most
      }
      return max(most, abs(p - q) / max(abs(p), abs(q)))
    }
  }

  /// The same bytes: strings are equal too where they only look the same.
  static func isSame(_ a: some StringProtocol, _ b: some StringProtocol) -> Bool {
    a.utf8.elementsEqual(b.utf8)
  }

  private static func agree(
    _ a: Substring, _ b: Substring, _ agreement: Agreement, _ hasPlaces: Bool
  ) -> Bool {
    let (x, y) = (pieces(a), pieces(b))
    guard x.count == y.count else { return false }
    for (index, (first, second)) in zip(x, y).enumerated() {
      switch (first, second) {
      case (.duration, .duration): continue
      case (.number(let p, let first), .number(let q, let second)):
        switch agreement {
        case .exact: if first != second { return false }
        case .within(let tolerance):
          let areCounts = !hasPlaces && isWhole(first) && isWhole(second)
          if areCounts ? !areSameCount(first, second) : !tolerance.allows(p, q) { return false }
        }
      case (.other(let p), .other(let q)):
        if isSame(p, q) { continue }
        // A shorter number stands further to the right, and a time is one, different each time.
        let isAligned =
          agreement != .exact || (index > 0 && x[index - 1].isDuration)
          || (index + 1 < x.count && x[index + 1].isDuration)
        if !isAligned || !isSame(p.filter { $0 != " " }, q.filter { $0 != " " }) { return false }
      default: return false
      }
    }
    return true
  }

  /// A number without fraction and exponent counts something: no way to sum changes it by a little.
  private static func isWhole(_ written: String) -> Bool {
    written.drop { !$0.isNumber }.allSatisfy(\.isNumber)
  }

  private static func areSameCount(_ a: String, _ b: String) -> Bool {
    func digits(_ written: String) -> Substring {
      written.drop { !$0.isNumber }.drop { $0 == "0" }
    }
    func isNegative(_ written: String) -> Bool { written.hasPrefix("-") || written.hasPrefix("−") }
    return digits(a) == digits(b) && (isNegative(a) == isNegative(b) || digits(a).isEmpty)
  }

  private static let units: Set<Substring> = ["h", "min", "s", "ms", "µs", "μs", "ns"]

  /// How many characters of a text that follows a number make the number a time.
  private static func unitLength(_ text: String) -> Int? {
    guard text.first == " " else { return nil }
    let word = text.dropFirst().prefix { $0.isLetter }
    return units.contains(word) ? 1 + word.count : nil
  }

  private static func pieces(_ text: Substring) -> [Piece] {
    var pieces: [Piece] = []
    for piece in numbersAndText(text) {
      guard case .other(let text) = piece, case .number? = pieces.last, let length = unitLength(text) else {
        pieces.append(piece)
        continue
      }
      pieces[pieces.count - 1] = .duration
      // "3 min 20 s" is one time.
      if pieces.count >= 3, case .other(" ") = pieces[pieces.count - 2], pieces[pieces.count - 3].isDuration {
        pieces.removeLast(2)
      }
      let rest = String(text.dropFirst(length))
      if !rest.isEmpty { pieces.append(.other(rest)) }
    }
    return pieces
  }

  /// Numbers as programs write them; a sign belongs to one unless a letter or digit stands before it.
  private static func numbersAndText(_ text: Substring) -> [Piece] {
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
      let written = String(characters[index..<end])
      let value = Double(String(written.map { $0 == "−" ? "-" : $0 })) ?? .nan
      if start < index { pieces.append(.other(String(characters[start..<index]))) }
      pieces.append(.number(value, written: written))
      start = end
      index = end
    }
    if start < characters.count { pieces.append(.other(String(characters[start...]))) }
    return pieces
  }
}

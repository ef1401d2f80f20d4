// The text of a string literal: the common indentation of a triple one is dropped, then escapes are read.

/// A string while its pieces are collected.
struct StringLiteral {
  let isTriple: Bool
  private var parts: [Part] = []

  private enum Part {
    case text(ArraySlice<Unicode.Scalar>)
    case value(Expression)
  }

  /// What is wrong with an escape.
  struct Flaw {
    var kind: Diagnostic.Kind
    var span: Span
  }

  init(isTriple: Bool) { self.isTriple = isTriple }

  mutating func append(_ text: ArraySlice<Unicode.Scalar>) { parts.append(.text(text)) }

  mutating func append(_ value: Expression) { parts.append(.value(value)) }

  func pieces() -> ([StringPiece], [Flaw]) {
    var result: [StringPiece] = []
    var flaws: [Flaw] = []
    let indentation = isTriple ? commonIndentation() : 0
    var atStart = true
    for part in parts {
      switch part {
      case .value(let value): result.append(.value(value))
      case .text(let scalars):
        let text = unescape(scalars, dropping: indentation, atStart: atStart && isTriple, &flaws)
        if !text.isEmpty { result.append(.text(text)) }
      }
      atStart = false
    }
    return (result, flaws)
  }

  /// The white space that every line begins with: all but the one behind the opening quotes and the blank ones;
  /// the line of the closing quotes counts.
  private func commonIndentation() -> Int {
    var common: ArraySlice<Unicode.Scalar>?
    func consider(_ margin: ArraySlice<Unicode.Scalar>) {
      guard let known = common else {
        common = margin
        return
      }
      let shared = zip(known, margin).prefix { $0 == $1 }.count
      common = known.prefix(shared)
    }
    for (position, part) in parts.enumerated() {
      guard case .text(let scalars) = part else { continue }
      var offset = scalars.startIndex
      while let lineEnd = scalars[offset...].firstIndex(of: "\n") {
        let margin = scalars[(lineEnd + 1)...].prefix { $0.isSpace }
        let next = margin.endIndex
        let isLast = next == scalars.endIndex
        let isBlank = !isLast && scalars[next] == "\n"
        // White space up to the closing quotes, or up to an interpolation, is a margin too.
        if !isBlank || (isLast && position == parts.count - 1) { consider(margin) }
        offset = lineEnd + 1
      }
    }
    return common?.count ?? 0
  }

  private func unescape(
    _ scalars: ArraySlice<Unicode.Scalar>, dropping indentation: Int, atStart: Bool,
    _ flaws: inout [Flaw]
  ) -> String {
    var result = String.UnicodeScalarView()
    var offset = scalars.startIndex
    if atStart, scalars.first == "\n" { offset = afterMargin(scalars, offset + 1, indentation) }
    while offset < scalars.endIndex {
      let scalar = scalars[offset]
      if scalar == "\n" {
        result.append(scalar)
        offset = afterMargin(scalars, offset + 1, indentation)
      } else if scalar == "\\" {
        offset = escape(scalars, offset, &result, &flaws)
      } else {
        result.append(scalar)
        offset += 1
      }
    }
    return String(result)
  }

  private func afterMargin(_ scalars: ArraySlice<Unicode.Scalar>, _ start: Int, _ indentation: Int) -> Int {
    start + scalars[start...].prefix(indentation).prefix { $0.isSpace }.count
  }

  /// Reads the escape at `start` and returns where the text goes on.
  private func escape(
    _ scalars: ArraySlice<Unicode.Scalar>, _ start: Int, _ result: inout String.UnicodeScalarView,
    _ flaws: inout [Flaw]
  ) -> Int {
    guard start + 1 < scalars.endIndex else { return start + 1 }
    let letter = scalars[start + 1]
    if let plain = StringLiteral.escapes[letter] {
      result.append(plain)
      return start + 2
    }
    switch letter {
    case "\n": return start + 2 + scalars[(start + 2)...].prefix { $0.isSpace }.count
    case "u", "U", "x":
      var digits = scalars[(start + 2)...]
      let isBraced = digits.first == "{"
      let most = isBraced ? 8 : letter == "x" ? 2 : letter == "u" ? 4 : 8
      if isBraced { digits = digits.dropFirst() }
      digits = digits.prefix(most).prefix { $0.isHexadecimalDigit }
      let end = digits.endIndex + (isBraced ? 1 : 0)
      let isClosed = !isBraced || (digits.endIndex < scalars.endIndex && scalars[digits.endIndex] == "}")
      let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 16)
      guard isClosed, let value, let scalar = Unicode.Scalar(value) else {
        let text = String(String.UnicodeScalarView(scalars[start..<digits.endIndex]))
        flaws.append(Flaw(kind: .wrongCodePoint(text), span: Span(start, digits.endIndex)))
        return digits.endIndex
      }
      result.append(scalar)
      return end
    default:
      let text = String(String.UnicodeScalarView([letter]))
      flaws.append(Flaw(kind: .unknownEscape(text), span: Span(start, start + 2)))
      return start + 2
    }
  }

  private static let escapes: [Unicode.Scalar: Unicode.Scalar] = [
    "n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\u{7}", "b": "\u{8}", "f": "\u{C}", "v": "\u{B}",
    "e": "\u{1B}", "\\": "\\", "\"": "\"", "'": "'", "$": "$",
  ]
}

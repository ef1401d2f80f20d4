// Where the formulas of a Markdown text are, found before anything else as Jupyter finds them: what looks like
// emphasis, a table's border or a link within a formula is none.

/// A Markdown text whose formulas have been taken out.
struct FormulaSpans {
  struct TakenFormula {
    /// As it stands in the text, with its dollars.
    var source: String
    var latex: String
    var isDisplayed: Bool
  }

  /// The text with a private character of Unicode for each formula.
  private(set) var text = ""
  private(set) var spans: [TakenFormula] = []

  /// The formula that a character stands for.
  func span(_ scalar: Unicode.Scalar) -> TakenFormula? {
    guard scalar.value >= Self.first else { return nil }
    let index = Int(scalar.value - Self.first)
    return index < spans.count ? spans[index] : nil
  }

  private static let first: UInt32 = 0xF0000
  private static let greatestCount = 0xFFFD
  /// Beyond it nobody writes a formula, and looking for its end would take long.
  private static let greatestLength = 20_000

  /// How many characters may be looked at for each, for ends that are not there: nobody writes so many beginnings. Without
  /// a bound 2,000 of `\begin{align}` took 4.3 s in a debug build, with it 0.2 s.
  private static let patience = 50

  private let scalars: [Unicode.Scalar]
  private var position = 0
  /// Characters looked at in vain.
  private var steps = 0
  private var kept = String.UnicodeScalarView()

  init(_ source: String) {
    // An author's own private characters would be taken for formulas.
    scalars = source.unicodeScalars.map { (Self.first...0xFFFFF).contains($0.value) ? "\u{FFFD}" : $0 }
    var startsLine = true
    while position < scalars.count {
      if startsLine, keepFence() { continue }
      startsLine = scalars[position] == "\n"
      switch scalars[position] {
      case "`": keepCode()
      case "\\": if !takeEnvironment() && !takeBracketed() { keep(2) }
      case "$": if !takeFormula() { keep(starts("$$") ? 2 : 1) }
      default: keep(1)
      }
    }
    text = String(kept)
  }

  private mutating func keep(_ count: Int) {
    let end = min(position + count, scalars.count)
    kept.append(contentsOf: scalars[position..<end])
    position = end
  }

  private func starts(_ text: String, at offset: Int? = nil) -> Bool {
    let offset = offset ?? position
    return scalars[offset...].starts(with: text.unicodeScalars)
  }

  private func string(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }

  private func run(of scalar: Unicode.Scalar, at start: Int) -> Int {
    scalars[start...].prefix { $0 == scalar }.count
  }

  private func endOfLine(_ start: Int) -> Int {
    scalars[start...].firstIndex(of: "\n").map { $0 + 1 } ?? scalars.count
  }

  /// A block of code between fences, to its end; false where none begins.
  private mutating func keepFence() -> Bool {
    func fence(_ line: Int) -> (scalar: Unicode.Scalar, length: Int, isBare: Bool)? {
      var start = line
      while start < scalars.count, scalars[start] == " " || scalars[start] == ">" { start += 1 }
      guard start < scalars.count, scalars[start] == "`" || scalars[start] == "~" else { return nil }
      let length = run(of: scalars[start], at: start)
      guard length >= 3 else { return nil }
      let rest = scalars[(start + length)..<endOfLine(line)]
      // Backticks behind it make it a span within a line.
      if scalars[start] == "`", rest.contains("`") { return nil }
      return (scalars[start], length, rest.allSatisfy(\.properties.isWhitespace))
    }
    guard let opening = fence(position) else { return false }
    var line = endOfLine(position)
    while line < scalars.count {
      let closing = fence(line)
      line = endOfLine(line)
      if let closing, closing.isBare, closing.scalar == opening.scalar, closing.length >= opening.length {
        break
      }
    }
    keep(line - position)
    return true
  }

  /// A span of code: as many backticks at its end as at its beginning.
  private mutating func keepCode() {
    let length = run(of: "`", at: position)
    var end = position + length
    while end < scalars.count {
      guard scalars[end] == "`" else {
        end += 1
        continue
      }
      let closing = run(of: "`", at: end)
      end += closing
      if closing == length { return keep(end - position) }
    }
    keep(length)
  }

  private mutating func takeFormula() -> Bool {
    let marks = starts("$$") ? 2 : 1
    let start = position + marks
    let mark = [Unicode.Scalar](repeating: "$", count: marks)
    guard let end = place(of: mark, from: start), end > start else { return false }
    let after = end + marks
    // Two prices are no formula.
    if marks == 1, after < scalars.count, ("0"..."9").contains(scalars[after]) { return false }
    return take(latex: start..<end, to: after, isDisplayed: marks == 2)
  }

  /// A formula between `\\(` and `\\)`, or displayed between `\\[` and `\\]`: two backslashes, of which Markdown would
  /// leave one.
  private mutating func takeBracketed() -> Bool {
    let isDisplayed = starts("\\\\[")
    guard isDisplayed || starts("\\\\(") else { return false }
    let start = position + 3
    guard let end = place(of: ["\\", "\\", isDisplayed ? "]" : ")"], from: start), end > start else {
      return false
    }
    return take(latex: start..<end, to: end + 3, isDisplayed: isDisplayed)
  }

  /// Where the mark is that ends what begins here; `nil` where the paragraph ends first.
  ///
  /// - Parameter isFree: whether braces and empty lines may stand before it in any way.
  private mutating func place(of mark: [Unicode.Scalar], from start: Int, isFree: Bool = false) -> Int? {
    guard steps <= Self.patience * scalars.count else { return nil }
    var index = start
    var depth = 0
    let limit = min(scalars.count, start + Self.greatestLength)
    search: while index < limit {
      if depth <= 0 || isFree, scalars[index] == mark[0], scalars[index...].starts(with: mark) {
        return index
      }
      switch scalars[index] {
      case "\\": index += 1
      case "{": depth += 1
      case "}": depth -= 1
      case "\n" where !isFree:
        let line = scalars[(index + 1)...].prefix { $0 != "\n" }
        if line.allSatisfy(\.properties.isWhitespace) { break search }
      default: break
      }
      index += 1
    }
    steps += index - start
    return nil
  }

  /// `\begin{align} … \end{align}` without dollars.
  private mutating func takeEnvironment() -> Bool {
    // No environment has a longer name than 20 letters.
    guard starts("\\begin{"), let brace = scalars[position...].prefix(30).firstIndex(of: "}") else {
      return false
    }
    let name = string((position + 7)..<brace)
    guard LatexEnvironment.named(name) != nil else { return false }
    let end = Array("\\end{\(name)}".unicodeScalars)
    guard let start = place(of: end, from: brace, isFree: true) else { return false }
    let after = start + end.count
    return take(latex: position..<after, to: after, isDisplayed: true)
  }

  private mutating func take(latex: Range<Int>, to end: Int, isDisplayed: Bool) -> Bool {
    guard spans.count < Self.greatestCount else { return false }
    kept.append(Unicode.Scalar(Self.first + UInt32(spans.count))!)
    spans.append(TakenFormula(source: string(position..<end), latex: string(latex), isDisplayed: isDisplayed))
    position = end
    return true
  }
}

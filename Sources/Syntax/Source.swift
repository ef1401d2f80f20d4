@_spi(_Unicode) import Swift

// The text of a cell or file in the form everything else works on: Unicode scalars, normalised to NFC,
// lines ended by a line feed. It keeps what the user wrote, so an excerpt shows the user's own
// characters; the lexer is what reads `−` as `-` and `µ` as `μ`.

/// A cell or file that is to be parsed, and the way from its raw text to the spans of the tree and back.
public struct Source: Sendable {
  /// How error reports name it: "cell [3]", "descent.nabla".
  public let name: String
  /// The normalised text; spans index into it.
  public let scalars: [Unicode.Scalar]
  /// The offset at which each line begins; the first is 0.
  public let lineStarts: [Int]
  /// Scalars in the text as it was given.
  public let rawCount: Int
  /// `nil` where raw and normalised offsets are the same.
  private let offsets: OffsetMap?

  public init(_ text: String, name: String) {
    let raw = Array(text.unicodeScalars)
    if raw.allSatisfy({ $0.isInert && $0 != "\r" }) {
      scalars = raw
      offsets = nil
    } else {
      let normalized = Array(String(String.UnicodeScalarView(unifyLineEnds(raw)))._nfc)
      scalars = normalized
      offsets = normalized == raw ? nil : OffsetMap(text)
    }
    self.name = name
    rawCount = raw.count
    var starts = [0]
    for (offset, scalar) in scalars.enumerated() where scalar == "\n" { starts.append(offset + 1) }
    lineStarts = starts
  }

  /// The text of a span, as the user wrote it.
  public func text(_ span: Span) -> String {
    let start = max(0, min(span.start, scalars.count))
    let end = max(start, min(span.end, scalars.count))
    return String(String.UnicodeScalarView(scalars[start..<end]))
  }

  /// The 1-based line that holds an offset.
  public func line(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }

  /// The 1-based column of an offset in its line, in scalars.
  public func column(of offset: Int) -> Int { offset - lineStarts[line(of: offset) - 1] + 1 }

  /// The span of a 1-based line, without its line feed.
  public func lineSpan(_ line: Int) -> Span {
    guard line >= 1, line <= lineStarts.count else { return Span(scalars.count, scalars.count) }
    let end = line < lineStarts.count ? lineStarts[line] - 1 : scalars.count
    return Span(lineStarts[line - 1], end)
  }

  /// The text of a 1-based line, without its line feed.
  public func lineText(_ line: Int) -> String { text(lineSpan(line)) }

  /// The cells of a terminal that a span takes up: none for combining marks, two for wide characters.
  public func displayWidth(_ span: Span) -> Int {
    scalars[max(0, span.start)..<min(max(span.start, span.end), scalars.count)]
      .reduce(0) { $0 + $1.displayWidth }
  }

  /// Where a position in the raw text lies in the normalised one. Positions out of range are clamped.
  public func normalizedOffset(ofRaw offset: Int) -> Int {
    let clamped = max(0, min(offset, rawCount))
    return offsets.map { $0.normalized(clamped) } ?? clamped
  }

  /// Where a position in the normalised text lies in the raw one. Positions out of range are clamped.
  public func rawOffset(ofNormalized offset: Int) -> Int {
    let clamped = max(0, min(offset, scalars.count))
    return offsets.map { $0.raw(clamped) } ?? clamped
  }
}

/// `\r\n` and a lone `\r` are line feeds.
private func unifyLineEnds(_ scalars: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
  var result: [Unicode.Scalar] = []
  var afterReturn = false
  for scalar in scalars {
    if scalar == "\n", afterReturn {
      afterReturn = false
      continue
    }
    afterReturn = scalar == "\r"
    result.append(afterReturn ? "\n" : scalar)
  }
  return result
}

/// Offsets on either side of normalisation. Composition never crosses a grapheme's border, so the two texts
/// run in step from `Character` to `Character`; within one, positions map to its beginning.
private struct OffsetMap: Sendable {
  private var normalizedOfRaw: [Int] = []
  private var rawOfNormalized: [Int] = []

  func normalized(_ offset: Int) -> Int { normalizedOfRaw[min(offset, normalizedOfRaw.count - 1)] }

  func raw(_ offset: Int) -> Int { rawOfNormalized[min(offset, rawOfNormalized.count - 1)] }

  init(_ text: String) {
    for character in text {
      let raw = character.unicodeScalars.count
      let normalized = Array(String(String.UnicodeScalarView(unifyLineEnds(character.unicodeScalars)))._nfc)
      let rawStart = normalizedOfRaw.count
      let normalizedStart = rawOfNormalized.count
      let isUnchanged = raw == normalized.count
      for step in 0..<raw { normalizedOfRaw.append(normalizedStart + (isUnchanged ? step : 0)) }
      for step in normalized.indices { rawOfNormalized.append(rawStart + (isUnchanged ? step : 0)) }
    }
    let rawEnd = normalizedOfRaw.count
    let normalizedEnd = rawOfNormalized.count
    normalizedOfRaw.append(normalizedEnd)
    rawOfNormalized.append(rawEnd)
  }
}

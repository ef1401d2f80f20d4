import Syntax

/// Where an error is shown: the innermost place that is the user's own, and the way there.
struct ErrorPlace {
  /// Operands that are underlined at most.
  private static let markLimit = 6

  private(set) var site: Site?
  private(set) var source: Source?
  private var notes: [OperandNote] = []
  /// The function of the library that it happened in, when its source is not the user's.
  private(set) var innerFunction: String?
  private var callSites: [(signature: String, site: Int32)] = []
  private var skippedCalls = 0

  init(_ error: any Error) {
    guard let error = error as? RuntimeError else { return }
    var calls = error.calls.inner
    var splitAt = calls.count
    calls += error.calls.outer
    if let site = Machine.sites[error.site], let compiled = Machine.sites.source(of: site),
      !compiled.isLibrary
    {
      self.site = site
      source = compiled.source
      notes = error.operands
    } else if let index = calls.firstIndex(where: { Self.isUsers($0.site) }) {
      let call = calls[index]
      site = Machine.sites[call.site]
      source = site.flatMap { Machine.sites.source(of: $0)?.source }
      notes = call.operands
      innerFunction = call.signature
      calls.removeFirst(index + 1)
      splitAt -= index + 1
    }
    for (index, call) in calls.enumerated() {
      if index == splitAt { skippedCalls = error.calls.skipped }
      guard Self.isUsers(call.site) else { continue }
      callSites.append((call.signature, call.site))
    }
  }

  private static func isUsers(_ site: Int32) -> Bool {
    guard let site = Machine.sites[site], let source = Machine.sites.source(of: site) else { return false }
    return !source.isLibrary
  }

  /// 1-based line in the cell that was running: of the outermost call, where the place is in another cell.
  var line: Int? {
    guard let site, let source else { return nil }
    if let outermost = callSites.last.flatMap({ Machine.sites[$0.site] }), outermost.source !== site.source {
      return Machine.sites.source(of: outermost)?.source.line(of: outermost.span.start)
    }
    return source.line(of: site.span.start)
  }

  /// The operands as written, unless the error happened inside the library.
  var context: WordingContext {
    guard innerFunction == nil, let site, let source else {
      return WordingContext(caller: innerFunction.map { String($0.prefix { $0 != "(" }) })
    }
    return WordingContext(
      operands: site.operands.map { source.text($0) }, notes: notes, called: called(site, source),
      isSpread: isSpread(site, source),
      following: following(site, source))
  }

  /// The function that the place is a call of: the name before the parentheses that enclose the rest of it, of which
  /// the derivative may be called, or the one behind the last pipe.
  private func called(_ site: Site, _ source: Source) -> String? {
    var text = Substring(source.text(site.span))
    // Parentheses around the call are none of its own.
    while text.hasPrefix("("), text.hasSuffix(")") { text = text.dropFirst().dropLast() }
    if let pipe = text.ranges(of: "|>").last {
      let name = text[pipe.upperBound...].drop { $0.isWhitespace }
      if !name.isEmpty, name.allSatisfy(Self.isPartOfName) { return String(name) }
    }
    let isGradient = text.hasPrefix("∇")
    if isGradient { text = text.dropFirst() }
    let name = text.prefix(while: Self.isPartOfName)
    let rest = text.dropFirst(name.count).drop { "'′″‴".contains($0) }
    guard !name.isEmpty, rest.first == "(" else { return nil }
    // Within a function of the notebook the place is another.
    if isGradient || rest.count < text.count - name.count {
      guard case .function? = Machine.session?.library.globals.cells[String(name)]?.value else { return nil }
    }
    var depth = 0
    for character in rest.dropLast() {
      if character == "(" { depth += 1 } else if character == ")" { depth -= 1 }
      if depth == 0, character == ")" { return nil }
    }
    return String(name)
  }

  private static func isPartOfName(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }

  private func isSpread(_ site: Site, _ source: Source) -> Bool {
    site.operands.contains { source.text(Span($0.end, $0.end + 3)) == "..." }
  }

  private func following(_ site: Site, _ source: Source) -> String {
    let end = min(site.span.end + 40, source.scalars.count)
    let text = source.text(Span(site.span.end, max(site.span.end, end)))
    return String(text.prefix { !$0.isNewline })
  }

  // MARK: Excerpt

  func excerpt(_ words: Words) -> Excerpt? {
    guard let site, let source else { return nil }
    var marks: [Excerpt.Mark] = []
    switch innerFunction == nil ? words.culprit : .operands {
    case .operands, .positional:
      let isPositional = if case .positional = words.culprit { true } else { false }
      let named = isPositional && innerFunction == nil ? namedOperands(of: site, source) : []
      for (index, span) in site.operands.enumerated() where !named.contains(index) {
        let label = innerFunction == nil ? words.labels[index] : nil
        guard label != nil || index < notes.count else { continue }
        let note = index < notes.count ? notes[index] : nil
        marks.append(mark(span, index, note, label, site, source))
      }
    case .operand(let index):
      if index < site.operands.count { marks = [Excerpt.Mark(span: site.operands[index])] }
    case .argument(let name):
      marks = nameSpan(ofArgument: name, site, source).map { [Excerpt.Mark(span: $0)] } ?? []
    case .whole: marks = [Excerpt.Mark(span: site.span)]
    case .plainOperands: break
    }
    if marks.isEmpty { marks = site.operands.map { Excerpt.Mark(span: $0) } }
    if marks.isEmpty { marks = [Excerpt.Mark(span: site.span)] }
    return Excerpt(source: source, marks: Array(marks.prefix(Self.markLimit)))
  }

  /// The operands behind a `name =`, and those behind the semicolon that are names themselves.
  private func namedOperands(of site: Site, _ source: Source) -> Set<Int> {
    var named: Set<Int> = []
    var isBehindSemicolon = false
    for (index, operand) in site.operands.enumerated() {
      let before = source.scalars[site.span.start..<max(site.span.start, operand.start)].last { $0 != " " }
      if before == ";" { isBehindSemicolon = true }
      if before == "=" || isBehindSemicolon { named.insert(index) }
    }
    return named
  }

  /// `name` before the `=` of an argument, or the argument that is the name itself.
  private func nameSpan(ofArgument name: String, _ site: Site, _ source: Source) -> Span? {
    let scalars = Array(name.unicodeScalars)
    for operand in site.operands {
      if source.text(operand) == name { return operand }
      var end = operand.start
      func skipSpaces() { while end > site.span.start, source.scalars[end - 1] == " " { end -= 1 } }
      skipSpaces()
      guard end > site.span.start, source.scalars[end - 1] == "=" else { continue }
      end -= 1
      skipSpaces()
      let start = end - scalars.count
      if start >= site.span.start, source.scalars[start..<end].elementsEqual(scalars) {
        return Span(start, end)
      }
    }
    return nil
  }

  private func mark(
    _ span: Span, _ index: Int, _ note: OperandNote?, _ label: String?, _ site: Site, _ source: Source
  ) -> Excerpt.Mark {
    var mark = Excerpt.Mark(span: span, index: index)
    let text = Self.short(source.text(span))
    let isName = WordingContext(operands: [text]).isName(0)
    if let label, note?.isValue ?? true {
      mark.note = label == text ? label : text + (isName ? " = " : " is ") + label
      return mark
    }
    guard let note else { return mark }
    if note.isValue {
      mark.note =
        note.description == text
        ? Self.kind(ofLiteral: text) : text + (isName ? " = " : " is ") + Self.short(note.description)
    } else {
      mark.note = "\(text): \(note.description)"
      mark.origin = origin(of: note, site, span, source)
    }
    return mark
  }

  /// "cell [5]"; nothing where the operand itself made it, or the library did.
  private func origin(of note: OperandNote, _ site: Site, _ operand: Span, _ source: Source) -> String? {
    guard let number = note.origin, let made = Machine.sites[number],
      let compiled = Machine.sites.source(of: made), !compiled.isLibrary
    else { return nil }
    guard made.source === site.source else { return compiled.source.name }
    if made.span.start >= operand.start && made.span.end <= operand.end { return nil }
    let line = compiled.source.line(of: made.span.start)
    return "\(compiled.source.name) line \(line)"
  }

  private static func kind(ofLiteral text: String) -> String {
    if text.hasPrefix("\"") { return "a string" }
    return text == "true" || text == "false" ? "a bool" : "a number"
  }

  /// On one line, the middle left out where it is long.
  private static func short(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let characters = Array(line)
    guard characters.count > 32 else { return line }
    return String(characters.prefix(20)) + "…" + String(characters.suffix(8))
  }

  // MARK: Calls

  /// `in layer(x; W, b), called at cell [7] line 2`, innermost first; a long recursion is cut in its middle.
  var trail: [String] {
    let lines = callSites.compactMap { call -> String? in
      guard let site = Machine.sites[call.site], let source = Machine.sites.source(of: site)?.source else {
        return nil
      }
      return "in \(call.signature), called at \(source.name) line \(source.line(of: site.span.start))"
    }
    let total = lines.count + skippedCalls
    guard total > 6 else { return lines }
    let left = total - 4
    return lines.prefix(3) + ["… \(Wording.grouped(left)) more …"] + lines.suffix(1)
  }
}

import Interpreter
import Numerics

extension LibraryBuilder {
  func addText() {
    add(
      "print(values...)",
      """
      Prints the values with nothing between them and no new line at the end.

      > print("a", 1)
      a1

      See also: println, string
      """
    ) {
      try Machine.session?.print(Printer.printed($0.positional))
      return .nothing
    }
    add(
      "println(values...)",
      """
      Prints the values with nothing between them, and a new line at the end.

      > println("loss ", 0.5)
      loss 0.5

      See also: print, display, format
      """
    ) {
      try Machine.session?.print(Printer.printed($0.positional) + "\n")
      return .nothing
    }
    add(
      "eprintln(values...)",
      """
      println to the error stream.

      > eprintln("a warning")
      a warning

      See also: println
      """
    ) {
      try Machine.session?.print(Printer.printed($0.positional) + "\n", to: .standardError)
      return .nothing
    }
    add(
      "string(values...)",
      """
      The values as one string, as println would print them in a line.

      > string("loss ", [1, 2])
      loss [1, 2]

      See also: $, format, join
      """
    ) {
      .text(try joined($0.positional.map(Printer.interpolated)))
    }
    add(
      "format(x; digits)",
      """
      A number as text with exactly `digits` digits after the point, tensors inline. One too small for a digit other than
      0 gets a power of ten: only 0 reads as 0.

      > format(π; digits = 3)
      3.142

      > format(0.00012; digits = 2)
      1.20e-4

      See also: string, round
      """
    ) {
      guard let digits = try $0["digits"]?.whole("format") else {
        return .text(Printer.interpolated($0.positional[0]))
      }
      // The smallest numbers have some 1,100 digits.
      guard digits <= 2000 else {
        throw Problem.badValue(function: "format", reason: "digits is at most 2,000")
      }
      return .text(Printer.fixed(try $0.tensor(0, "format"), digits: digits))
    }
    add(
      "split(text, separator)",
      """
      The parts of a text between the separators, by default white space.

      > split("1,2,3", ",")
      ("1", "2", "3")

      See also: join, parse
      """,
      optional: 1
    ) {
      let text = try $0.positional[0].string("split")
      guard $0.positional.count == 2 else {
        return .items(try words(of: text))
      }
      let separator = try $0.positional[1].string("split")
      return .items(try pieces(of: text, between: separator))
    }
    add(
      "join(parts, separator)",
      """
      The parts as one text with the separator between them.

      > join(("a", "b"), "-")
      a-b

      See also: split, string
      """, optional: 1
    ) {
      let separator = $0.positional.count == 2 ? try $0.positional[1].string("join") : ""
      return .text(
        try joined(Iteration.items($0.positional[0]).map(Printer.interpolated), separator: separator))
    }
    add1(
      "parse(text)",
      """
      The number that a text spells; a ValueError where it spells none.

      > parse("1e-3")
      0.001

      See also: string, split, input
      """
    ) {
      let text = try $0.string("parse")
      guard text.utf8.count <= longestNumber, let number = number(spelled: text) else {
        throw Problem.badValue(function: "parse", reason: "\"\(text)\" is not a number")
      }
      return .number(number)
    }
  }
}

/// A number as programs write it, with a sign and white space around it: 1_000, 0xff, 0b101, Inf.
private func number(spelled text: String) -> Double? {
  var text = text.map { $0 == "−" ? "-" : String($0) }.joined()[...]
  while text.first?.isWhitespace == true { text.removeFirst() }
  while text.last?.isWhitespace == true { text.removeLast() }
  var sign = 1.0
  if let first = text.first, "+-".contains(first) {
    sign = first == "-" ? -1 : 1
    text.removeFirst()
  }
  // One sign is enough.
  guard let first = text.first, !"+-".contains(first) else { return nil }
  if text == "∞" { return sign * .infinity }
  let parts = text.split(separator: "_", omittingEmptySubsequences: false)
  // An underscore stands between digits.
  for (before, after) in zip(parts, parts.dropFirst()) {
    guard before.last?.isHexDigit == true, after.first?.isHexDigit == true else { return nil }
  }
  let plain = parts.joined()
  for (prefix, radix) in [("0x", 16), ("0b", 2)] where plain.hasPrefix(prefix) {
    return UInt64(plain.dropFirst(2), radix: radix).map { sign * Double($0) }
  }
  return Double(plain).map { sign * $0 }
}

/// The parts as one text, which must fit into memory.
private func joined(_ parts: [String], separator: String = "") throws -> String {
  let count = parts.reduce(0) { $0 &+ $1.utf8.count &+ separator.utf8.count }
  try Memory.reserve(count)
  return parts.joined(separator: separator)
}

/// More letters than anybody writes of one number.
private let longestNumber = 1 << 16

/// Parts of a text as they are found, while memory has room for them.
private struct TextParts {
  private(set) var values: [Value] = []
  private var bytes = 0

  mutating func append(_ part: Substring) throws {
    if values.count & 0xFF == 0 { try NumericsInterruption.poll() }
    bytes += 96 + part.utf8.count
    try Memory.reserve(bytes)
    values.append(.text(String(part)))
  }
}

/// The parts between white space.
private func words(of text: String) throws -> [Value] {
  var parts = TextParts()
  var start: String.Index?
  var sincePoll = 0
  for index in text.indices {
    sincePoll += 1
    if sincePoll & 0xFFF == 0 { try NumericsInterruption.poll() }
    if text[index].isWhitespace {
      if let begin = start { try parts.append(text[begin..<index]) }
      start = nil
    } else if start == nil {
      start = index
    }
  }
  if let start { try parts.append(text[start...]) }
  return parts.values
}

private func pieces(of text: String, between separator: String) throws -> [Value] {
  guard !separator.isEmpty else { return try Iteration.items(.text(text)) }
  // A separator is found where its bytes are and both its ends lie between characters.
  let (bytes, wanted) = (text.utf8, Array(separator.utf8))
  var parts = TextParts()
  var start = text.startIndex
  var place = text.startIndex
  var sincePoll = 0
  while place < text.endIndex {
    sincePoll += 1
    if sincePoll & 0xFFF == 0 { try NumericsInterruption.poll() }
    if bytes[place] == wanted[0], bytes[place...].starts(with: wanted),
      let end = bytes.index(place, offsetBy: wanted.count, limitedBy: bytes.endIndex),
      place.samePosition(in: text) != nil, end.samePosition(in: text) != nil
    {
      try parts.append(text[start..<place])
      (start, place) = (end, end)
    } else {
      bytes.formIndex(after: &place)
    }
  }
  try parts.append(text[start...])
  return parts.values
}

extension LibraryBuilder {
  /// What talks to the front end.
  func addNotebook() {
    add1(
      "display(x)",
      """
      Shows a value now; the result is a handle for `update`.

      > display([1, 2]);
      2 f64
       1  2

      See also: update, println, clear_output
      """
    ) {
      guard let session = Machine.session else { return .nothing }
      let id = session.newDisplayID()
      if let bundle = try Display.bundle(of: $0) {
        try session.display(bundle, id: id)
        session.offerControls(of: $0)
      }
      return .record(Record(names: ["id"], items: [.text(id)], tag: .display))
    }
    add2(
      "update(d, x)",
      """
      Replaces what a `display` showed by `x`.

      > d = display("0 %")
      > update(d, "100 %")
      100 %

      See also: display, progress, clear_output
      """
    ) { handle, value in
      guard case .record(let record) = handle, record.tag == .display, case .string(let id)? = record["id"]
      else {
        throw Problem.wrongArgument(
          function: "update", expected: "what `display` returned", got: handle.kindDescription)
      }
      if let bundle = try Display.bundle(of: value) { try Machine.session?.update(bundle, id: id.string) }
      return .nothing
    }
    add(
      "clear_output(; wait = false)",
      """
      Empties the output of the cell; with `wait = true` when the next output comes.

      > println("gone")
      > clear_output()
      > println("stays")
      stays

      See also: display, update
      """
    ) {
      let wait = try $0["wait"]?.tensor("clear_output").truth ?? false
      Machine.session?.clearOutput(wait: wait)
      return .nothing
    }
    add(
      "input(prompt)",
      """
      Asks for a line of text and waits for it; a ValueError where nobody can answer, as in `nabla run`.

      > name = try input("Your name? ") catch e; "nobody" end
      > "Hello, $name"
      Hello, nobody

      See also: parse
      """, optional: 1
    ) {
      let prompt = try $0.positional.first?.string("input") ?? ""
      guard let session = Machine.session else { throw Problem.inputUnavailable }
      do {
        return .text(try session.input(prompt: prompt))
      } catch is InputUnavailable { throw Problem.inputUnavailable }
    }
  }
}

extension RecordTag {
  /// What `display` answers.
  fileprivate static let display = RecordTag("Display")
}

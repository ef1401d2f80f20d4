// What a program wrote for a terminal, as HTML: colours, and the carriage returns of progress bars.

/// The text with its colours as classes: `bold`, `underlined`, `colour1` … `colour7`.
public func terminalMarkup(_ text: String) -> String {
  var result = ""
  var style = TerminalStyle()
  var isOpen = false
  var rest = Substring(overwritten(text))
  while let escape = rest.firstIndex(of: "\u{1B}") {
    result += escapedSigns(rest[..<escape])
    let code = rest[rest.index(after: escape)...]
    guard code.first == "[", let end = code.dropFirst().firstIndex(where: { $0.isLetter }) else {
      rest = code
      continue
    }
    if code[end] == "m" {
      style.apply(code[code.index(after: code.startIndex)..<end])
      if isOpen { result += "</span>" }
      isOpen = !style.classes.isEmpty
      if isOpen { result += "<span class=\"\(style.classes.joined(separator: " "))\">" }
    }
    rest = code[code.index(after: end)...]
  }
  return result + escapedSigns(rest) + (isOpen ? "</span>" : "")
}

private struct TerminalStyle {
  private var isBold = false
  private var isUnderlined = false
  private var colour: Int?

  mutating func apply(_ codes: Substring) {
    for code in codes.split(separator: ";", omittingEmptySubsequences: false) {
      switch Int(code) ?? 0 {
      case 0: self = TerminalStyle()
      case 1: isBold = true
      case 4: isUnderlined = true
      case 22: isBold = false
      case 24: isUnderlined = false
      case 39: colour = nil
      case let number where (30...37).contains(number): colour = number - 30
      case let number where (90...97).contains(number): colour = number - 90
      default: break
      }
    }
  }

  var classes: [String] {
    (isBold ? ["bold"] : []) + (isUnderlined ? ["underlined"] : []) + (colour.map { ["colour\($0)"] } ?? [])
  }
}

/// What a terminal shows at the end: a carriage return begins the line again, a backspace goes back by a character.
public func overwritten(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: { $0 == "\r" || $0 == "\u{8}" }) else { return text }
  var lines: [String] = []
  // In Swift a carriage return with a line feed is one character; it only ends the line.
  for line in text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" }) {
    var shown: [Character] = []
    var position = 0
    for character in line {
      switch character {
      case "\r": position = 0
      case "\u{8}": position = max(0, position - 1)
      default:
        if position < shown.count { shown[position] = character } else { shown.append(character) }
        position += 1
      }
    }
    lines.append(String(shown))
  }
  return lines.joined(separator: "\n")
}

// Text that is to be seen as it is written, whatever stands in it.

/// The text between tags: nothing in it is markup.
public func escaped(_ text: some StringProtocol) -> String {
  var result = ""
  result.reserveCapacity(text.utf8.count)
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    // Inside an attribute too.
    case "\"": result += "&quot;"
    case "\n", "\t": result.unicodeScalars.append(scalar)
    // HTML has no place for these, nor for a character of no assignment.
    default: result.unicodeScalars.append(scalar.isAllowedInHTML ? scalar : "\u{FFFD}")
    }
  }
  return result
}

/// The same for text of fixed width. A letter with marks above it gets a class of its own: few fonts of that width know
/// where the marks belong.
public func escapedSigns(_ text: some StringProtocol) -> String {
  guard text.unicodeScalars.contains(where: \.isMark) else { return escaped(text) }
  var result = ""
  for character in text {
    let isMarked = character.isLetter && character.unicodeScalars.contains(where: \.isMark)
    result +=
      isMarked ? "<span class=\"marked\">\(escaped(String(character)))</span>" : escaped(String(character))
  }
  return result
}

extension Unicode.Scalar {
  /// Goes above, below or through the letter before it.
  fileprivate var isMark: Bool { (0x300...0x36F).contains(value) || (0x20D0...0x20F0).contains(value) }

  fileprivate var isAllowedInHTML: Bool {
    value >= 0x20 && !(0x7F...0x9F).contains(value) && !(0xFDD0...0xFDEF).contains(value)
      && value & 0xFFFE != 0xFFFE
  }
}

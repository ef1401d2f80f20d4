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

extension Unicode.Scalar {
  fileprivate var isAllowedInHTML: Bool {
    value >= 0x20 && !(0x7F...0x9F).contains(value) && !(0xFDD0...0xFDEF).contains(value)
      && value & 0xFFFE != 0xFFFE
  }
}

/// The character that an entity such as `&mdash;` or `&#8212;` names; the entity itself where it is not known.
func character(ofEntity entity: String) -> String {
  let name = entity.dropFirst().dropLast()
  if name.hasPrefix("#") {
    let digits = name.dropFirst()
    let isHexadecimal = digits.first == "x" || digits.first == "X"
    let value = isHexadecimal ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    guard let value, value != 0, let scalar = Unicode.Scalar(value) else { return "\u{FFFD}" }
    return String(scalar)
  }
  return named[String(name)] ?? entity
}

/// Those that people write.
private let named: [String: String] = [
  "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}", "copy": "©", "reg": "®",
  "deg": "°", "plusmn": "±", "times": "×", "divide": "÷", "middot": "·", "bull": "•", "hellip": "…",
  "ndash": "–", "mdash": "—", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”", "laquo": "«",
  "raquo": "»", "larr": "←", "rarr": "→", "uarr": "↑", "darr": "↓", "harr": "↔", "thinsp": "\u{2009}",
  "ensp": "\u{2002}", "emsp": "\u{2003}", "shy": "\u{AD}", "sect": "§", "para": "¶", "euro": "€",
  "auml": "ä", "ouml": "ö", "uuml": "ü", "Auml": "Ä", "Ouml": "Ö", "Uuml": "Ü", "szlig": "ß",
  "eacute": "é", "egrave": "è", "ccedil": "ç", "ntilde": "ñ",
]

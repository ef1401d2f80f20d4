// SVG as text: an element a line, attributes sorted, user text escaped, ids hashed from the content.

/// The value of an attribute; what names an id gets its final text only when the content is known.
enum AttributeValue: Sendable {
  case text(String)
  case identifier(Int)
  case reference(Int)
  /// A picture, shown this many pixels wide.
  case picture(PixelImage, width: Double)
}

/// What the text of a document depends on beside its elements.
struct Writing {
  /// What every id begins with.
  var prefix: String
  /// Whether pictures are written as fine as they are shown, for readers that would blur coarse ones.
  var enlargesPictures = false
  /// Whether what a page draws itself is left out.
  var isGround = false
}

/// An element of the document.
struct Element: Sendable {
  var name: String
  var attributes: [(name: String, value: AttributeValue)] = []
  var children: [Element] = []
  var text: String?
  /// Whether a page that computes the figure anew draws it itself.
  var isMoving = false

  init(_ name: String, _ attributes: [(String, String)] = [], text: String? = nil) {
    self.name = name
    self.attributes = attributes.map { ($0.0, .text($0.1)) }
    self.text = text
  }

  /// Adds a class to those it has.
  mutating func include(class name: String?) {
    guard let name else { return }
    if let place = attributes.firstIndex(where: { $0.name == "class" }),
      case .text(let others) = attributes[place].value
    {
      attributes[place].value = .text("\(others) \(name)")
    } else {
      attributes.append(("class", .text(name)))
    }
  }

  func write(to output: inout String, _ writing: Writing) throws {
    try FigureWork.poll()
    if isMoving, writing.isGround { return }
    let prefix = writing.prefix
    output += "<\(name)"
    for attribute in attributes.sorted(by: { $0.name < $1.name }) {
      output += " \(attribute.name)=\""
      switch attribute.value {
      case .text(let value): output += escaped(value, attribute: true)
      case .identifier(let number): output += "\(prefix)-\(number)"
      case .reference(let number): output += "url(#\(prefix)-\(number))"
      case .picture(let picture, let width):
        let factor =
          writing.enlargesPictures
          ? Int(clamping: (2 * width / Double(max(picture.width, 1))).rounded(.up), to: 1...10_000) : 1
        let shown = factor > 1 ? picture.enlarged(factor) : picture
        output += "data:image/png;base64,\(base64(shown.file))"
      }
      output += "\""
    }
    if let text {
      output += ">\(escaped(text))</\(name)>\n"
    } else if children.isEmpty {
      output += "/>\n"
    } else {
      output += ">\n"
      for child in children { try child.write(to: &output, writing) }
      output += "</\(name)>\n"
    }
  }
}

/// The text as XML may carry it; what XML cannot carry becomes U+FFFD.
func escaped(_ text: String, attribute: Bool = false) -> String {
  // Paths are long and have nothing to escape.
  let isPlain = text.utf8.allSatisfy {
    $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "&") && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">")
      && $0 != UInt8(ascii: "\"")
  }
  if isPlain { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"" where attribute: result += "&quot;"
    case "\n": result += attribute ? "&#10;" : " "
    case "\t": result += " "
    default:
      let value = scalar.value
      let forbidden = value < 0x20 || (0x7F...0x9F).contains(value) || value == 0xFFFE || value == 0xFFFF
      result.unicodeScalars.append(forbidden ? "\u{FFFD}" : scalar)
    }
  }
  return result
}

/// FNV-1a over the bytes: ids need to be stable and unlikely to meet, not secret.
func contentHash(_ text: String) -> String {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in text.utf8 {
    hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
  }
  return String(hash, radix: 16)
}

/// A line of a report, plain or with the 16 colours of a terminal.
struct StyledLine {
  enum Style: Equatable {
    case plain
    /// The kind of the error.
    case heading
    /// The line number and its rule.
    case gutter
    /// Something of the operand with that number, in the source and in its note.
    case operand(Int, isUnderlined: Bool)
    case bold

    fileprivate var codes: String {
      switch self {
      case .plain: return ""
      case .heading: return "1;31"
      case .gutter: return "34"
      case .bold: return "1"
      case .operand(let index, let isUnderlined):
        return "1;" + (isUnderlined ? "4;" : "") + ["31", "34", "35", "32"][index % 4]
      }
    }
  }

  private var parts: [(text: String, style: Style)] = []

  init() {}

  init(_ text: String, _ style: Style = .plain) { append(text, style) }

  mutating func append(_ text: String, _ style: Style = .plain) {
    guard !text.isEmpty else { return }
    parts.append((text, style))
  }

  var plain: String {
    var text = parts.map(\.text).joined()
    while text.last == " " { text.removeLast() }
    return text
  }

  var coloured: String {
    parts.map { part in
      part.style == .plain ? part.text : "\u{1B}[\(part.style.codes)m\(part.text)\u{1B}[0m"
    }.joined()
  }
}

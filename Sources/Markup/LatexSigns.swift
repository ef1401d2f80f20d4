// Single signs, and the letters of the alphabets.

extension LatexParser {
  /// A character that stands for itself; a digit with the rest of its number.
  mutating func sign(_ character: Character, takesDigits: Bool) -> MathAtom {
    if character.isASCIIDigit {
      var text = String(character)
      while takesDigits, case .character(let next)? = scanner.peek(), next.isASCIIDigit || next == "." {
        var ahead = scanner
        _ = ahead.next()
        // A point belongs to a number only before a digit.
        if next == "." {
          guard !text.contains("."), case .character(let digit)? = ahead.peek(), digit.isASCIIDigit else {
            break
          }
        }
        text.append(next)
        scanner = ahead
      }
      return MathAtom(MathElement("mn", text: inAlphabet(text)), .ordinary)
    }
    switch character {
    case "-", "−": return Self.symbol("−", .binary)
    case "+": return Self.symbol("+", .binary)
    case "*": return Self.symbol("∗", .binary)
    case "·": return Self.symbol("⋅", .binary)
    case "=", "<", ">", ":": return Self.symbol(String(character), .relation)
    case ",", ";": return Self.symbol(String(character), .punctuation)
    case "(", "[": return Self.symbol(String(character), .opening)
    case ")", "]": return Self.symbol(String(character), .closing)
    case "/", "|", "!", "?", ".", "@", "\"", "`": return Self.symbol(String(character), .ordinary)
    default:
      if character.isLetter { return accented(character) }
      return Self.symbol(String(character), Self.kinds[String(character)] ?? .ordinary)
    }
  }

  /// A letter with the marks above it that were typed as characters of their own: a letter alone is slanted, and a mark
  /// stands in the middle of it, as by the commands.
  private func accented(_ character: Character) -> MathAtom {
    let marks = character.unicodeScalars.dropFirst().map { Self.accents[$0] }
    guard let first = character.unicodeScalars.first, !marks.contains(nil) else {
      return letter(String(character))
    }
    return marks.reduce(letter(String(first))) { atom, mark in
      MathAtom(Self.accented(atom.element, mark ?? "", isStretchy: false), .ordinary)
    }
  }

  /// A mark above what it belongs to. One that does not grow is set as a limit: as an accent, Chromium lays dots and bars
  /// over the letter itself.
  static func accented(_ body: MathElement, _ mark: String, isStretchy: Bool) -> MathElement {
    let sign = MathElement("mo", " stretchy=\"\(isStretchy)\"", text: mark)
    return MathElement("mover", isStretchy ? " accent=\"true\"" : "", [body, sign])
  }

  /// What the commands of accents write, by the combining characters that mean the same.
  private static let accents: [Unicode.Scalar: String] = {
    let names: [Unicode.Scalar: String] = [
      "\u{300}": "grave", "\u{301}": "acute", "\u{302}": "hat", "\u{303}": "tilde", "\u{304}": "bar",
      "\u{306}": "breve", "\u{307}": "dot", "\u{308}": "ddot", "\u{30A}": "mathring", "\u{30C}": "check",
      "\u{20D7}": "vec", "\u{20DB}": "dddot",
    ]
    return names.compactMapValues { name in
      guard case .accent(let mark, _)? = LatexCommand.table[name] else { return nil }
      return mark
    }
  }()

  /// Signs typed as themselves are what their commands are. The bars of a norm open by one command and close by
  /// another: typed, they do neither.
  private static let kinds: [String: MathAtom.Kind] = {
    var kinds: [String: MathAtom.Kind] = [:]
    for case .symbol(let symbol, let kind) in LatexCommand.table.values where kind != .ordinary {
      kinds[symbol] = kinds[symbol, default: kind] == kind ? kind : .ordinary
    }
    return kinds
  }()

  static func symbol(_ symbol: String, _ kind: MathAtom.Kind) -> MathAtom {
    MathAtom(element(symbol, kind), kind)
  }

  private static func element(_ symbol: String, _ kind: MathAtom.Kind) -> MathElement {
    let first = symbol.unicodeScalars.first ?? " "
    switch kind {
    case .opening: return MathElement("mo", " stretchy=\"false\" form=\"prefix\"", text: symbol)
    case .closing: return MathElement("mo", " stretchy=\"false\" form=\"postfix\"", text: symbol)
    case .binary, .punctuation: return MathElement("mo", text: symbol)
    case .relation:
      // Arrows and bars would grow with what stands beside them.
      let grows = first.properties.isMathematicalArrow || "∣∥".unicodeScalars.contains(first)
      return MathElement("mo", grows ? " stretchy=\"false\"" : "", text: symbol)
    default:
      if "/|‖!?.…⋯⋮⋱′@\"`".unicodeScalars.contains(first) {
        return MathElement("mo", " stretchy=\"false\" lspace=\"0\" rspace=\"0\"", text: symbol)
      }
      return MathElement("mi", first.isUprightLetter ? " mathvariant=\"normal\"" : "", text: symbol)
    }
  }

  /// A letter, slanted unless an alphabet says otherwise.
  func letter(_ text: String) -> MathAtom {
    let first = text.unicodeScalars.first ?? " "
    let isUpright = alphabet == .upright || (alphabet == nil && first.isUprightLetter)
    return MathAtom(
      MathElement("mi", isUpright ? " mathvariant=\"normal\"" : "", text: inAlphabet(text)), .ordinary)
  }

  private func inAlphabet(_ text: String) -> String {
    guard let alphabet else { return text }
    return text.unicodeScalars.map { alphabet.letter($0) ?? String($0) }.joined()
  }

  /// Upright letters in a row are one word.
  func merged(_ atoms: [MathAtom]) -> [MathAtom] {
    guard alphabet == .upright else { return atoms }
    var result: [MathAtom] = []
    for atom in atoms {
      if case .text(let word)? = result.last?.element.content, let last = result.last?.element,
        last.name == "mi", atom.element.name == "mi", case .text(let letter) = atom.element.content
      {
        result[result.count - 1].element = MathElement("mi", text: word + letter)
      } else {
        result.append(atom)
      }
    }
    return result
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isWholeNumber }
}

extension Unicode.Scalar {
  /// ∂, ∇ and the capital letters of Greek, which a browser would slant.
  fileprivate var isUprightLetter: Bool { self == "∂" || self == "∇" || ("Α"..."Ω").contains(self) }
}

extension Unicode.Scalar.Properties {
  fileprivate var isMathematicalArrow: Bool {
    name?.contains("ARROW") == true || name?.contains("HARPOON") == true
  }
}

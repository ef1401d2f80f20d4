// What each character is to the lexer. Unicode's own letters are the rule; the raised ones are taken out,
// because on the blackboard they are operators.

extension Unicode.Scalar {
  /// A letter or `_`: what a name may begin with.
  var isNameStart: Bool {
    if isASCII { return isASCIILetter || self == "_" }
    if isRaised || isSubscript { return false }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber:
      return true
    default: return false
    }
  }

  /// What a name may go on with: letters, digits, `_`, subscripts and combining marks.
  var isNamePart: Bool {
    if isASCII { return isASCIILetter || isDigit || self == "_" }
    if isRaised { return false }
    if isSubscript { return true }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber,
      .decimalNumber, .nonspacingMark, .spacingMark:
      return true
    default: return false
    }
  }

  var isASCIILetter: Bool {
    (value >= 0x61 && value <= 0x7A) || (value >= 0x41 && value <= 0x5A)
  }

  /// An ASCII digit, as numbers are made of.
  var isDigit: Bool { value >= 0x30 && value <= 0x39 }

  var isHexadecimalDigit: Bool {
    isDigit || (value >= 0x61 && value <= 0x66) || (value >= 0x41 && value <= 0x46)
  }

  /// White space within a line.
  var isSpace: Bool {
    if isASCII { return self == " " || self == "\t" || value == 0x0B || value == 0x0C }
    return value == 0xFEFF || properties.generalCategory == .spaceSeparator
  }

  var isSubscript: Bool {
    switch value {
    case 0x2080...0x208E, 0x2090...0x209C, 0x1D62...0x1D6A, 0x2C7C: return true
    default: return false
    }
  }

  /// A superscript: an operator, never part of a name.
  var isRaised: Bool {
    switch value {
    case 0xAA, 0xB2, 0xB3, 0xB9, 0xBA: return true
    case 0x2B0...0x2B8, 0x2E0...0x2E4: return true
    case 0x1D2C...0x1D61, 0x1D78, 0x1D9B...0x1DBF: return true
    case 0x2070, 0x2071, 0x2074...0x207F, 0x2C7D: return true
    case 0xA69C, 0xA69D, 0xA770, 0xA7F2...0xA7F4, 0xA7F8, 0xA7F9, 0xAB5C...0xAB5F, 0xAB69: return true
    case 0x10780...0x107BA: return true
    default: return false
    }
  }

  /// What a superscript stands for on the line: `²` is `2`, `⁻` is `-`, `ⁿ` is `n`.
  var lowered: Unicode.Scalar? { isRaised ? loweredCharacters[self] : nil }

  /// Certainly left alone by NFC, whatever stands beside it: most texts need no normalisation, which costs as
  /// much as parsing. Characters of other ranges may be inert too.
  var isInert: Bool {
    switch value {
    case 0..<0x300, 0x388...0x3FF, 0x400...0x482, 0x1D2C...0x1D6A, 0x2010...0x20CF: return true
    case 0x2190...0x2328, 0x232B...0x2ADB, 0x4E00...0x9FFF: return true
    default: return false
    }
  }

  /// The letters that Nabla reads as another: the micro sign as mu, the open e as epsilon.
  var foldedLetter: Unicode.Scalar {
    switch value {
    case 0xB5: return "μ"
    case 0x25B: return "ε"
    default: return self
    }
  }

  /// Cells of a terminal.
  var displayWidth: Int {
    if value < 0x300 { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}

private let loweredCharacters: [Unicode.Scalar: Unicode.Scalar] = {
  let raised = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᶿᵠᵡ"
  let plain = "0123456789+-abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδθφχ"
  return Dictionary(uniqueKeysWithValues: zip(raised.unicodeScalars, plain.unicodeScalars))
}()

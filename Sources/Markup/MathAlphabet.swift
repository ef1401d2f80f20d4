/// The alphabets of mathematics, each with its own characters in Unicode.
enum MathAlphabet {
  case upright, italic, bold, boldItalic, script, fraktur, doubleStruck, sansSerif, monospace

  /// The letter or digit in this alphabet; `nil` where it has none.
  func letter(_ scalar: Unicode.Scalar) -> String? {
    if let exception = Self.exceptions[self]?[scalar] { return exception }
    let starts = self.starts
    let range: (first: UInt32, start: UInt32?)
    switch scalar {
    case "A"..."Z": range = (0x41, starts.capital)
    case "a"..."z": range = (0x61, starts.small)
    case "0"..."9": range = (0x30, starts.digit)
    case "Α"..."Ω": range = (0x391, starts.greekCapital)
    case "α"..."ω": range = (0x3B1, starts.greekSmall)
    default: return nil
    }
    guard let start = range.start, let letter = Unicode.Scalar(start + scalar.value - range.first) else {
      return nil
    }
    return String(letter)
  }

  private struct Starts {
    var capital: UInt32?
    var small: UInt32?
    var digit: UInt32?
    var greekCapital: UInt32?
    var greekSmall: UInt32?
  }

  /// Where each run begins.
  private var starts: Starts {
    switch self {
    case .upright, .italic: Starts()
    case .bold:
      Starts(capital: 0x1D400, small: 0x1D41A, digit: 0x1D7CE, greekCapital: 0x1D6A8, greekSmall: 0x1D6C2)
    case .boldItalic:
      Starts(capital: 0x1D468, small: 0x1D482, digit: 0x1D7CE, greekCapital: 0x1D71C, greekSmall: 0x1D736)
    case .script: Starts(capital: 0x1D49C, small: 0x1D4B6)
    case .fraktur: Starts(capital: 0x1D504, small: 0x1D51E)
    case .doubleStruck: Starts(capital: 0x1D538, small: 0x1D552, digit: 0x1D7D8)
    case .sansSerif: Starts(capital: 0x1D5A0, small: 0x1D5BA, digit: 0x1D7E2)
    case .monospace: Starts(capital: 0x1D670, small: 0x1D68A, digit: 0x1D7F6)
    }
  }

  /// Letters that Unicode had before it had the alphabets.
  private static let exceptions: [MathAlphabet: [Unicode.Scalar: String]] = [
    .script: [
      "B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "L": "ℒ", "M": "ℳ", "R": "ℛ", "e": "ℯ", "g": "ℊ",
      "o": "ℴ",
    ],
    .fraktur: ["C": "ℭ", "H": "ℌ", "I": "ℑ", "R": "ℜ", "Z": "ℨ"],
    .doubleStruck: ["C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ"],
  ]
}

// How wide a text will be: the advance widths of Helvetica, 8 % wider because hosts substitute fonts.

/// Measures text without a font.
enum TextWidth {
  /// The width of a text in pixels at a font size.
  static func of(_ text: String, size: Double, bold: Bool = false) -> Double {
    pixels(units(text), size: size, bold: bold)
  }

  /// In thousandths of the font size: whole numbers, so that the parts of a text may be added up.
  private static func units(_ text: some StringProtocol) -> Double {
    var units = 0.0
    for scalar in text.unicodeScalars { units += advance(scalar) }
    return units
  }

  private static func pixels(_ units: Double, size: Double, bold: Bool = false) -> Double {
    units / 1000 * size * 1.08 * (bold ? 1.06 : 1)
  }

  /// The text cut with an ellipsis where it would be wider than the limit.
  static func elided(_ text: String, size: Double, limit: Double) -> String {
    var used = 0.0
    // The longest beginning that leaves room for the ellipsis.
    var fitting = text.startIndex
    for index in text.indices {
      used += units(text[index...index])
      if pixels(used, size: size) > limit {
        let kept = text[..<fitting].reversed().drop { $0 == " " }.reversed()
        return String(kept) + "…"
      }
      if pixels(used + units("…"), size: size) <= limit { fitting = text.index(after: index) }
    }
    return text
  }

  /// The text in lines that fit, broken at spaces where there are any; of more than `most` lines the last ends with an
  /// ellipsis.
  static func wrapped(
    _ text: String, size: Double, limit: Double, bold: Bool = false, most: Int = .max
  ) -> [String] {
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = ""
      if lines.count > most { break }
      for word in paragraph.split(separator: " ") {
        if lines.count > most { break }
        let longer = line.isEmpty ? String(word) : line + " " + word
        if of(longer, size: size, bold: bold) <= limit {
          line = longer
          continue
        }
        if !line.isEmpty { lines.append(line) }
        line = ""
        for character in word {
          if lines.count > most { break }
          if !line.isEmpty, of(line + String(character), size: size, bold: bold) > limit {
            lines.append(line)
            line = ""
          }
          line.append(character)
        }
      }
      lines.append(line)
    }
    return lines.count > most ? lines.prefix(most - 1) + [lines[most - 1] + "…"] : lines
  }

  /// Widths of U+0020 to U+007E in thousandths of the font size.
  private static let ascii: [Double] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
  ]

  private static func advance(_ scalar: Unicode.Scalar) -> Double {
    switch scalar.value {
    case 0x20...0x7E: return ascii[Int(scalar.value - 0x20)]
    case 0x00...0x1F, 0x7F...0x9F, 0x200B...0x200F, 0x300...0x36F, 0xFE00...0xFE0F: return 0
    case 0xB2, 0xB3, 0xB9, 0x2070...0x209F: return 400
    case 0xB7: return 333
    case 0xA0...0xFF: return 600
    case 0x391...0x3A9: return 722
    case 0x3B1...0x3C9: return 580
    case 0x2212, 0xD7, 0xF7: return 584
    case 0x2016: return 500
    case 0x2026, 0x2014: return 1000
    case 0x2190...0x22FF: return 750
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6:
      return 1000
    case 0x1F000...: return 1250
    default: return 667
    }
  }
}

import JSON
import Support

/// What exists, with something changed.
enum Mutation {
  // MARK: Programs

  private static let signs = Array(
    "()[]{}\"'#=$\\\n ;:,.∇∂√²ᵀ′?@×“_1eéx+-*/^|&<>!→🙂⊙⋅⊗∘÷%≈∈≤\u{301}\u{0}\u{FEFF}".unicodeScalars.map(
      String.init))
  private static let words = [
    "end", "if ", "for x in ", " in ", "begin\n", "function ", "\"\"\"", "#=", "=#", "$(", "...", "->",
    "true", "try ",
    "catch e\n", "else\n", "while ", "return ", "break", "nothing", "|>", "..", "==", "&&", ".*", "@show ",
    "@assert ",
    "∂f/∂x", "∇²", "end\n", "x = ", "f(x) = ",
  ]

  /// A program with a few changes: of words, signs or lines, or with a line of another program.
  static func program(_ text: String, others: [String], _ dice: inout Dice) -> String {
    var tokens = tokens(text)
    for _ in 0...dice.pick([0, 0, 0, 1, 1, 3]) {
      let place = dice.below(tokens.count + 1)
      let isInside = place < tokens.count
      switch dice.below(14) {
      case 9... where isInside: tokens[place] = likeness(of: tokens[place], among: tokens, &dice)
      case 0 where isInside: tokens.remove(at: place)
      case 1 where isInside: tokens[place] = dice.pick(ExtremeValues.all)
      case 2 where isInside: tokens[place] = dice.pick(tokens)
      case 3 where isInside: tokens.swapAt(place, dice.below(tokens.count))
      case 4 where isInside:
        let end = min(tokens.count, place + 1 + dice.below(8))
        tokens.insert(contentsOf: tokens[place..<end], at: dice.below(tokens.count))
      case 5 where isInside: tokens.removeSubrange(place..<min(tokens.count, place + 1 + dice.below(12)))
      case 6: tokens.insert(dice.pick(signs), at: place)
      case 7: tokens.insert(dice.pick(words), at: place)
      default:
        let lines = dice.pick(others).split(separator: "\n", omittingEmptySubsequences: false)
        tokens.insert("\n" + dice.pick(lines) + "\n", at: place)
      }
    }
    return tokens.joined()
  }

  private static let operators = [
    "+", "-", "*", "/", "^", "%", "÷", "⊙", "⋅", "⊗", "\\", "==", "<", ">", "≈", "∈", "&", "|", ":", "..",
    ".*",
  ]

  /// What may well stand in the place of a token: a number for a number, a name for a name, a sign for a sign.
  private static func likeness(of token: String, among tokens: [String], _ dice: inout Dice) -> String {
    guard let first = token.first else { return token }
    if first.isNumber { return dice.pick(ExtremeValues.numbers + ["1", "2", "3", "10", "100", "0.1"]) }
    if first.isLetter {
      return dice.pick(
        tokens.filter { $0.first?.isLetter == true } + ["x", "sum", "sin", "zeros", "true", "nothing"])
    }
    if operators.contains(token) { return dice.pick(operators) }
    return dice.pick(["(", ")", "[", "]"].contains(token) ? [token] : [token, " ", ","])
  }

  /// Words, spaces, and signs one by one.
  static func tokens(_ text: String) -> [String] {
    var tokens: [String] = []
    var last = 0
    for character in text {
      let kind = character.isLetter || character.isNumber || character == "_" ? 1 : character == " " ? 2 : 0
      if kind != 0, kind == last {
        tokens[tokens.count - 1].append(character)
      } else {
        tokens.append(String(character))
      }
      last = kind
    }
    return tokens
  }

  // MARK: Bytes

  private static let numbers: [UInt64] = [
    0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000,
    0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFF, 0x4000_0000_0000_0000,
  ]
  private static let digits = [
    "0", "-1", "1", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "1e400",
    "4294967296", "",
    "99999999999", "0.5", "nan", "65535",
  ]

  static func bytes(_ original: [UInt8], _ dice: inout Dice) -> [UInt8] {
    var bytes = original
    for _ in 0...dice.below(3) {
      guard !bytes.isEmpty else { return [UInt8(dice.below(256))] }
      let place = dice.below(bytes.count)
      let end = min(bytes.count, place + 1 + dice.below(dice.once(in: 4) ? bytes.count : 8))
      switch dice.below(9) {
      case 0: bytes[place] ^= 1 << UInt8(dice.below(8))
      case 1: bytes[place] = UInt8(dice.below(256))
      case 2: bytes.insert(UInt8(dice.below(256)), at: place)
      case 3: bytes.removeSubrange(place..<end)
      case 4: bytes.insert(contentsOf: bytes[place..<end], at: dice.below(bytes.count))
      case 5: bytes.removeSubrange(place...)
      case 6, 7:
        let width = dice.pick([1, 2, 4, 8])
        let number = dice.pick(numbers)
        let isLittle = !dice.once(in: 3)
        for byte in 0..<width where place + byte < bytes.count {
          bytes[place + byte] = UInt8(
            truncatingIfNeeded: number >> UInt64(8 * (isLittle ? byte : width - 1 - byte)))
        }
      default: replaceNumber(&bytes, from: place, &dice)
      }
    }
    return bytes
  }

  /// Another number in the place of the next one that is written in digits.
  private static func replaceNumber(_ bytes: inout [UInt8], from place: Int, _ dice: inout Dice) {
    let digit: ClosedRange<UInt8> = 0x30...0x39
    guard let start = bytes[place...].firstIndex(where: digit.contains) else { return }
    let end = bytes[start...].firstIndex { !digit.contains($0) } ?? bytes.count
    bytes.replaceSubrange(start..<end, with: dice.pick(digits).utf8)
  }

  // MARK: JSON

  private static let values: [JSONValue] = [
    .null, true, false, 0, -1, 1, 2, 5, 65_535, 65_536, .integer(.max), .integer(.min), 0.5, 1e308, -1e300,
    3.0, "", "x",
    "1 + 1", "\u{0}", "é∇😀\n", "*", "[a", [], [[]], [1, "a", nil], [:], ["": 1], ["a": ["b": [nil]]],
  ]

  static func value(_ dice: inout Dice) -> JSONValue {
    if dice.once(in: 30) {
      return .string(String(repeating: dice.pick(["a", "*", "[", "\n", "∇"]), count: 3000))
    }
    return dice.pick(values)
  }

  /// A value with one of its parts replaced, left out, doubled or put elsewhere.
  static func json(_ value: JSONValue, _ dice: inout Dice) -> JSONValue {
    switch value {
    case .object(let object) where !object.isEmpty && !dice.once(in: 6):
      var fields = object.map { ($0.key, $0.value) }
      let place = dice.below(fields.count)
      switch dice.below(8) {
      case 0: fields.remove(at: place)
      case 1: fields[place].0 = dice.pick(["", "x", fields[dice.below(fields.count)].0])
      case 2: fields[place].1 = fields[dice.below(fields.count)].1
      default: fields[place].1 = json(fields[place].1, &dice)
      }
      return .object(JSONObject(fields))
    case .array(var items) where !items.isEmpty && !dice.once(in: 6):
      let place = dice.below(items.count)
      switch dice.below(8) {
      case 0: items.remove(at: place)
      case 1: items.append(items[place])
      default: items[place] = json(items[place], &dice)
      }
      return .array(items)
    default: return Mutation.value(&dice)
    }
  }
}

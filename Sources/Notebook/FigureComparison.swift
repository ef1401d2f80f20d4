// Two figures that should look the same: to the byte, or elements and words to the letter, places within a pixel and
// pictures within a few shades.

import CPNG
import Glibc

enum FigureComparison {
  /// What differs first; nil where they agree.
  static func difference(_ kept: String, _ now: String, _ agreement: Agreement) -> (
    kept: String, now: String
  )? {
    if TextComparison.isSame(kept, now) { return nil }
    let a = kept.split(separator: "\n", omittingEmptySubsequences: agreement != .exact)
    let b = now.split(separator: "\n", omittingEmptySubsequences: agreement != .exact)
    guard a.count == b.count else { return ("\(a.count) elements", "\(b.count) elements") }
    for (x, y) in zip(a, b) where !TextComparison.isSame(x, y) {
      switch agreement {
      case .exact: return (String(x), String(y))
      case .within(let tolerance): if !agree(x, y, tolerance) { return (String(x), String(y)) }
      }
    }
    return nil
  }

  /// Where a place may be off by: what rounding a coordinate may change.
  private static let pixels = Tolerance(relative: 1e-3, absolute: 1.1)

  private static func agree(_ a: Substring, _ b: Substring, _ tolerance: Tolerance) -> Bool {
    let (x, y) = (parts(a), parts(b))
    guard x.count == y.count else { return false }
    return zip(x, y).allSatisfy { first, second in
      if first == second { return true }
      guard first.name == second.name else { return false }
      switch first.name {
      case "<": return false
      case "id", "clip-path", "aria-labelledby", "aria-describedby", "class": return true
      case "d": return PathOutline(first.value).isLike(PathOutline(second.value))
      case "href": return PictureComparison.areAlike(first.value, second.value)
      case "":
        return isStyle(first.value)
          || TextComparison.difference(first.value, second.value, .within(tolerance)) == nil
      default:
        return TextComparison.difference(first.value, second.value, .within(pixels), hasPlaces: true) == nil
      }
    }
  }

  /// The theme's rules name ids.
  private static func isStyle(_ text: String) -> Bool { text.hasPrefix("@media") }

  private struct Part: Equatable {
    var name: String
    var value: String
  }

  /// The attributes of an element in their order, and its text with an empty name.
  private static func parts(_ line: Substring) -> [Part] {
    var parts = [Part(name: "<", value: String(line.prefix { $0 != " " && $0 != ">" }))]
    var rest = line
    while let equals = rest.firstIndex(of: "=") {
      let after = rest.index(after: equals)
      guard after < rest.endIndex, rest[after] == "\"" else { break }
      let name = rest[..<equals].split { $0 == " " || $0 == "<" }.last ?? ""
      let start = rest.index(after: after)
      guard let end = rest[start...].firstIndex(of: "\"") else { break }
      parts.append(Part(name: String(name), value: String(rest[start..<end])))
      rest = rest[rest.index(after: end)...]
    }
    if let open = rest.firstIndex(of: ">") {
      parts.append(Part(name: "", value: String(rest[rest.index(after: open)...])))
    }
    return parts
  }
}

/// The points of a path, absolute.
struct PathOutline {
  private var points: [(x: Double, y: Double)] = []

  init(_ data: String) {
    var command: Character = "M"
    var numbers: [Double] = []
    var text = ""
    var (x, y) = (0.0, 0.0)
    func flush() {
      if let number = Double(text) { numbers.append(number) }
      text = ""
    }
    func run() {
      flush()
      var index = 0
      while index < numbers.count {
        switch command {
        case "h": (x, index) = (x + numbers[index], index + 1)
        case "v": (y, index) = (y + numbers[index], index + 1)
        default:
          guard index + 1 < numbers.count else { return numbers.removeAll() }
          let isAbsolute = command.isUppercase
          x = (isAbsolute ? 0 : x) + numbers[index]
          y = (isAbsolute ? 0 : y) + numbers[index + 1]
          index += 2
        }
        points.append((x, y))
      }
      numbers.removeAll()
    }
    for character in data {
      if character.isLetter {
        run()
        command = character
      } else if character == " " || character == "," {
        flush()
      } else {
        if character == "-" { flush() }
        text.append(character)
      }
    }
    run()
  }

  private static let pixel = 1.5

  /// The same points within a pixel or, where curves were thinned differently, the same extent.
  func isLike(_ other: PathOutline) -> Bool {
    if points.count == other.points.count {
      let isNear = zip(points, other.points).allSatisfy {
        abs($0.x - $1.x) <= PathOutline.pixel && abs($0.y - $1.y) <= PathOutline.pixel
      }
      if isNear { return true }
    }
    let (a, b) = (Double(points.count), Double(other.points.count))
    guard min(a, b) > 0, max(a, b) / min(a, b) < 1.15 || abs(a - b) <= 2 else {
      return points.count == other.points.count
    }
    func ends(_ values: [Double]) -> (Double, Double) { (values.min() ?? 0, values.max() ?? 0) }
    for (mine, theirs) in [
      (ends(points.map(\.x)), ends(other.points.map(\.x))),
      (ends(points.map(\.y)), ends(other.points.map(\.y))),
    ] where abs(mine.0 - theirs.0) > 2 || abs(mine.1 - theirs.1) > 2 { return false }
    return true
  }
}

/// Pictures inside figures.
enum PictureComparison {
  /// The same size, and a few shades apart on average at most.
  static func areAlike(_ a: String, _ b: String) -> Bool {
    guard let x = samples(a), let y = samples(b), x.count == y.count else { return false }
    let apart = zip(x, y).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    return Double(apart) <= 3 * Double(max(x.count, 1))
  }

  private static func samples(_ address: String) -> [UInt8]? {
    guard let comma = address.firstIndex(of: ",") else { return nil }
    let bytes = decoded(address[address.index(after: comma)...])
    var picture = Picture()
    guard picture_header(bytes, bytes.count, &picture) != 0 else { return nil }
    let count = Int(picture.width) * Int(picture.height) * Int(picture.channels) * Int(picture.bits) / 8
    guard count < 100_000_000 else { return nil }
    var samples = [UInt8](repeating: 0, count: count)
    return picture_read(bytes, bytes.count, &picture, &samples) != 0 ? samples : nil
  }

  /// Base 64 (RFC 4648).
  private static func decoded(_ text: Substring) -> [UInt8] {
    var output: [UInt8] = []
    var bits: UInt32 = 0
    var pending = 0
    for byte in text.utf8 {
      let value: UInt32
      switch byte {
      case 65...90: value = UInt32(byte) - 65
      case 97...122: value = UInt32(byte) - 71
      case 48...57: value = UInt32(byte) + 4
      case 43: value = 62
      case 47: value = 63
      default: continue
      }
      bits = bits << 6 | value
      pending += 6
      if pending >= 8 {
        pending -= 8
        output.append(UInt8(truncatingIfNeeded: bits >> UInt32(pending)))
      }
    }
    return output
  }
}

import Numerics

/// The characters of long strings: looked at in stretches, between which an interruption is heard, and put into lists
/// only where memory has room for them.
extension Text {
  /// How many characters lie between two looks.
  private static let stretch = 4096
  /// What a character of a list takes: its string, and its place.
  private static let characterBytes = 96

  package func count() throws -> Int {
    var count = 0
    for _ in string {
      count += 1
      if count % Text.stretch == 0 { try NumericsInterruption.poll() }
    }
    return count
  }

  /// The character at a place, `nil` behind the last.
  func character(at place: Int) throws -> Character? {
    var rest = place
    for character in string {
      if rest == 0 { return character }
      rest -= 1
      if rest % Text.stretch == 0 { try NumericsInterruption.poll() }
    }
    return nil
  }

  package func characters() throws -> [Value] {
    var items: [Value] = []
    for character in string {
      if items.count % Text.stretch == 0 {
        try NumericsInterruption.poll()
        try Memory.reserve((items.count + Text.stretch) * Text.characterBytes)
      }
      items.append(.text(String(character)))
    }
    return items
  }
}

/// A shell pattern that a whole text must fit: `*` any characters, `?` one, `[a-z]` one of these, `[!a]` none of
/// these.
struct Glob {
  private enum Piece {
    case anyText
    case anyScalar
    case scalar(Unicode.Scalar)
    case set([ClosedRange<Unicode.Scalar>], isInverted: Bool)

    func matches(_ scalar: Unicode.Scalar) -> Bool {
      switch self {
      case .anyText, .anyScalar: true
      case .scalar(let own): own == scalar
      case .set(let ranges, let isInverted): ranges.contains { $0.contains(scalar) } != isInverted
      }
    }
  }

  private let pieces: [Piece]

  init(_ pattern: String) {
    var rest = pattern.unicodeScalars[...]
    var pieces: [Piece] = []
    while let scalar = rest.popFirst() {
      switch scalar {
      case "*": pieces.append(.anyText)
      case "?": pieces.append(.anyScalar)
      case "[": pieces.append(Self.set(&rest) ?? .scalar("["))
      default: pieces.append(.scalar(scalar))
      }
    }
    self.pieces = pieces
  }

  /// Reads a set up to its bracket; a bracket that comes first belongs to it. `nil` when none closes it.
  private static func set(_ rest: inout Substring.UnicodeScalarView) -> Piece? {
    var inside = rest
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    let isInverted = inside.first == "!" || inside.first == "^"
    if isInverted { inside.removeFirst() }
    while let low = inside.popFirst() {
      if low == "]" && !ranges.isEmpty {
        rest = inside
        return .set(ranges, isInverted: isInverted)
      }
      let second = inside.dropFirst().first
      if inside.first == "-", let high = second, high != "]" {
        inside.removeFirst(2)
        if low <= high { ranges.append(low...high) }
      } else {
        ranges.append(low...low)
      }
    }
    return nil
  }

  func matches(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    var piece = 0
    var position = 0
    // Where to go on when a match fails: the last `*`, taking one scalar more.
    var retry: (piece: Int, position: Int)?
    while position < scalars.count {
      if piece < pieces.count, case .anyText = pieces[piece] {
        retry = (piece, position)
        piece += 1
      } else if piece < pieces.count, pieces[piece].matches(scalars[position]) {
        piece += 1
        position += 1
      } else if let last = retry {
        retry = (last.piece, last.position + 1)
        piece = last.piece + 1
        position = last.position + 1
      } else {
        return false
      }
    }
    return pieces[piece...].allSatisfy { if case .anyText = $0 { true } else { false } }
  }
}

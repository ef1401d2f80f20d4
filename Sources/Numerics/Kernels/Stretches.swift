import CVector

/// The stretches of a summed axis (`CVector.h`), for those who meet the axis in pieces.
enum Stretches {
  static let length = Int(VECTOR_STRETCH)

  /// Elements that belong to one stretch, or to several whole ones.
  struct Piece {
    /// Counted from the first element of what was cut.
    let start: Int
    let count: Int
    /// Whether a stretch begins with the first element, and whether one ends with the last.
    let begins: Bool
    let ends: Bool
    /// Whether it belongs to the first stretch of the axis.
    let isFirst: Bool
  }

  /// Cuts the elements from `place` on where stretches end; the axis has `end` elements in all.
  static func forEachPiece(_ place: Int, count: Int, of end: Int, _ body: (Piece) -> Void) {
    var start = 0
    while start < count {
      let inside = (place + start) % length
      let left = count - start
      let taken = inside == 0 && left >= length ? left / length * length : min(left, length - inside)
      let ends = (inside + taken) % length == 0 || place + start + taken == end
      body(
        Piece(
          start: start, count: taken, begins: inside == 0, ends: ends, isFirst: place + start < length))
      start += taken
    }
  }
}

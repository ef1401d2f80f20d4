// What is exactly 0 has no place on a logarithmic axis: it is marked where the axis ends, and said to be 0.

enum ZeroMark {
  /// More in one place would cover each other.
  private static let apart = 12.0

  /// What other texts keep clear of: the first mark and its number.
  static func obstacle(_ points: [Point]) -> [Point?] {
    guard let first = points.min(by: { $0.x < $1.x }) else { return [] }
    return [-12.0, -6, 0].flatMap { up in
      [Point(x: first.x - 5, y: first.y + up), Point(x: first.x + 16, y: first.y + up), nil]
    }
  }

  /// Arrowheads that point out of the frame, with a 0 beside the first.
  static func draw(_ points: [Point], in frame: Frame, paint: Paint, on canvas: inout Canvas) {
    let isDown = frame.y.start > frame.y.end
    let marker = isDown ? Marker.down : .triangle
    var places: [Point] = []
    for point in points.sorted(by: { $0.x < $1.x }) where frame.box.contains(point, margin: 0.5) {
      if let last = places.last, point.x - last.x < apart { continue }
      places.append(Point(x: point.x, y: point.y + (isDown ? -4 : 4)))
    }
    guard let first = places.first else { return }
    marker.draw(places, radius: 4, paint: paint, on: &canvas)
    let isAtRight = first.x > frame.box.right - 20
    canvas.text(
      "0", at: Point(x: first.x + (isAtRight ? -7 : 7), y: first.y + 3),
      TextStyle(anchor: isAtRight ? .end : .start, paint: paint, halo: .card))
  }
}

// The three reasons of a zero adjoint, told apart by shape and not by colour alone.

extension FlowData.Mark {
  /// A crossed circle for no path, a triangle for an underflow, a square for an exact zero. What is not finite is
  /// outlined by whoever draws the value.
  func draw(at center: Point, on canvas: inout Canvas) {
    switch self {
    case .noPath:
      canvas.circle(center, radius: 4.5, Style(fill: .card, stroke: .ink, width: 1.3))
      canvas.line(
        Point(x: center.x - 4.5, y: center.y + 4.5), Point(x: center.x + 4.5, y: center.y - 4.5),
        Style(stroke: .ink, width: 1.3))
    case .underflow:
      var path = PathText()
      path.polyline(
        [
          Point(x: center.x - 5, y: center.y - 4), Point(x: center.x + 5, y: center.y - 4),
          Point(x: center.x, y: center.y + 5),
        ], closed: true)
      canvas.path(path.text, Style(fill: .card, stroke: .purple, width: 1.6))
    case .zero:
      canvas.rectangle(
        Rectangle(left: center.x - 4, top: center.y - 4, width: 8, height: 8),
        Style(fill: .card, stroke: .ink, width: 1.3))
    case .notFinite: break
    }
  }
}

// The three reasons of a zero adjoint, told apart by shape and not by colour alone, and in words.

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

  /// The kinds of zeros among items, each with a sentence that names where it is.
  static func kinds(of items: [FlowData.Item]) -> [(mark: FlowData.Mark, words: String)] {
    func names(_ isMeant: (FlowData.Mark) -> Bool) -> [String] {
      items.filter { $0.mark.map(isMeant) ?? false }.map(\.name)
    }
    var found: [(FlowData.Mark, String)] = []
    let cut = names { $0 == .noPath }
    if !cut.isEmpty { found.append((.noPath, "no path to the loss: \(cut.joined(separator: ", "))")) }
    let shares = items.compactMap { item -> String? in
      guard case .underflow(let share) = item.mark else { return nil }
      return "\(percent(share)) of \(item.name)"
    }
    if !shares.isEmpty {
      found.append((.underflow(1), "rounded to zero by the element type: \(shares.joined(separator: ", "))"))
    }
    let zero = names { $0 == .zero }
    if !zero.isEmpty {
      found.append((.zero, "exactly 0 though there is a path: \(zero.joined(separator: ", "))"))
    }
    return found
  }
}

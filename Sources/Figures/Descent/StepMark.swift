// A step of a descent that is spoken of, such as the one at which two ways part.

/// A diamond at a step on a path, above everything else.
struct StepMark: Layer {
  let step: Int
  let place: Point

  /// Nothing where the path has no such step, or has left all numbers there.
  init?(_ step: Int?, on path: [Point]?) {
    guard let step, let path, path.indices.contains(step), path[step].isFinite else { return nil }
    self.step = step
    place = path[step]
  }

  var extent: Extent { Extent() }

  var leavesRoom: Bool { true }

  func drawAbove(in frame: Frame, on canvas: inout Canvas) {
    guard let point = frame.point(place.x, place.y), frame.box.contains(point) else { return }
    Marker.diamond.draw([point], radius: 6.5, paint: .card, on: &canvas)
    Marker.diamond.draw([point], radius: 4.8, paint: .ink, on: &canvas)
  }

  func keys(firstSeries: Int) -> [KeyEntry] {
    [KeyEntry(glyph: .marker(.diamond, .ink), text: "step \(step)")]
  }

  var sentence: String { "" }
}

/// The boxes of bars that stand on zero, as one path.
struct BarBoxes {
  private let frame: Frame
  /// On a logarithmic axis zero is infinitely far down; a bar starts at the frame.
  let zero: Double
  /// What wide bars leave free between them, on either side.
  private let air: Double
  private var path = PathText()
  /// Bars thinner than a pixel would vanish; those of one pixel column are drawn as one.
  private var columns = PixelColumns()

  init(in frame: Frame, air: Double = 0) {
    self.frame = frame
    self.air = air
    zero = frame.y.position(0) ?? frame.box.bottom
  }

  /// A bar from one place on the horizontal axis to another.
  mutating func include(from low: Double, to high: Double, height: Double) {
    guard let right = frame.point(high, height) else { return }
    // On a logarithmic axis the foot of a bar may begin below zero, which has no place there.
    let left = frame.point(low, height) ?? Point(x: frame.box.left, y: right.y)
    if right.x < frame.box.left || left.x > frame.box.right { return }
    if right.x - left.x < 1 {
      columns.include(left.x, left.y, zero)
    } else {
      let air = right.x - left.x > 4 ? air : 0
      add(left.x + air, right.x - air, left.y, zero)
    }
  }

  private mutating func add(_ left: Double, _ right: Double, _ top: Double, _ bottom: Double) {
    path.polyline(
      [
        Point(x: left, y: bottom), Point(x: left, y: top), Point(x: right, y: top),
        Point(x: right, y: bottom),
      ],
      closed: true)
  }

  func draw(_ style: Style, on canvas: inout Canvas) {
    var all = self
    for column in columns.boxes { all.add(column.left, column.right, column.top, column.bottom) }
    canvas.path(all.path.text, style)
  }
}

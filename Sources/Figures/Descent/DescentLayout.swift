// How the panels of a descent stand: a plane that is wide above the curves, others beside them.

/// The plane of a descent and the curves of its loss and its gradient norm, arranged.
struct DescentLayout {
  let plane: Panel
  let curves: DescentCurves
  /// Whether the arrangement stays the same however the plane changes.
  let isSteady: Bool

  static let width = 640.0

  /// From here on downwards a plane is wide.
  private static let wide = 0.75
  /// The height over the width that a plane beside the curves can have.
  private static let beside = 1.25
  /// The frame of a wide plane: what its neighbours leave of the width, and the greatest height.
  private static let frame = Size(width: 490, height: 320)
  /// The frames of curves under a plane, and what stands above, between and below all frames.
  private static let curveHeight = 120.0
  private static let between = 122.0

  /// Where the plane has one scale, the height of its frame over its width.
  private var ratio: Double? {
    isSteady || plane.options.equal == false ? nil : plane.freeRatio
  }

  /// Beside the ends of more than four lines the labels need more room than the panels of a few.
  private var more: Double { 30 * Double(min(max(0, curves.paths.count - 4), 8)) }

  /// The height of the frame of a plane that stands above the curves.
  private var wideHeight: Double? {
    guard let ratio, (1 / Panel.mostEqualRatio * (1 - 1e-9)..<DescentLayout.wide).contains(ratio) else {
      return nil
    }
    return min(DescentLayout.frame.width * ratio, DescentLayout.frame.height).rounded()
  }

  /// The height of all panels together.
  var height: Double {
    guard let wideHeight else { return 350 + more }
    return wideHeight + DescentLayout.curveHeight + more / 2 + DescentLayout.between
  }

  func figure() throws -> Figure {
    if let wideHeight {
      let below = Figure(
        Figure.Grid([[Figure(try curves.lossPanel(shows: true)), Figure(try curves.normPanel())]]))
      return Figure(
        Figure.Grid(
          [[Figure(plane)], [below]], rowWeights: [wideHeight, DescentLayout.curveHeight + more / 2]))
    }
    let beside = Figure(Figure.Grid([[Figure(try curves.lossPanel())], [Figure(try curves.normPanel())]]))
    // A plane that is high leaves the curves what it does not need.
    let share = ratio.map { $0 <= Panel.mostEqualRatio ? min(1, DescentLayout.beside / $0) : 1 } ?? 1
    return Figure(Figure.Grid([[Figure(plane), beside]], columnWeights: [max(0.7, 1.35 * share), 1]))
  }
}

// A layer is what one mark adds to a panel. All calls of the user's functions are behind it: it is data.

/// One mark's part of a panel.
protocol Layer: Sendable {
  /// What the axes must cover; it is asked for often, so a layer of many values finds it once.
  var extent: Extent { get }
  /// How many numbers the layer keeps.
  var valueCount: Int { get }
  /// How many looks of the palette it takes.
  var seriesCount: Int { get }
  /// What stands in the key above the frame.
  func keys(firstSeries: Int) -> [KeyEntry]
  /// Draws what the frame cuts.
  func draw(in frame: Frame, on canvas: inout Canvas) throws
  /// Draws what lies above everything else and is not cut.
  func drawAbove(in frame: Frame, on canvas: inout Canvas) throws
  /// Draws texts that find their places between what all layers draw, and lie above it.
  func drawTexts(in frame: Frame, clearOf courses: [[Point?]], on canvas: inout Canvas) throws
  /// Whether it has such texts.
  var placesTexts: Bool { get }
  /// Where each of its lines runs, in the order of their looks; a line is broken where there is no point.
  func courses(in frame: Frame) throws -> [[Point?]]
  /// What texts of other layers keep clear of.
  func obstacles(in frame: Frame) throws -> [[Point?]]
  /// Whether it leaves the frame empty but for its obstacles, so that there may be room for a text.
  var leavesRoom: Bool { get }
  /// The labels at the ends of lines.
  func endLabels(in frame: Frame) throws -> [EndLabel]
  /// The bar right of the frame that says what the colours mean.
  var colorBar: ColorBar? { get }
  /// Whether both axes are coordinates of one plane, in which lengths and angles have a meaning.
  var spansPlane: Bool { get }
  /// Names for the whole numbers from 1 on the axes, where they have some.
  var tickNames: TickNames { get }
  /// What the layer shows, in a sentence with its key numbers.
  var sentence: String { get }
}

/// What stands at 1, 2, … on the axes instead of the numbers.
struct TickNames: Sendable {
  var x: [String]?
  var y: [String]?
}

extension Layer {
  var valueCount: Int { 0 }
  var seriesCount: Int { 0 }
  func keys(firstSeries: Int) -> [KeyEntry] { [] }
  func draw(in frame: Frame, on canvas: inout Canvas) {}
  func drawAbove(in frame: Frame, on canvas: inout Canvas) {}
  func drawTexts(in frame: Frame, clearOf courses: [[Point?]], on canvas: inout Canvas) {}
  var placesTexts: Bool { false }
  func courses(in frame: Frame) -> [[Point?]] { [] }
  func obstacles(in frame: Frame) throws -> [[Point?]] { try courses(in: frame) }
  var leavesRoom: Bool { false }
  func endLabels(in frame: Frame) -> [EndLabel] { [] }
  var colorBar: ColorBar? { nil }
  var spansPlane: Bool { false }
  var tickNames: TickNames { TickNames() }
}

/// The ranges a layer covers, and whether it wants air around them.
struct Extent: Sendable {
  var x = DataRange()
  var y = DataRange()
  /// The share of the range left free at each end.
  var airX = 0.02
  var airY = 0.06
  /// Limits that hold whatever else is in the panel, unless the user names others.
  var fixedX: ClosedRange<Double>?
  var fixedY: ClosedRange<Double>?

  /// A rectangle and nothing around it.
  static func filling(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>) -> Extent {
    var extent = Extent()
    extent.airX = 0
    extent.airY = 0
    extent.fixedX = x
    extent.fixedY = y
    for end in [x.lowerBound, x.upperBound] { extent.x.include(end) }
    for end in [y.lowerBound, y.upperBound] { extent.y.include(end) }
    return extent
  }

  /// Cells around 1, 2, … in either direction.
  static func cells(columns: Int, rows: Int) -> Extent {
    filling(0.5...(Double(columns) + 0.5), 0.5...(Double(rows) + 0.5))
  }
}

/// The rectangle of a panel with its axes.
struct Frame: Sendable {
  let box: Rectangle
  let x: Scale
  let y: Scale
  /// The place in the palette of the layer's first series.
  var firstSeries = 0
  /// How the lines of the layer lie to those of the panel, where some lie on each other.
  var overlaps: [Overlap] = []

  func overlap(_ index: Int) -> Overlap { overlaps.indices.contains(index) ? overlaps[index] : Overlap() }

  /// Where a value is drawn; 0 on a logarithmic vertical axis, which is infinitely far down, at its low end.
  func pointOrZero(_ horizontal: Double, _ vertical: Double) -> Point? {
    guard isZero(vertical) else { return point(horizontal, vertical) }
    return x.position(horizontal).map { Point(x: $0, y: y.start) }.flatMap { $0.isFinite ? $0 : nil }
  }

  /// Whether a value has no place on the vertical axis but its low end.
  func isZero(_ vertical: Double) -> Bool { vertical == 0 && y.kind == .log }

  func point(_ horizontal: Double, _ vertical: Double) -> Point? {
    guard let x = x.position(horizontal), let y = y.position(vertical) else { return nil }
    let point = Point(x: x, y: y)
    return point.isFinite ? point : nil
  }
}

/// An entry of the key: a glyph and what it stands for.
struct KeyEntry: Equatable, Sendable {
  enum Glyph: Equatable, Sendable {
    case marker(Marker, Paint)
    case ring(Paint)
    case disc(Paint)
    case swatch(Paint)
    case line(Paint, Dash)
    case optimum
    case none
  }
  var glyph: Glyph
  var text: String

  /// The entry as one for all paths of a panel, where it is about an end of a path.
  var inInk: KeyEntry? {
    switch glyph {
    case .ring: KeyEntry(glyph: .ring(.ink), text: text)
    case .disc: KeyEntry(glyph: .disc(.ink), text: text)
    default: nil
    }
  }
}

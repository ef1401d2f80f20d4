// spectrum: eigenvalues in the complex plane, with the unit circle that parts growing from shrinking.

import CVector

extension Marks {
  static let spectrum = MarkRow(
    "spectrum",
    signatures: ["spectrum(A)", "spectrum(eigenvalues(A))"],
    documentation: """
      The eigenvalues of a square matrix in the complex plane with the unit circle: those inside shrink when \
      A is applied again and again, those outside (drawn as diamonds) grow. The greatest magnitude, the \
      spectral radius, is named.

      > spectrum((re = [0.5, 2], im = [0, 0]))
      Spectrum: 2 eigenvalues, spectral radius 2, 1 outside the unit circle.

      See also: spectral_radius, heatmap
      """,
    options: [OptionRow("radius", "3", "the radius of a point in pixels")],
    takesEigenvalues: true
  ) { arguments in
    guard arguments.channels.count == 1,
      case .complex(let real, let imaginary) = arguments.channels[0]
    else { throw arguments.wrongChannels }
    guard real.count == imaginary.count else {
      throw FigureFault.lengths(mark: arguments.mark, x: real.count, y: imaginary.count)
    }
    let values = Line(x: real, y: imaginary)
    guard values.isVisible else { throw FigureFault.emptyData(mark: arguments.mark) }
    let radius = try arguments.number("radius") ?? 3
    guard radius > 0, radius <= 50 else { throw arguments.bad("radius", "a number of pixels from 0 to 50") }
    let layer = try SpectrumLayer(values: values, radius: radius, style: try arguments.style())
    var panel = Panel(layers: [layer])
    panel.options = try arguments.axes().filled(from: AxesOptions(xlabel: "Re λ", ylabel: "Im λ"))
    panel.aspect = 1
    panel.keepsAspect = true
    return Figure(panel, size: try arguments.size() ?? Size(width: 420, height: 420))
  }
}

/// Points of the complex plane and the unit circle.
struct SpectrumLayer: Layer {
  let values: Line
  let radius: Double
  let style: LayerStyle

  let extent: Extent
  private let magnitudes: [Double]
  private let greatest: Double

  init(values: Line, radius: Double, style: LayerStyle) throws {
    self.values = values
    self.radius = radius
    self.style = style
    var magnitudes: [Double] = []
    var span = DataRange()
    try FigureWork.each(values.x.count) { index in
      magnitudes.append(vector_hypot_f64(values.x[index], values.y[index]))
      span.include(magnitudes[index])
    }
    self.magnitudes = magnitudes
    greatest = span.isEmpty ? .nan : span.high
    let reach = Scale.finite(max(1, span.high) * 1.08)
    extent = .filling(-reach...reach, -reach...reach)
  }

  var valueCount: Int { 3 * values.x.count }
  var seriesCount: Int { style.color == nil ? 1 : 0 }

  /// Beyond the unit circle by more than rounding.
  private static let beyond = 1 + 1e-9

  func keys(firstSeries: Int) -> [KeyEntry] {
    guard let label = style.label, !label.isEmpty else { return [] }
    return [KeyEntry(glyph: .marker(.circle, style.color ?? SeriesLook(firstSeries).paint), text: label)]
  }

  func draw(in frame: Frame, on canvas: inout Canvas) {
    let turns = (0...120).map { Double($0) / 120 * 2 * Double.pi }
    var circle = PathText()
    circle.polyline(turns.compactMap { frame.point(vector_cos_f64($0), vector_sin_f64($0)) }, closed: true)
    canvas.path(circle.text, Style(stroke: .axis, width: 1.4))
    var axes = PathText()
    if let left = frame.x.position(0) {
      axes.polyline([Point(x: left, y: frame.box.top), Point(x: left, y: frame.box.bottom)])
    }
    if let top = frame.y.position(0) {
      axes.polyline([Point(x: frame.box.left, y: top), Point(x: frame.box.right, y: top)])
    }
    canvas.path(axes.text, Style(stroke: .axis, width: 0.8))
  }

  func drawAbove(in frame: Frame, on canvas: inout Canvas) throws {
    let paint = style.color ?? SeriesLook(frame.firstSeries).paint
    var inside: [Point] = []
    var outside: [Point] = []
    try FigureWork.each(magnitudes.count) { index in
      guard let point = frame.point(values.x[index], values.y[index]) else { return }
      if magnitudes[index] > SpectrumLayer.beyond { outside.append(point) } else { inside.append(point) }
    }
    inside = try Thinning.spread(inside, in: frame.box)
    outside = try Thinning.spread(outside, in: frame.box)
    let size = values.x.count > 300 ? min(radius, 2) : radius
    Marker.circle.draw(inside, radius: size, paint: paint, opacity: style.opacity, on: &canvas)
    Marker.diamond.draw(
      outside, radius: size * 1.2, paint: style.color ?? .vermillion, opacity: style.opacity, on: &canvas)
  }

  var sentence: String {
    let name = style.label.map { " of \($0)" } ?? ""
    let outside = magnitudes.count { $0 > SpectrumLayer.beyond }
    // What lies outside reads as more than 1.
    let radius = outside > 0 ? plainTexts([greatest, 1])[0] : plainText(greatest)
    return "Spectrum\(name): \(values.x.count) eigenvalues, spectral radius \(radius),"
      + " \(outside) outside the unit circle"
  }
}

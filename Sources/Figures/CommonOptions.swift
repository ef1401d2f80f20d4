// The options every mark takes, declared once: rows for the documentation, and how each is read.

/// The options common to all marks.
enum CommonOptions {
  static let rows: [OptionRow] = [
    OptionRow("title", "none", "a title above the frame"),
    OptionRow("xlabel", "none", "the name of the horizontal axis"),
    OptionRow("ylabel", "none", "the name of the vertical axis, above it"),
    OptionRow("label", "none", "the name of what is drawn, set at the end of its line"),
    OptionRow("xscale", "\"linear\"", "\"linear\", \"log\" or \"symlog\""),
    OptionRow("yscale", "\"linear\"", "\"linear\", \"log\" or \"symlog\""),
    OptionRow("xlimits", "the range of the data", "an interval low..high"),
    OptionRow("ylimits", "the range of the data", "an interval low..high"),
    OptionRow(
      "equal", "for coordinates of a plane within a factor of 3", "whether a unit is as long on both axes"),
    OptionRow("size", "(640, 400)", "width and height in pixels"),
    OptionRow(
      "color", "the next of the palette",
      "\"blue\", \"vermillion\", \"green\", \"purple\", \"black\", \"orange\", \"sky\", \"yellow\","
        + " \"violet\", \"brown\", \"petrol\", \"gray\" or \"#rrggbb\""),
    OptionRow("width", "2", "the width of lines in pixels"),
    OptionRow(
      "dash", "the next of the palette",
      Dash.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")),
    OptionRow("opacity", "1", "from 0 to 1; a thin one is a little thicker where the page is dark"),
  ]
}

/// How the user wants a layer drawn; what is nil is chosen by the palette.
struct LayerStyle: Sendable {
  var color: Paint?
  var width: Double?
  var dash: Dash?
  var opacity = 1.0
  var label: String?

  /// The entry in the key of something filled, if it has a name.
  func swatch(_ firstSeries: Int) -> [KeyEntry] {
    guard let label, !label.isEmpty else { return [] }
    return [KeyEntry(glyph: .swatch(color ?? SeriesLook(firstSeries).paint), text: label)]
  }
}

/// What the user said about the axes; what is nil follows from the data.
struct AxesOptions: Sendable {
  var title: String?
  var xlabel: String?
  var ylabel: String?
  var xscale: ScaleKind?
  var yscale: ScaleKind?
  var xlimits: ClosedRange<Double>?
  var ylimits: ClosedRange<Double>?
  var equal: Bool?

  /// What is said here, and where nothing is, what the other says.
  func filled(from other: AxesOptions) -> AxesOptions {
    AxesOptions(
      title: title ?? other.title, xlabel: xlabel ?? other.xlabel, ylabel: ylabel ?? other.ylabel,
      xscale: xscale ?? other.xscale, yscale: yscale ?? other.yscale,
      xlimits: xlimits ?? other.xlimits, ylimits: ylimits ?? other.ylimits, equal: equal ?? other.equal)
  }
}

extension MarkArguments {
  func style() throws -> LayerStyle {
    var style = LayerStyle()
    if let name = try text("color") {
      guard let paint = Paint(named: name) else {
        throw bad("color", "\(Paint.names.map { "\"\($0)\"" }.joined(separator: ", ")) or \"#rrggbb\"")
      }
      style.color = paint
    }
    if let width = try number("width") {
      guard width > 0, width <= 50 else { throw bad("width", "a number of pixels from 0 to 50") }
      style.width = width
    }
    if let name = try text("dash") {
      guard let dash = Dash(rawValue: name) else {
        throw bad("dash", Dash.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))
      }
      style.dash = dash
    }
    if let opacity = try number("opacity") {
      guard (0...1).contains(opacity) else { throw bad("opacity", "a number from 0 to 1") }
      style.opacity = opacity
    }
    style.label = try text("label")
    return style
  }

  func axes() throws -> AxesOptions {
    func scale(_ name: String) throws -> ScaleKind? {
      guard let value = try text(name) else { return nil }
      guard let kind = ScaleKind(rawValue: value) else {
        throw bad(name, "\"linear\", \"log\" or \"symlog\"")
      }
      return kind
    }
    let axes = AxesOptions(
      title: try text("title"), xlabel: try text("xlabel"), ylabel: try text("ylabel"),
      xscale: try scale("xscale"), yscale: try scale("yscale"),
      xlimits: try interval("xlimits"), ylimits: try interval("ylimits"),
      equal: try flag("equal"))
    if axes.equal == true, axes.xscale ?? .linear != axes.yscale ?? .linear {
      throw bad("equal", "false where the axes are of two kinds")
    }
    if axes.xscale == .log, let limits = axes.xlimits, limits.lowerBound <= 0 {
      throw FigureFault.logOfNonPositive(axis: "x")
    }
    if axes.yscale == .log, let limits = axes.ylimits, limits.lowerBound <= 0 {
      throw FigureFault.logOfNonPositive(axis: "y")
    }
    return axes
  }

  func size() throws -> Size? {
    let expected = "(width, height), each from 60 to 4000 pixels"
    guard let values = try numbers("size", count: 2, expected) else { return nil }
    guard values.allSatisfy({ (60...4000).contains($0) }) else { throw bad("size", expected) }
    return Size(width: values[0].rounded(), height: values[1].rounded())
  }

  /// The figure of one panel with these layers, after the common options.
  func figure(_ layers: [any Layer], aspect: Double? = nil, framed: Bool = false) throws -> Figure {
    var panel = Panel(layers: layers)
    panel.options = try axes()
    panel.aspect = aspect
    panel.framed = framed
    try panel.check()
    return Figure(panel, size: try size())
  }
}

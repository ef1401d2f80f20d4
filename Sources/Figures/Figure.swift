// A figure is a value: panels in a grid. `+` lays one over another, and it shows as SVG.

/// A figure.
public struct Figure: Sendable {
  indirect enum Content: Sendable {
    case panel(Panel)
    case grid(Grid)
  }

  /// Figures in rows, with aligned frames.
  struct Grid: Sendable {
    var rows: [[Figure]]
    var columnWeights: [Double]
    var rowWeights: [Double]

    init(_ rows: [[Figure]], columnWeights: [Double]? = nil, rowWeights: [Double]? = nil) {
      self.rows = rows
      self.columnWeights =
        columnWeights ?? [Double](repeating: 1, count: rows.map(\.count).max() ?? 0)
      self.rowWeights = rowWeights ?? [Double](repeating: 1, count: rows.count)
    }
  }

  var content: Content { didSet { settled = nil } }
  var header: (any Note)? { didSet { settled = nil } }
  var footer: (any Note)? { didSet { settled = nil } }
  /// The size the user named.
  var ownSize: Size? { didSet { settled = nil } }
  /// What the figure says where that is more than what its panels say.
  var ownSentence: String?
  /// How it is drawn where the frame of its plane is that of others.
  var reframing: Reframing?
  /// Where everything stands, where that is not its matter alone.
  var settled: SettledLayout?

  init(_ panel: Panel, size: Size? = nil) {
    content = .panel(panel)
    ownSize = size
  }

  init(_ grid: Grid, size: Size? = nil) {
    content = .grid(grid)
    ownSize = size
  }

  /// A figure that draws itself on a page of its own width.
  init(_ drawing: any Note, width: Double) {
    content = .grid(Grid([]))
    header = drawing
    ownSize = Size(width: width, height: drawing.height(width: width).rounded())
    ownSentence = drawing.sentence
  }

  /// How many panels and layers there are, each as often as it is drawn.
  public var partCount: Int {
    switch content {
    case .panel(let panel): return 1 + panel.layers.count
    case .grid(let grid):
      return grid.rows.joined().reduce(1) { min(1 << 40, $0 + $1.partCount) }
    }
  }

  /// How many numbers its layers keep, each as often as it is drawn.
  package var valueCount: Int {
    switch content {
    case .panel(let panel): return panel.layers.reduce(0) { min(1 << 40, $0 + $1.valueCount) }
    case .grid(let grid):
      return grid.rows.joined().reduce(0) { min(1 << 40, $0 + $1.valueCount) }
    }
  }

  /// Figures side by side and under each other; the frames of a row and of a column align, and axes that show the same
  /// variable have the same limits unless they are not to share them.
  public static func grid(_ rows: [[Figure]], sharesAxes: Bool = true) -> Figure {
    let rows = rows.filter { !$0.isEmpty }
    return Figure(Grid(sharesAxes ? SharedAxes.shared(rows) : rows))
  }

  /// Lays the second figure over the first: one pair of axes, limits that hold both. Over a grid it lies on
  /// the first panel, and grids of the same shape lie on each other panel by panel.
  public static func + (below: Figure, above: Figure) throws -> Figure {
    var result = below
    result.reframing = nil
    result.ownSize = below.ownSize ?? above.ownSize
    result.header = below.header ?? above.header
    result.footer = below.footer ?? above.footer
    if let own = below.ownSentence { result.ownSentence = "\(own) \(above.sentence)" }
    switch (below.content, above.content) {
    case (.panel(var panel), .panel(let other)):
      panel.layers = try HistogramLayer.onSharedBins(PathsLayer.toldApart(panel.layers + other.layers))
      panel.options = panel.options.filled(from: other.options)
      panel.framed = panel.framed || other.framed
      panel.aspect = panel.aspect ?? other.aspect
      panel.keepsAspect = panel.keepsAspect || other.keepsAspect
      panel.isTopDown = panel.isTopDown || other.isTopDown
      panel.showsAxes = panel.showsAxes && other.showsAxes
      result.content = .panel(panel)
    case (.grid(var grid), .grid(let other)) where grid.rows.map(\.count) == other.rows.map(\.count):
      for i in grid.rows.indices {
        for j in grid.rows[i].indices { grid.rows[i][j] = try grid.rows[i][j] + other.rows[i][j] }
      }
      result.content = .grid(grid)
    case (.grid(var grid), _):
      if let first = grid.rows.first?.first { grid.rows[0][0] = try first + above }
      result.content = .grid(grid)
    case (.panel, .grid(var grid)):
      if let first = grid.rows.first?.first { grid.rows[0][0] = try below + first }
      result.content = .grid(grid)
      result.ownSentence = nil
    }
    return result
  }

  /// The figure at another size, width and height in pixels, which the function named so asks for.
  public func sized(_ sides: [Double], by function: String) throws -> Figure {
    let arguments = MarkArguments(
      mark: function, signatures: [], channels: [], options: ["size": .numbers(sides)])
    var result = self
    result.reframing = nil
    result.ownSize = try arguments.size()
    return result
  }

  /// The figure under a title over its whole width.
  public func titled(_ title: String) -> Figure {
    var result = self
    result.reframing = nil
    result.header = TitleNote(text: title)
    return result
  }

  /// The figure with a sentence of its own in the place of what its parts say.
  public func described(as sentence: String) -> Figure {
    var result = self
    result.reframing = nil
    result.ownSentence = sentence
    return result
  }

  /// Width and height in pixels.
  public var size: (width: Double, height: Double) {
    get throws {
      let size = try settled?.page ?? ownSize ?? naturalSize
      return (size.width, size.height)
    }
  }

  /// What the figure shows, in a sentence with its key numbers: its `text/plain`.
  public var sentence: String {
    if let ownSentence { return ownSentence }
    switch content {
    case .panel(let panel): return finished(panel.sentence)
    case .grid(let grid):
      let said = grid.rows.flatMap { $0.map(\.sentence) }.filter { !$0.isEmpty }.joined(separator: " ")
      guard let header = header?.sentence else { return said }
      return "\(header): \(said)"
    }
  }

  private func finished(_ text: String) -> String {
    text.isEmpty || text.hasSuffix(".") ? text : text + "."
  }

  /// The figure as an SVG document, the same bytes each time. Readers that blur the pixels of a coarse picture
  /// are given enlarged ones.
  public func svg(enlargingPictures: Bool = false) throws -> String {
    try drawn(enlargingPictures: enlargingPictures).svg
  }

  /// The figure as an `<img>` with everything in it, which untrusted notebooks show too.
  public func html() throws -> String { try drawn().html }

  /// The figure laid out and written, once for all its forms.
  public func drawn(enlargingPictures: Bool = false) throws -> DrawnFigure {
    // A point is two numbers, its position three words, and what is drawn of it two.
    try FigureWork.reserve(valueCount * 24)
    let (layout, page) = try laidOut
    var canvas = Canvas()
    canvas.rectangle(
      Rectangle(left: 0, top: 0, width: page.width, height: page.height), Style(fill: .card), radius: 4)
    try layout.draw(on: &canvas)
    let sentence = sentence
    let document = Document(size: page, title: heading(sentence), description: sentence, canvas: canvas)
    return DrawnFigure(
      svg: try document.svg(enlargingPictures: enlargingPictures), sentence: sentence, size: page)
  }

  private var laidOut: (layout: Layout, page: Size) {
    get throws {
      if let settled { return (settled.layout, settled.page) }
      let (width, height) = try size
      let page = Size(width: width, height: height)
      var layout = Layout(self)
      try layout.settle(in: page)
      return (layout, page)
    }
  }

  /// The name of the document: the title, else the beginning of the sentence.
  private func heading(_ sentence: String) -> String {
    if case .panel(let panel) = content, let title = panel.options.title { return title }
    if let header { return header.sentence }
    let first = String(sentence.prefix { $0 != ":" && $0 != "\n" })
    return first.isEmpty ? "figure" : TextWidth.elided(first, size: 10, limit: 600)
  }

  /// At most 640 wide unless the user or a grid of grids asks for more.
  private var naturalSize: Size {
    get throws {
      switch content {
      case .panel(let panel):
        guard let ratio = panel.freeRatio else { return Size(width: 640, height: 400) }
        guard (0.25...Panel.mostEqualRatio).contains(ratio) else { return Size(width: 560, height: 420) }
        // What is high and narrow still has a title.
        if ratio > 2 { return Size(width: 320, height: 500) }
        let width = ratio > 0.68 ? max(300, (400 / ratio + 60).rounded()) : 640
        var layout = Layout(self)
        return Size(width: width, height: try layout.height(width: width, ratio: ratio))
      case .grid(let grid):
        let columns = grid.columnWeights.count
        if columns == 0 { return Size(width: 640, height: 400) }
        let nested = grid.rows.contains { $0.contains { !$0.isPanel } }
        let width = columns > 1 && nested ? min(1280, 640 * Double(columns)) : 640
        let each = width / Double(columns)
        let heights = try grid.rows.map { row in
          try row.map { $0.isPanel ? max(180, min(each * 0.75, 300)) : try $0.size.height }.max() ?? 0
        }
        let head = header?.height(width: width) ?? 0
        return Size(width: width, height: (heights.reduce(0, +) + head).rounded())
      }
    }
  }

  var isPanel: Bool {
    if case .panel = content { return true }
    return false
  }
}

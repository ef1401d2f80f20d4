// What marks draw on. What differs between the cards becomes the light presentation attribute, which stands alone, and
// a class that the one theme query switches.

import CVector

/// How a shape is painted.
struct Style: Sendable {
  var fill: Paint?
  var stroke: Paint?
  var width = 1.0
  var dash: Dash = .solid
  var opacity = 1.0
}

enum TextAnchor: String, Sendable { case start, middle, end }

/// A piece of text to draw: its style has defaults, its place has none.
struct TextStyle: Sendable {
  var size = 11.0
  var anchor = TextAnchor.start
  var paint = Paint.ink
  var bold = false
  /// Letters of equal width, for source text.
  var isCode = false
  /// Read from below upwards.
  var isUpright = false
  /// A band of this colour around the letters keeps them legible on lines.
  var halo: Paint?
}

/// Shapes in the order they are painted.
struct Canvas: Sendable {
  private(set) var elements: [Element] = []
  private var classes: [String: String] = [:]
  private(set) var rules: [(name: String, declaration: String)] = []
  private(set) var clips: [Element] = []
  /// Ids 0, 1 and 2 are the root, the title and the description.
  private var identifiers = 3

  mutating func path(_ data: String, _ style: Style, more: [(String, String)] = []) {
    if data.isEmpty { return }
    add(Element("path", [("d", data)] + more), style)
  }

  mutating func line(_ from: Point, _ to: Point, _ style: Style) {
    var data = PathText()
    data.polyline([from, to])
    path(data.text, style)
  }

  mutating func circle(_ center: Point, radius: Double, _ style: Style, children: [Element] = []) {
    var element = Element(
      "circle", [("cx", pixels(center.x)), ("cy", pixels(center.y)), ("r", pixels(radius))])
    element.children = children
    add(element, style)
  }

  /// `isCrisp` keeps the edges of rectangles that touch from shining through.
  mutating func rectangle(_ box: Rectangle, _ style: Style, radius: Double = 0, isCrisp: Bool = false) {
    var attributes = [
      ("x", pixels(box.left)), ("y", pixels(box.top)), ("width", pixels(box.width)),
      ("height", pixels(box.height)),
    ]
    if radius > 0 { attributes.append(("rx", pixels(radius))) }
    if isCrisp { attributes.append(("shape-rendering", "crispEdges")) }
    add(Element("rect", attributes), style)
  }

  mutating func text(_ text: String, at point: Point, _ style: TextStyle = TextStyle()) {
    if text.isEmpty { return }
    var attributes = [
      ("x", pixels(point.x)), ("y", pixels(point.y)), ("font-size", pixels(style.size)),
    ]
    if style.anchor != .start { attributes.append(("text-anchor", style.anchor.rawValue)) }
    if style.bold { attributes.append(("font-weight", "bold")) }
    if style.isCode {
      attributes += [
        ("font-family", "Menlo, Consolas, 'DejaVu Sans Mono', monospace"), ("xml:space", "preserve"),
      ]
    }
    if style.isUpright {
      attributes.append(("transform", "rotate(-90 \(pixels(point.x)) \(pixels(point.y)))"))
    }
    var painted = Style(fill: style.paint)
    if let halo = style.halo {
      attributes += [("paint-order", "stroke"), ("stroke-linejoin", "round")]
      painted.stroke = halo
      painted.width = 3
    }
    add(Element("text", attributes, text: text), painted)
  }

  /// A picture stretched over the box, its pixels kept as they are; the dark card has one of its own where it must
  /// look otherwise there.
  mutating func image(
    _ picture: PixelImage, dark: PixelImage? = nil, in box: Rectangle, opacity: Double = 1
  ) {
    var element = image(picture, box, opacity)
    guard let dark else {
      elements.append(element)
      return
    }
    var other = image(dark, box, opacity)
    other.attributes.append(("display", .text("none")))
    for (name, hidden) in [("none", false), ("inline", true)] {
      let own = themeClass("display", hidden ? "none" : "inline", name)
      if hidden { other.include(class: own) } else { element.include(class: own) }
    }
    elements += [element, other]
  }

  private mutating func image(_ picture: PixelImage, _ box: Rectangle, _ opacity: Double) -> Element {
    var attributes = [
      ("x", pixels(box.left)), ("y", pixels(box.top)), ("width", pixels(box.width)),
      ("height", pixels(box.height)),
      ("image-rendering", "pixelated"), ("preserveAspectRatio", "none"),
    ]
    if opacity < 1 { attributes.append(("opacity", decimal(opacity, 3))) }
    var element = Element("image", attributes)
    element.attributes.append(("href", .picture(picture, width: box.width)))
    element.include(class: opacityClass(opacity))
    return element
  }

  /// What the body draws is other for other numbers, where all else of the figure stays: `MovingPicture`.
  mutating func moving(_ body: (inout Canvas) throws -> Void) rethrows {
    let before = elements.count
    try body(&self)
    for index in elements.indices.dropFirst(before) { elements[index].isMoving = true }
  }

  /// What the body draws is cut at the box.
  mutating func clipped(to box: Rectangle, _ body: (inout Canvas) throws -> Void) rethrows {
    let outside = elements
    elements = []
    try body(&self)
    let inside = elements
    elements = outside
    if inside.isEmpty { return }
    var clip = Element("clipPath")
    clip.attributes.append(("id", .identifier(identifiers)))
    clip.children = [
      Element(
        "rect",
        [
          ("x", pixels(box.left)), ("y", pixels(box.top)), ("width", pixels(box.width)),
          ("height", pixels(box.height)),
        ])
    ]
    clips.append(clip)
    var group = Element("g")
    group.attributes.append(("clip-path", .reference(identifiers)))
    group.children = inside
    identifiers += 1
    elements.append(group)
  }

  private mutating func add(_ element: Element, _ style: Style) {
    var element = element
    func set(_ name: String, _ value: String) { element.attributes.append((name, .text(value))) }
    if let fill = style.fill {
      set("fill", fill.light)
      element.include(class: themeClass("fill", fill.light, fill.dark))
    } else {
      set("fill", "none")
    }
    if let stroke = style.stroke {
      set("stroke", stroke.light)
      element.include(class: themeClass("stroke", stroke.light, stroke.dark))
      if style.width != 1 { set("stroke-width", decimal(style.width, 2)) }
      if let pattern = style.dash.pattern { set("stroke-dasharray", pattern) }
      if element.name == "path" {
        set("stroke-linejoin", "round")
        if style.dash == .solid { set("stroke-linecap", "round") }
      }
    }
    if style.opacity < 1 { set("opacity", decimal(style.opacity, 3)) }
    element.include(class: opacityClass(style.opacity))
    elements.append(element)
  }

  /// What is thin on the light card would vanish on the dark one, where the eye needs more of a colour to see it.
  static func darkOpacity(_ light: Double) -> Double { vector_pow_f64(light, 0.65) }

  private mutating func opacityClass(_ light: Double) -> String? {
    guard light > 0, light < 1 else { return nil }
    return themeClass("opacity", decimal(light, 3), decimal(Canvas.darkOpacity(light), 2))
  }

  /// The class that gives a property its value on the dark card, if it is another there.
  private mutating func themeClass(_ property: String, _ light: String, _ dark: String) -> String? {
    if light == dark { return nil }
    let declaration = "\(property):\(dark)"
    let key = "\(declaration)/\(light)"
    if let name = classes[key] { return name }
    let name = "\(property.prefix(1))\(rules.count)"
    classes[key] = name
    rules.append((name, declaration))
    return name
  }
}

/// The finished document.
struct Document {
  var size: Size
  var title: String
  var description: String
  var canvas: Canvas

  /// The SVG. Its ids carry the hash of everything else in it.
  func svg(enlargingPictures: Bool = false) throws -> String {
    let plain = try written(Writing(prefix: "n", enlargesPictures: enlargingPictures))
    return try written(Writing(prefix: "n" + contentHash(plain), enlargesPictures: enlargingPictures))
  }

  /// The same without what moves and without words of what it shows, its ids those of a picture of its own.
  func ground() throws -> String {
    var document = self
    (document.title, document.description) = ("", "")
    return try document.written(
      Writing(prefix: "n" + contentHash(try written(Writing(prefix: "n"))), isGround: true))
  }

  private func written(_ writing: Writing) throws -> String {
    let prefix = writing.prefix
    let width = pixels(size.width)
    let height = pixels(size.height)
    var output =
      "<svg aria-describedby=\"\(prefix)-2\" aria-labelledby=\"\(prefix)-1\""
      + " font-family=\"Helvetica, Arial, sans-serif\" height=\"\(height)\" id=\"\(prefix)-0\" role=\"img\""
      + " viewBox=\"0 0 \(width) \(height)\" width=\"\(width)\" xmlns=\"http://www.w3.org/2000/svg\">\n"
    output += "<title id=\"\(prefix)-1\">\(escaped(title))</title>\n"
    output += "<desc id=\"\(prefix)-2\">\(escaped(description))</desc>\n"
    if !canvas.rules.isEmpty {
      let rules = canvas.rules.map { "#\(prefix)-0 .\($0.name){\($0.declaration)}" }.joined()
      output += "<style>@media (prefers-color-scheme:dark){\(rules)}</style>\n"
    }
    if !canvas.clips.isEmpty {
      output += "<defs>\n"
      for clip in canvas.clips { try clip.write(to: &output, writing) }
      output += "</defs>\n"
    }
    for element in canvas.elements { try element.write(to: &output, writing) }
    return output + "</svg>\n"
  }
}

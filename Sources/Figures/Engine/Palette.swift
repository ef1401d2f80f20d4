// Colours come in pairs, one for the light card and one for the dark, and never stand alone:
// each series has a dash and a marker of its own.

/// A colour for the light card and one for the dark.
struct Paint: Equatable, Hashable, Sendable {
  let light: String
  let dark: String

  init(_ light: String, _ dark: String) {
    self.light = light
    self.dark = dark
  }

  static let card = Paint("#ffffff", "#17191c")
  static let ink = Paint("#1f2328", "#e8e8e8")
  static let muted = Paint("#57606a", "#a4abb3")
  static let axis = Paint("#8c959f", "#6e7681")
  static let grid = Paint("#e8ebef", "#2b2f35")

  static let blue = Paint("#0072b2", "#56b4e9")
  static let vermillion = Paint("#d55e00", "#e69f00")
  static let green = Paint("#009e73", "#009e73")
  static let purple = Paint("#cc79a7", "#cc79a7")
  static let black = Paint("#1f2328", "#f0e442")
  static let violet = Paint("#9966ff", "#9966ff")
  static let brown = Paint("#993300", "#ee4411")
  static let petrol = Paint("#225566", "#bbffee")

  private static let named: [(String, Paint)] = [
    ("blue", blue), ("vermillion", vermillion), ("green", green), ("purple", purple),
    ("black", ink), ("orange", Paint("#d55e00", "#e69f00")), ("sky", Paint("#0072b2", "#56b4e9")),
    ("yellow", Paint("#8a7a00", "#f0e442")), ("violet", violet), ("brown", brown), ("petrol", petrol),
    ("gray", muted),
  ]

  /// The names a user may write.
  static var names: [String] { named.map(\.0) }

  /// A colour of the palette by its name, or "#rrggbb" for both cards.
  init?(named name: String) {
    if let found = Paint.named.first(where: { $0.0 == name }) {
      self = found.1
      return
    }
    let digits = name.dropFirst()
    guard name.hasPrefix("#"), digits.count == 6, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
      return nil
    }
    self.init(name.lowercased(), name.lowercased())
  }

  /// The colour a share of the way from one to another.
  static func between(_ low: Paint, _ high: Paint, _ share: Double) -> Paint {
    Paint(blend(low.light, high.light, share), blend(low.dark, high.dark, share))
  }

  private static func blend(_ low: String, _ high: String, _ share: Double) -> String {
    let a = channels(low)
    let b = channels(high)
    var text = "#"
    for i in 0..<3 {
      let value = Int(clamping: (a[i] + (b[i] - a[i]) * share).rounded(), to: 0...255)
      text += (value < 16 ? "0" : "") + String(value, radix: 16)
    }
    return text
  }

  private static func channels(_ hex: String) -> [Double] {
    let value = Int(hex.dropFirst(), radix: 16) ?? 0
    return [Double(value >> 16 & 255), Double(value >> 8 & 255), Double(value & 255)]
  }
}

/// How a line is broken.
enum Dash: String, CaseIterable, Sendable {
  case solid, dash, dot, dashdot
  case long = "longdash"
  case short = "shortdash"
  case sparse = "sparsedot"
  case dashdotdot

  /// The SVG dash array, nil for an unbroken line.
  var pattern: String? {
    switch self {
    case .solid: nil
    case .dash: "7 3"
    case .dot: "2 3"
    case .dashdot: "8 3 2 3"
    case .long: "14 4"
    case .short: "4 2"
    case .sparse: "2 6"
    case .dashdotdot: "9 3 2 3 2 3"
    }
  }
}

/// The shape of a point.
enum Marker: String, CaseIterable, Sendable {
  case circle, square, triangle, diamond, cross, down, plus, box, star, ring
}

/// What distinguishes the k-th series of a panel, in colour and without it.
struct SeriesLook: Equatable, Sendable {
  let paint: Paint
  let dash: Dash
  let marker: Marker

  private static let paints: [Paint] = [
    .blue, .vermillion, .green, .purple, .black, .violet, .brown, .petrol,
  ]
  private static let pathPaints: [Paint] = [.vermillion, .blue] + paints.dropFirst(2)

  /// The first eight have colours and dashes of their own, the first ten markers; the first forty are pairs of
  /// colour and dash, and of colour and marker, that no other has.
  init(_ index: Int) { self.init(index, SeriesLook.paints) }

  private init(_ index: Int, _ paints: [Paint]) {
    let turn = index / paints.count
    paint = paints[index % paints.count]
    dash = Dash.allCases[(index + turn) % Dash.allCases.count]
    marker = Marker.allCases[index % Marker.allCases.count]
  }

  private init(paint: Paint, dash: Dash, marker: Marker) {
    self.paint = paint
    self.dash = dash
    self.marker = marker
  }

  /// The look in another colour, if there is one.
  func painted(_ other: Paint?) -> SeriesLook {
    SeriesLook(paint: other ?? paint, dash: dash, marker: marker)
  }

  /// The look of the k-th path of a descent: the first is the most saturated.
  static func path(_ index: Int) -> SeriesLook { SeriesLook(index, pathPaints) }
}

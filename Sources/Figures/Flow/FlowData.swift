// What a picture of the gradient's way back is drawn from: lines of source, what they made, and what flows
// between.

import CVector

/// The gradient of one run, ready to be drawn.
public struct FlowData: Sendable {
  /// Why an adjoint is zero, or what else is wrong with it.
  public enum Mark: Sendable, Equatable {
    /// No path leads from here to the loss.
    case noPath
    /// So much of it rounded to zero in the element type.
    case underflow(Double)
    /// Exactly zero, though there is a path.
    case zero
    /// NaN or Inf, and whether it is here that the first one came up.
    case notFinite(isFirst: Bool)
  }

  /// A named value: one entry for each turn of its loop.
  public struct Item: Sendable {
    public var name: String
    /// Root mean squares of the adjoint; NaN where there is none.
    public var adjoints: [Double]
    /// Root mean squares of the value.
    public var values: [Double]
    public var mark: Mark?
    /// The shares of saturated and of dead units.
    public var saturated: Double?
    public var dead: Double

    public init(
      name: String, adjoints: [Double], values: [Double], mark: Mark?, saturated: Double?, dead: Double
    ) {
      self.name = name
      self.adjoints = adjoints
      self.values = values
      self.mark = mark
      self.saturated = saturated
      self.dead = dead
    }

    /// The adjoint as one number: over all turns.
    var adjoint: Double {
      let known = adjoints.filter { !$0.isNaN }
      if known.isEmpty { return .nan }
      return norm(known) / Double(known.count).squareRoot()
    }
  }

  /// A line of source with what it names.
  public struct Line: Sendable {
    public var number: Int
    public var text: String
    public var items: [Item]

    public init(number: Int, text: String, items: [Item]) {
      self.number = number
      self.text = text
      self.items = items
    }
  }

  /// A function's own lines.
  public struct Section: Sendable {
    /// Where the text stands: "cell [3]".
    public var place: String
    public var lines: [Line]

    public init(place: String, lines: [Line]) {
      self.place = place
      self.lines = lines
    }
  }

  /// A named value in the graph.
  public struct Node: Sendable {
    public var item: Item
    /// A variable of the differentiation: drawn on the left.
    public var isVariable: Bool
    public var isLoss: Bool

    public init(item: Item, isVariable: Bool, isLoss: Bool) {
      self.item = item
      self.isVariable = isVariable
      self.isLoss = isLoss
    }
  }

  /// What comes back along one way: from the node `to`, computed later, to the node `from`.
  public struct Edge: Sendable {
    public var from: Int
    public var to: Int
    public var size: Double

    public init(from: Int, to: Int, size: Double) {
      self.from = from
      self.to = to
      self.size = size
    }
  }

  public var function: String
  public var loss: Double
  public var variables: [Item]
  public var sections: [Section]
  public var nodes: [Node]
  public var edges: [Edge]
  /// Where the first NaN or Inf came up, in words.
  public var firstNotFinite: String?

  public init(
    function: String, loss: Double, variables: [Item], sections: [Section], nodes: [Node], edges: [Edge],
    firstNotFinite: String? = nil
  ) {
    self.function = function
    self.loss = loss
    self.variables = variables
    self.sections = sections
    self.nodes = nodes
    self.edges = edges
    self.firstNotFinite = firstNotFinite
  }

  var allItems: [Item] { sections.flatMap { $0.lines.flatMap(\.items) } }

  /// The adjoints from where the gradient starts to where it ends, and how many decades lie between.
  var sentence: String {
    let items = allItems
    let count = items.count + variables.count
    var text = "Gradient flow of \(function) = \(plainText(loss)): \(count) named values"
    let followed = items.flatMap { item in item.adjoints.map { (item.name, $0) } }.filter {
      $0.1 > 0 && $0.1.isFinite
    }
    if let first = followed.first, let last = followed.last, followed.count > 1 {
      text += ", adjoint \(plainText(last.1)) at \(last.0), \(plainText(first.1)) at \(first.0)"
    }
    for item in variables + items {
      switch item.mark {
      case .noPath: text += ", no path from \(item.name)"
      case .notFinite: if firstNotFinite == nil { text += ", \(item.name) is not finite" }
      case .underflow(let share): text += ", \(percent(share)) of \(item.name) underflowed"
      case .zero: text += ", \(item.name) exactly 0"
      case nil: break
      }
    }
    if let firstNotFinite { text += ", NaN or Inf first at \(firstNotFinite)" }
    return text
  }

  /// The adjoint at both ends of the way and the decades between; nil where there is no way. Of a loop it is the
  /// first turn where the gradient ends, and the last where it begins.
  var ends: String? {
    func isEnd(_ size: Double) -> Bool { size > 0 && size.isFinite }
    let line = nodes.filter { !$0.isVariable && $0.item.adjoints.contains(where: isEnd) }.map(\.item)
    guard let first = line.first, let last = line.last, line.count > 1,
      let turn = first.adjoints.firstIndex(where: isEnd), let start = last.adjoints.last(where: isEnd)
    else { return nil }
    let end = first.adjoints[turn]
    let decades = vector_log10_f64(end) - vector_log10_f64(start)
    let place = first.adjoints.count > 1 ? "\(first.name), turn \(turn + 1)" : first.name
    return
      "adjoint \(labelText(end, digits: 2)) at \(place), \(labelText(start, digits: 2)) at \(last.name):"
      + " \(fixed(abs(decades), 1)) decades \(decades < 0 ? "lost" : "gained") on the way back"
  }

  /// What the logarithmic bars span: whole decades around all sizes.
  var decades: ClosedRange<Double> {
    let sizes = (allItems + variables).flatMap { $0.adjoints + $0.values }.filter { $0 > 0 && $0.isFinite }
    let low = sizes.min().map(decade) ?? -1
    let high = sizes.max().map { decade($0) + 1 } ?? 1
    // Fewer than three decades would make noise look like a trend; more than eighty have no room.
    return Double(max(min(low, high - 3), high - 80))...Double(high)
  }
}

/// The root of the sum of squares. Squares of vanishing and exploding gradients are no numbers: hence the greatest apart.
func norm(_ sizes: [Double]) -> Double {
  guard let greatest = sizes.map({ abs($0) }).max(), greatest > 0, greatest.isFinite else {
    return sizes.map { abs($0) }.max() ?? 0
  }
  let scale = powerOf10(decade(greatest))
  guard scale > 0 else { return sizes.reduce(0) { max($0, abs($1)) } }
  return scale * sizes.reduce(0) { $0 + ($1 / scale) * ($1 / scale) }.squareRoot()
}

/// A share in percent, never rounded to none or all.
func percent(_ share: Double) -> String {
  if share > 0, share < 0.01 { return "< 1 %" }
  if share > 0.99, share < 1 { return "> 99 %" }
  let percent = (share * 100).rounded()
  return "\(percent.isFinite ? fixed(percent, 0) : plainText(percent)) %"
}

extension Figure {
  /// The function's own lines with bars for the adjoint and the value beside each.
  public static func gradientFlowSource(_ data: FlowData, title: String? = nil, width: Double = 760) -> Figure
  {
    Figure(FlowSource(data: data, title: title), width: width)
  }

  /// The named values as a graph, with the gradient that flows between them.
  public static func gradientFlowGraph(_ data: FlowData, title: String? = nil) -> Figure {
    let drawing = FlowGraph(data: data, title: title)
    return Figure(drawing, width: drawing.width)
  }
}

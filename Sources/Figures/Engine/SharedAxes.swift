// In a grid, axes that show the same variable have the same limits: what is compared must be comparable.

/// Gives panels whose axes show the same variable, of the same kind and without limits of their own, the same limits.
/// Axes of one name show the same variable, and the axes without names of panels that are nothing but clouds of points.
/// A row shares its vertical axes and a column its horizontal ones however much they differ; farther apart they do where
/// no panel becomes a speck for it.
enum SharedAxes {
  private typealias Place = (row: Int, column: Int)

  /// One of the two axes of a panel.
  private struct Axis {
    let name: WritableKeyPath<AxesOptions, String?>
    let kind: WritableKeyPath<AxesOptions, ScaleKind?>
    let limits: WritableKeyPath<AxesOptions, ClosedRange<Double>?>
    let domain: (Panel) -> (low: Double, high: Double)
    let scale: (Frame) -> Scale

    static var x: Axis {
      Axis(name: \.xlabel, kind: \.xscale, limits: \.xlimits, domain: { $0.domains.x }, scale: { $0.x })
    }
    static var y: Axis {
      Axis(name: \.ylabel, kind: \.yscale, limits: \.ylimits, domain: { $0.domains.y }, scale: { $0.y })
    }

    /// What the axis shows, as a key; nil where it shows what no other does.
    func variable(_ panel: Panel) -> String? {
      let options = panel.options
      guard options[keyPath: limits] == nil, !panel.framed, panel.showsAxes else { return nil }
      let kind = options[keyPath: kind] ?? .linear
      if let name = options[keyPath: name], !name.isEmpty { return "\(name) \(kind.rawValue)" }
      let isCloud =
        options.xlabel == nil && options.ylabel == nil && panel.layers.allSatisfy { $0 is ScatterLayer }
      return isCloud ? "" : nil
    }

    /// The length of the axis in its own measure.
    func length(_ panel: Panel) -> Double {
      let scale = scale(panel.frame(Rectangle(left: 0, top: 0, width: 1, height: 1)))
      return scale.measure(scale.high) - scale.measure(scale.low)
    }
  }

  /// How many times its own length an axis may become for panels elsewhere in the grid.
  private static let most = 6.0

  static func shared(_ rows: [[Figure]]) -> [[Figure]] {
    var rows = rows
    let all = rows.indices.flatMap { row in rows[row].indices.map { (row: row, column: $0) } }
    share(all, .x, in: &rows, most: most)
    share(all, .y, in: &rows, most: most)
    for column in 0..<(rows.map(\.count).max() ?? 0) {
      share(all.filter { $0.column == column }, .x, in: &rows, most: .infinity)
    }
    for row in rows.indices { share(all.filter { $0.row == row }, .y, in: &rows, most: .infinity) }
    return rows
  }

  /// Panels of the same variable among the places share the union of their domains.
  private static func share(_ places: [Place], _ axis: Axis, in rows: inout [[Figure]], most: Double) {
    var groups: [String: [(place: Place, panel: Panel)]] = [:]
    for place in places {
      guard case .panel(let panel) = rows[place.row][place.column].content,
        let variable = axis.variable(panel), !variable.isEmpty || most.isFinite
      else { continue }
      groups[variable, default: []].append((place, panel))
    }
    for group in groups.values where group.count > 1 {
      let domains = group.map { axis.domain($0.panel) }
      guard let low = domains.map(\.low).min(), let high = domains.map(\.high).max(), low < high else {
        continue
      }
      let widened = group.map { member in
        var panel = member.panel
        panel.options[keyPath: axis.limits] = low...high
        return (
          place: member.place, panel: panel, isSpeck: axis.length(panel) > most * axis.length(member.panel)
        )
      }
      if widened.contains(where: \.isSpeck) { continue }
      for (place, panel, _) in widened { rows[place.row][place.column].content = .panel(panel) }
    }
  }
}

extension SharedAxes {
  /// States of one figure, of which one is seen at a time: their axes stand still, but for states that are so much wider
  /// than most that the others would be specks.
  ///
  /// - Parameter overriding: whether limits that a panel has already give way to those that hold all of them.
  static func steady(_ states: [Figure], overriding: Bool) throws -> [Figure] {
    if !overriding, let reframed = try Reframing.shared(states) {
      return try steady(reframed, overriding: true)
    }
    var states = states
    let panels = states.indices.filter { states[$0].isPanel }
    if panels.count == states.count {
      for axis in [Axis.x, .y] { hold(axis, in: &states, overriding: overriding) }
      return states
    }
    guard case .grid(let first)? = states.first?.content else { return states }
    let shape = first.rows.map(\.count)
    let grids = states.compactMap { state -> Figure.Grid? in
      guard case .grid(let grid) = state.content, grid.rows.map(\.count) == shape else { return nil }
      return grid
    }
    guard grids.count == states.count else { return states }
    for row in shape.indices {
      for column in 0..<shape[row] {
        let cells = try steady(grids.map { $0.rows[row][column] }, overriding: overriding)
        for index in states.indices {
          guard case .grid(var grid) = states[index].content else { continue }
          grid.rows[row][column] = cells[index]
          states[index].content = .grid(grid)
        }
      }
    }
    return states
  }

  private static func hold(_ axis: Axis, in states: inout [Figure], overriding: Bool) {
    var members: [(index: Int, panel: Panel, length: Double)] = []
    for (index, state) in states.enumerated() {
      guard case .panel(let panel) = state.content, !panel.framed, panel.showsAxes,
        overriding || panel.options[keyPath: axis.limits] == nil
      else { continue }
      members.append((index, panel, axis.length(panel)))
    }
    // A linear axis and a logarithmic one have nothing to share.
    let kinds = Dictionary(grouping: members) { $0.panel.options[keyPath: axis.kind] ?? .linear }
    for members in kinds.values where members.count > 1 {
      let usual = members.map(\.length).sorted()[members.count / 2]
      let alike = members.filter { $0.length <= most * usual }
      let domains = alike.map { axis.domain($0.panel) }
      guard let low = domains.map(\.low).min(), let high = domains.map(\.high).max(), low < high else {
        continue
      }
      for member in alike {
        guard case .panel(var panel) = states[member.index].content else { continue }
        panel.options[keyPath: axis.limits] = low...high
        states[member.index].content = .panel(panel)
      }
    }
  }

  /// A figure on the axes of another state of it, as far as they hold what it shows.
  static func held(_ figure: Figure, like state: Figure) -> Figure {
    var figure = figure
    switch (figure.content, state.content) {
    case (.panel(var panel), .panel(let other)):
      for axis in [Axis.x, .y] {
        let (own, shared) = (axis.domain(panel), axis.domain(other))
        guard !panel.framed, panel.showsAxes, own.low >= shared.low, own.high <= shared.high,
          panel.options[keyPath: axis.kind] ?? .linear == other.options[keyPath: axis.kind] ?? .linear
        else { continue }
        panel.options[keyPath: axis.limits] = other.options[keyPath: axis.limits]
      }
      figure.content = .panel(panel)
    case (.grid(var grid), .grid(let other)) where grid.rows.map(\.count) == other.rows.map(\.count):
      for i in grid.rows.indices {
        for j in grid.rows[i].indices { grid.rows[i][j] = held(grid.rows[i][j], like: other.rows[i][j]) }
      }
      figure.content = .grid(grid)
    case _: break
    }
    return figure
  }
}

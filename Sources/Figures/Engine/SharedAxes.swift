// In a grid, axes that show the same variable have the same limits: what is compared must be comparable.

/// Gives the panels of a column the same horizontal axis, and those of a row the same vertical one, where the axes
/// have the same name, kind and no limits of their own.
enum SharedAxes {
  static func shared(_ rows: [[Figure]]) -> [[Figure]] {
    var rows = rows
    let columns = rows.map(\.count).max() ?? 0
    for column in 0..<columns {
      share(
        rows.indices.filter { rows[$0].indices.contains(column) }.map { ($0, column) }, in: &rows,
        name: { $0.options.xlabel }, kind: { $0.options.xscale }, limits: { $0.options.xlimits },
        domain: { $0.domains.x }, set: { $0.options.xlimits = $1 })
    }
    for row in rows.indices {
      share(
        rows[row].indices.map { (row, $0) }, in: &rows, name: { $0.options.ylabel },
        kind: { $0.options.yscale }, limits: { $0.options.ylimits }, domain: { $0.domains.y },
        set: { $0.options.ylimits = $1 })
    }
    return rows
  }

  /// Panels of the same variable among the places share the union of their domains.
  private static func share(
    _ places: [(row: Int, column: Int)], in rows: inout [[Figure]], name: (Panel) -> String?,
    kind: (Panel) -> ScaleKind?, limits: (Panel) -> ClosedRange<Double>?,
    domain: (Panel) -> (low: Double, high: Double), set: (inout Panel, ClosedRange<Double>) -> Void
  ) {
    var groups: [String: [(row: Int, column: Int)]] = [:]
    for place in places {
      guard case .panel(let panel) = rows[place.row][place.column].content, let name = name(panel),
        !name.isEmpty, limits(panel) == nil, !panel.framed
      else { continue }
      groups["\(name) \(kind(panel)?.rawValue ?? "")", default: []].append(place)
    }
    for group in groups.values where group.count > 1 {
      let domains = group.compactMap { place -> (low: Double, high: Double)? in
        guard case .panel(let panel) = rows[place.row][place.column].content else { return nil }
        return domain(panel)
      }
      guard let low = domains.map(\.low).min(), let high = domains.map(\.high).max(), low < high else {
        continue
      }
      for place in group {
        guard case .panel(var panel) = rows[place.row][place.column].content else { continue }
        set(&panel, low...high)
        rows[place.row][place.column].content = .panel(panel)
      }
    }
  }
}

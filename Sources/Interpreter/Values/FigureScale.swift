import Figures

/// The scale of a figure's colours where it is to be compared with others: maps that stand side by side have the
/// greatest limit of them all.
package struct FigureScale {
  package let limit: Double
  /// The figure with another limit.
  package let draw: (Double) throws -> Figure

  package init(limit: Double, draw: @escaping (Double) throws -> Figure) {
    self.limit = limit
    self.draw = draw
  }

  /// Figures in rows, on one scale where several have one; axes of the same variable share their limits or not.
  package static func grid(_ rows: [[FigureValue]], sharesAxes: Bool = true) throws -> FigureValue {
    let limits = rows.joined().compactMap(\.scale?.limit)
    let plain = Figure.grid(rows.map { $0.map(\.figure) }, sharesAxes: sharesAxes)
    guard let greatest = limits.max() else { return FigureValue(plain) }
    func drawn(_ limit: Double) throws -> Figure {
      .grid(try rows.map { try $0.map { try $0.scale?.draw(limit) ?? $0.figure } }, sharesAxes: sharesAxes)
    }
    let figure = limits.count > 1 ? try drawn(greatest) : plain
    return FigureValue(figure, scale: FigureScale(limit: greatest, draw: drawn))
  }
}

extension FigureValue {
  /// The figure after a change, on whatever scale it is drawn.
  package func map(_ change: @escaping (Figure) throws -> Figure) throws -> FigureValue {
    FigureValue(
      try change(figure),
      scale: scale.map { scale in FigureScale(limit: scale.limit) { try change(scale.draw($0)) } })
  }
}

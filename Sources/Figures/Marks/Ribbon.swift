// ribbon: the band between two curves.

extension Marks {
  static let ribbon = MarkRow(
    "ribbon",
    signatures: ["ribbon(low, high)", "ribbon(x, low, high)"],
    documentation: """
      The band from low to high against the index or x, say of a mean plus and minus its deviation.

      > ribbon([0, 1, 2], [0, 1, 2], [1, 3, 5])
      Band over x from 0 to 2, between 0 and 5.

      See also: errorbars, plot
      """
  ) { arguments in
    var channels: [[Double]] = []
    for channel in arguments.channels {
      guard case .numbers(let values) = channel else { throw arguments.wrongChannels }
      channels.append(values)
    }
    if channels.count == 2 { channels.insert(indices(channels[0].count), at: 0) }
    guard channels.count == 3 else { throw arguments.wrongChannels }
    for other in channels.dropFirst() where other.count != channels[0].count {
      throw FigureFault.lengths(mark: arguments.mark, x: channels[0].count, y: other.count)
    }
    let layer = RibbonLayer(
      x: channels[0], low: channels[1], high: channels[2], style: try arguments.style())
    guard !layer.pieces.isEmpty else { throw FigureFault.emptyData(mark: arguments.mark) }
    return try arguments.figure([layer])
  }
}

/// A band, broken where a value is not finite.
struct RibbonLayer: Layer {
  let x: [Double]
  let low: [Double]
  let high: [Double]
  let style: LayerStyle

  var seriesCount: Int { style.color == nil ? 1 : 0 }

  /// The runs of places at which all three are finite.
  var pieces: [Range<Int>] {
    var pieces: [Range<Int>] = []
    var start: Int?
    for index in 0...x.count {
      let whole = index < x.count && x[index].isFinite && low[index].isFinite && high[index].isFinite
      if whole, start == nil { start = index }
      if !whole, let first = start {
        pieces.append(first..<index)
        start = nil
      }
    }
    return pieces
  }

  var extent: Extent {
    var extent = Extent()
    extent.airX = 0.015
    for piece in pieces {
      for index in piece {
        extent.x.include(x[index])
        extent.y.include(low[index])
        extent.y.include(high[index])
      }
    }
    return extent
  }

  func keys(firstSeries: Int) -> [KeyEntry] { style.swatch(firstSeries) }

  func draw(in frame: Frame, on canvas: inout Canvas) {
    let paint = style.color ?? SeriesLook(frame.firstSeries).paint
    var path = PathText()
    for piece in pieces {
      let above = Polyline.simplified(piece.compactMap { frame.point(x[$0], high[$0]) })
      // On a logarithmic axis what is not positive lies below the frame.
      let below = Polyline.simplified(
        piece.compactMap { index in
          frame.point(x[index], low[index])
            ?? frame.x.position(x[index]).map { Point(x: $0, y: frame.box.bottom) }
        })
      path.polyline(above + below.reversed(), closed: true)
    }
    canvas.path(path.text, Style(fill: paint, opacity: style.opacity < 1 ? style.opacity : 0.25))
  }

  var sentence: String {
    let extent = extent
    let name = style.label.map { " \($0)" } ?? ""
    return "Band\(name) over x from \(rangeText(extent.x.low, extent.x.high)), between"
      + " \(plainText(extent.y.low)) and \(plainText(extent.y.high))"
  }
}

// From values to colours, with the limits that the colour bar names.

/// A colour for each value between two limits; what lies beyond takes the colour of the limit.
struct ColorScale: Sendable {
  let map: ColorMap
  let scale: Scale

  init(_ map: ColorMap, low: Double, high: Double, kind: ScaleKind = .linear) {
    self.map = map
    scale = Scale(kind: kind, low: low, high: high, start: 0, end: 1)
  }

  /// The limits that the values ask for: around zero where the map is signed.
  init(_ map: ColorMap, fitting span: DataRange, kind: ScaleKind = .linear) {
    if span.isEmpty {
      self.init(map, low: 0, high: 1)
    } else if map == .signed {
      let reach = max(abs(span.low), abs(span.high))
      self.init(map, low: reach > 0 ? -reach : -1, high: reach > 0 ? reach : 1)
    } else if kind == .log, span.leastPositive.isFinite {
      let low = span.leastPositive
      let high = max(span.high, low)
      let most = high > low ? high : Scale.finite(high * 10)
      self.init(map, low: low < most ? low : low / 10, high: most, kind: .log)
    } else if span.low == span.high {
      let (low, high) = Scale.around(span.low, share: 0.5)
      self.init(map, low: low, high: high)
    } else {
      self.init(map, low: span.low, high: span.high)
    }
  }

  var low: Double { scale.low }
  var high: Double { scale.high }

  /// From 0 to 1 between the limits; nil for what has no colour.
  func share(_ value: Double) -> Double? {
    if scale.kind == .log, value == 0 { return 0 }
    guard let place = scale.position(value), !place.isNaN else { return nil }
    return min(max(place, 0), 1)
  }

  func color(_ value: Double, onDark isDark: Bool = false) -> RGB {
    share(value).map { map.color($0, onDark: isDark) } ?? ColorMap.missing
  }

  /// The colour of a value on both cards.
  func paint(_ value: Double) -> Paint { Paint(color(value).text, color(value, onDark: true).text) }

  /// What is read on the colour of a value.
  func ink(_ value: Double) -> Paint { Paint(color(value).ink, color(value, onDark: true).ink) }

  /// The map in 255 steps, and after them what is missing.
  private func palette(onDark isDark: Bool) -> [UInt8] {
    (0..<255).flatMap { map.color(Double($0) / 254, onDark: isDark).bytes } + ColorMap.missing.bytes
  }

  /// Draws pixels that are places in the palette.
  func draw(
    _ indices: [UInt8], width: Int, in box: Rectangle, opacity: Double = 1, on canvas: inout Canvas
  ) {
    func picture(onDark isDark: Bool) -> PixelImage {
      PixelImage(indices: indices, width: width, palette: palette(onDark: isDark))
    }
    canvas.image(
      picture(onDark: false), dark: map.followsCard ? picture(onDark: true) : nil, in: box, opacity: opacity)
  }

  /// The place of a value in the palette.
  func index(_ value: Double) -> UInt8 { share(value).map { UInt8(nearest: $0 * 254) } ?? 255 }
}

/// The bar right of a frame with the limits of the colours.
struct ColorBar: Sendable {
  let colors: ColorScale
  var label: String?

  private static let thickness = 11.0
  private static let gap = 12.0

  private func ticks(_ height: Double) -> Ticks {
    let vertical = Scale(
      kind: colors.scale.kind, low: colors.low, high: colors.high, start: height, end: 0)
    return Ticks.of(vertical, count: Int(clamping: height / 45, to: 3...100))
  }

  /// What stands above the bar: its name, and what is to be added to its numbers.
  func heading(height: Double) -> String? {
    let parts = [label, ticks(height).offsetText].compactMap(\.self).filter { !$0.isEmpty }
    return parts.isEmpty ? nil : parts.count > 1 ? "\(parts[0])  (\(parts[1]))" : parts[0]
  }

  /// What the bar takes of the width beside a frame of this height.
  func width(height: Double) -> Double {
    let texts = ticks(height).ticks.map { TextWidth.of($0.text, size: Type.tick) }
    let widest = max(
      texts.max() ?? 0,
      heading(height: height).map { TextWidth.of($0, size: Type.tick) - ColorBar.thickness } ?? 0)
    return ColorBar.gap + ColorBar.thickness + 6 + widest
  }

  func draw(left: Double, frame: Rectangle, on canvas: inout Canvas) {
    let box = Rectangle(
      left: left + ColorBar.gap, top: frame.top, width: ColorBar.thickness, height: frame.height)
    let steps = 64
    let shades = (0..<steps).map { UInt8(nearest: 254 * (1 - Double($0) / Double(steps - 1))) }
    colors.draw(shades, width: 1, in: box, on: &canvas)
    canvas.rectangle(box, Style(stroke: .axis))
    let vertical = Scale(
      kind: colors.scale.kind, low: colors.low, high: colors.high, start: box.bottom, end: box.top)
    let ticks = ticks(frame.height)
    for tick in ticks.ticks where !tick.text.isEmpty {
      guard let y = vertical.position(of: tick) else { continue }
      canvas.text(tick.text, at: Point(x: box.right + 5, y: y + 4), TextStyle(paint: .muted))
    }
    if let heading = heading(height: frame.height) {
      canvas.text(heading, at: Point(x: box.left, y: box.top - 9), TextStyle(paint: .muted))
    }
  }
}

// Where an axis has its marks and what stands beside them.

import CVector

/// A mark on an axis. One without text is a minor one.
struct Tick: Equatable, Sendable {
  var value: Double
  var text: String
}

/// The marks of an axis, and what has been taken out of all their texts.
struct Ticks: Equatable, Sendable {
  var ticks: [Tick]
  /// Where the values differ only in far digits: what to add to each text.
  var offset: Double?

  static func of(_ scale: Scale, count: Int) -> Ticks {
    switch scale.kind {
    case .linear: linear(scale.low, scale.high, count: count)
    case .log: logarithmic(scale.low, scale.high, count: count)
    case .symlog: symmetric(scale, count: count)
    }
  }

  /// Names at 1, 2, … of which as many stand as do not touch; `spacing` is what one takes, by default the
  /// width of its text.
  static func named(_ names: [String], _ scale: Scale, spacing: Double?) -> Ticks {
    let widest = names.map { TextWidth.of($0, size: Type.tick) }.max() ?? 0
    let each = abs(scale.end - scale.start) / max(abs(scale.high - scale.low), 1e-300)
    let needed = spacing ?? widest + 6
    let wanted = each > 0 ? (needed / each).rounded(.up) : .infinity
    let every = wanted < Double(names.count) ? max(1, Int(wanted)) : max(1, names.count)
    let shown = names.enumerated().filter { $0.offset % every == 0 }
    return Ticks(ticks: shown.map { Tick(value: Double($0.offset + 1), text: $0.element) })
  }

  // MARK: Linear

  /// Steps of 1, 2 and 5. Below 1 the ticks are whole numbers divided by the inverse of the step, so
  /// that they read 0.3 and not 0.30000000000000004.
  static func linear(_ low: Double, _ high: Double, count: Int) -> Ticks {
    guard low < high, low.isFinite, high.isFinite, let step = Step.choose(low, high, count: max(count, 1))
    else {
      return Ticks(ticks: [Tick(value: low, text: labelText(low))])
    }
    guard step.first <= step.last else { return Ticks(ticks: []) }
    let indices = Array(Swift.stride(from: step.first, through: step.last, by: 1))
    let greatest = indices.map { abs(step.value($0)) }.max() ?? 0
    let exponent = step.exponent
    if greatest > 0, decade(greatest) - exponent >= 6 {
      let zone = powerOf10(decade(high - low) + 2)
      let offset = (step.value(indices[0]) / zone).rounded() * zone
      if offset != 0 {
        let base = step.index(offset)
        let shift = decade(max(abs(step.value(step.last - base)), abs(step.value(step.first - base))))
        return Ticks(
          ticks: indices.map {
            Tick(
              value: step.value($0),
              text: text(step.value($0 - base), power: shift, exponent: exponent))
          }, offset: offset)
      }
    }
    return Ticks(
      ticks: indices.map {
        Tick(value: step.value($0), text: text(step.value($0), power: decade(greatest), exponent: exponent))
      })
  }

  /// A value as its neighbours are written: plain between 10⁻⁴ and 10⁶, else with the power of ten.
  private static func text(_ value: Double, power: Int, exponent: Int) -> String {
    if value == 0 { return "0" }
    if power >= 6 || power < -3 {
      let mantissa = fixed(value / powerOf10(power), max(0, power - exponent))
      return typographic(mantissa) + "×" + powerOfTen(power)
    }
    return typographic(fixed(value, max(0, -exponent)))
  }

  // MARK: Logarithmic

  /// Decades, every k-th when crowded; 1, 2 and 5 under two decades; and linear ticks under a third.
  static func logarithmic(_ low: Double, _ high: Double, count: Int) -> Ticks {
    let first = decade(low)
    let last = decade(high)
    guard first <= last else { return linear(low, high, count: count) }
    let decades = vector_log10_f64(high) - vector_log10_f64(low)
    if decades < 2 {
      var ticks: [Tick] = []
      for power in first...last {
        for digit in [1.0, 2, 5] {
          let value = digit * powerOf10(power)
          if value >= low * (1 - 1e-12), value <= high * (1 + 1e-12) {
            ticks.append(Tick(value: value, text: labelText(value)))
          }
        }
      }
      if ticks.count < 3 { return linear(low, high, count: count) }
      let every = ticks.count > count + 1 ? 2 : 1
      return Ticks(ticks: ticks.enumerated().map { $0 % every == 0 ? $1 : Tick(value: $1.value, text: "") })
    }
    let powers = (first...last).filter {
      let value = powerOf10($0)
      return value >= low * (1 - 1e-12) && value <= high * (1 + 1e-12)
    }
    let every = stride(of: powers.count, shown: max(count, 2))
    var ticks: [Tick] = []
    for power in powers {
      let named = power % every == 0
      if !named, powers.count > 60 { continue }
      ticks.append(Tick(value: powerOf10(power), text: named ? powerOfTen(power) : ""))
    }
    return Ticks(ticks: ticks)
  }

  /// Every how many decades to name one, so that about so many are shown.
  private static func stride(of decades: Int, shown: Int) -> Int {
    let least = (decades + shown - 1) / shown
    return [1, 2, 3, 4, 5, 8, 10, 15, 20, 25, 50, 100].first { $0 >= least } ?? least
  }

  // MARK: Symlog

  /// Three zones: negative decades, the linear middle, positive decades.
  static func symmetric(_ scale: Scale, count: Int) -> Ticks {
    let first = decade(scale.threshold)
    let reach = max(abs(scale.low), abs(scale.high))
    guard reach > scale.threshold, first <= decade(reach) else {
      return linear(scale.low, scale.high, count: count)
    }
    let last = decade(reach)
    let sides = (scale.low < 0 ? 1 : 0) + (scale.high > 0 ? 1 : 0)
    let total = (last - first + 1) * sides + 1
    let every = stride(of: total, shown: max(count, 3))
    var ticks: [Tick] = []
    for power in (first...last).reversed() where -powerOf10(power) >= scale.low {
      let named = (last - power) % every == 0
      ticks.append(
        Tick(value: -powerOf10(power), text: named ? "−" + powerOfTen(power) : ""))
    }
    if scale.low <= 0, scale.high >= 0 { ticks.append(Tick(value: 0, text: "0")) }
    for power in first...last where powerOf10(power) <= scale.high {
      let named = (last - power) % every == 0
      ticks.append(Tick(value: powerOf10(power), text: named ? powerOfTen(power) : ""))
    }
    return Ticks(ticks: ticks.filter { $0.value >= scale.low && $0.value <= scale.high })
  }
}

/// A step of 1, 2 or 5 times a power of ten; the ticks are its multiples from `first` to `last`.
private struct Step {
  let first: Double
  let last: Double
  /// The decade of the step.
  let exponent: Int
  /// The step, or below 1 its inverse, which is whole.
  let factor: Double
  let inverse: Bool

  static func choose(_ low: Double, _ high: Double, count: Int) -> Step? {
    let rough = high / Double(max(count, 1)) - low / Double(max(count, 1))
    guard rough > 0, rough.isFinite else { return nil }
    let power = Int(vector_log10_f64(rough).rounded(.down))
    guard power > -300, power < 300 else { return nil }
    let error = rough / powerOf10(power)
    let thresholds: [(Double, Double)] = [(50, 10), (10, 5), (2, 2)]
    let digit = thresholds.first { error >= $0.0.squareRoot() }?.1 ?? 1
    let inverse = power < 0
    let factor = inverse ? powerOf10(-power) / digit : powerOf10(power) * digit
    let a = inverse ? low * factor : low / factor
    let b = inverse ? high * factor : high / factor
    // What misses a tick by rounding alone still has it.
    let slack = 1e-10 * max(1, b - a)
    let start = (a - slack).rounded(.up)
    let end = (b + slack).rounded(.down)
    if end - start < 1, count <= 8 {
      // One tick says nothing of the scale.
      return choose(low, high, count: count * 2)
    }
    return Step(
      first: start, last: end, exponent: digit == 10 ? power + 1 : power, factor: factor,
      inverse: inverse)
  }

  func value(_ index: Double) -> Double {
    let value = inverse ? index / factor : index * factor
    return value == 0 ? 0 : value
  }

  func index(_ value: Double) -> Double {
    (inverse ? value * factor : value / factor).rounded()
  }
}

// Where an axis has its marks and what stands beside them.

import CVector

/// A mark on an axis. One without text is a minor one.
struct Tick: Equatable, Sendable {
  /// The number that the text says, or the one nearest to it.
  var value: Double
  var text: String
  /// Where it is from the low end of the axis to the high one, on an axis so short that the nearest number is elsewhere.
  var share: Double?
}

/// The marks of an axis, and what has been taken out of all their texts.
struct Ticks: Equatable, Sendable {
  var ticks: [Tick]
  /// Where the values differ only in far digits: what to add to each text.
  var offset: Double?
  /// The same in words, exactly and with its sign: "+ 10¹⁵".
  var offsetText: String?

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
    let every = Int(clamping: wanted, to: 1...max(1, names.count))
    let shown = names.enumerated().filter { $0.offset % every == 0 }
    return Ticks(ticks: shown.map { Tick(value: Double($0.offset + 1), text: $0.element) })
  }

  // MARK: Linear

  /// From here on, where a text would have more digits than this, what all texts have in common is taken out.
  private static let mostDigits = 6

  /// Multiples of a step of 1, 2 or 5 times a power of ten, at least two.
  static func linear(_ low: Double, _ high: Double, count: Int) -> Ticks {
    if low < high, high - low < 100 * .leastNonzeroMagnitude { return least(low, high, count: count) }
    guard let ladder = Ladder(low, high, count: count) else {
      return Ticks(ticks: [Tick(value: low, text: labelText(low))])
    }
    let rungs = ladder.within
    let offset = offset(rungs, ladder)
    let greatest = rungs.map { ($0 - offset).magnitude }.max() ?? 0
    let power = String(greatest).count - 1 + ladder.power
    // Numbers are this far apart at the end that is farther from 0.
    let spacing = max(abs(low), abs(high)).ulp
    let isFine = ladder.value(ladder.step) < 4096 * spacing
    var result = Ticks(
      ticks: rungs.map {
        Tick(
          value: ladder.value($0), text: text($0 - offset, greatest: power, ladder.power),
          share: isFine ? ladder.share($0) : nil)
      })
    if offset != 0 {
      result.offset = ladder.value(offset)
      let text = exactText(Int(offset.magnitude), power: ladder.power)
      result.offsetText = "\(offset < 0 ? "−" : "+") \(text)"
    }
    return result
  }

  /// Numbers themselves, where the axis is so short that between the least ones there is nothing to name.
  private static func least(_ low: Double, _ high: Double, count: Int) -> Ticks {
    let steps = Int(clamping: (high - low) / .leastNonzeroMagnitude, to: 1...100)
    let every = (steps + max(count, 1) - 1) / max(count, 1)
    return Ticks(
      ticks: Swift.stride(from: 0, through: steps, by: every).map {
        let value = low + Double($0) * .leastNonzeroMagnitude
        return Tick(value: value, text: shortestText(value))
      })
  }

  /// What to take out of rungs that agree in their first digits: a round number near the first; else 0.
  private static func offset(_ rungs: [Int], _ ladder: Ladder) -> Int {
    let greatest = rungs.map(\.magnitude).max() ?? 0
    guard let first = rungs.first, String(greatest).count > mostDigits else { return 0 }
    // Two decades above the length of the axis.
    let zone = Int(clamping: 100 * powerOf10(decade(ladder.length)), to: 1...1_000_000)
    let nearest = Ladder.multiple(of: zone, atMost: first + zone / 2)
    // What is said to be added must be a number itself.
    return ladder.value(nearest).isFinite ? nearest : nearest - nearest.signum() * zone
  }

  /// A rung as its neighbours are written: plain between 10⁻⁴ and 10⁶, else with the power of ten of the greatest.
  private static func text(_ units: Int, greatest: Int, _ power: Int) -> String {
    if units == 0 { return "0" }
    guard greatest >= mostDigits || greatest < -3 else { return decimalText(units, power: power) }
    return decimalText(units, power: power - greatest) + "×" + powerOfTen(greatest)
  }

  // MARK: Logarithmic

  /// Decades, every k-th when crowded; 1, 2 and 5 under two decades; and linear ticks under a third.
  static func logarithmic(_ low: Double, _ high: Double, count: Int) -> Ticks {
    let first = decade(low)
    let last = decade(high)
    guard low > 0, first <= last else { return linear(low, high, count: count) }
    func isInside(_ value: Double) -> Bool {
      // What misses the axis by rounding alone still has its tick.
      value.isFinite && value > 0 && value >= low * (1 - 1e-12) && value * (1 - 1e-12) <= high
    }
    if vector_log10_f64(high) - vector_log10_f64(low) < 2 {
      let ticks = (first...last).flatMap { power in
        [1, 2, 5].map { Tick(value: power10($0, power), text: exactText($0, power: power)) }
      }.filter { isInside($0.value) }
      if ticks.count < 3 { return linear(low, high, count: count) }
      let every = ticks.count > count + 1 ? 2 : 1
      return Ticks(ticks: ticks.enumerated().map { $0 % every == 0 ? $1 : Tick(value: $1.value, text: "") })
    }
    let powers = (first...last).filter { isInside(power10(1, $0)) }
    let every = stride(of: powers.count, shown: max(count, 2))
    // Whole multiples of the stride, unless they leave less than two.
    let phase = powers.count { $0 % every == 0 } < 2 ? powers.first ?? 0 : 0
    var ticks: [Tick] = []
    for power in powers {
      let isNamed = (power - phase) % every == 0
      if !isNamed, powers.count > 60 { continue }
      ticks.append(Tick(value: power10(1, power), text: isNamed ? powerOfTen(power) : ""))
    }
    return Ticks(ticks: ticks)
  }

  /// The number nearest to so many times a power of ten; below the normal numbers a product would be rounded twice.
  private static func power10(_ digit: Int, _ power: Int) -> Double { Double("\(digit)e\(power)") ?? 0 }

  /// Every how many decades to name one, so that about so many are shown.
  private static func stride(of decades: Int, shown: Int) -> Int {
    let least = (decades + shown - 1) / shown
    return max(1, [1, 2, 3, 4, 5, 8, 10, 15, 20, 25, 50, 100].first { $0 >= least } ?? least)
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
    ticks = ticks.filter { $0.value >= scale.low && $0.value <= scale.high }
    // Within one decade of one sign there is none, or one.
    guard ticks.count(where: { !$0.text.isEmpty }) > 1 else {
      return linear(scale.low, scale.high, count: count)
    }
    return Ticks(ticks: ticks)
  }
}

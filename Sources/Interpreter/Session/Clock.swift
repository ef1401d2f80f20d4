import Glibc

/// Time as a stopwatch tells it.
package enum Clock {
  /// Seconds since some moment in the past; never runs backwards.
  package static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// A duration with three digits and the unit that suits it: "45 µs", "1.23 ms", "2.1 s", "3 min 20 s".
  package static func duration(_ seconds: Double) -> String {
    guard seconds >= 0, seconds < 1e15 else { return "\(Printer.number(seconds)) s" }
    if seconds >= 119.95 {
      let whole = Int(clamping: seconds.rounded())
      if whole < 7200 { return "\(whole / 60) min \(whole % 60) s" }
      return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
    let units: [(scale: Double, name: String)] = [(1e9, "ns"), (1e6, "µs"), (1e3, "ms"), (1, "s")]
    for unit in units {
      let amount = seconds * unit.scale
      if amount < 999.5 || unit.name == "s" { return "\(threeDigits(amount)) \(unit.name)" }
    }
    return "0 ns"
  }

  /// 1.23, 45.6, 789: rounded to three digits, without zeros at the end.
  private static func threeDigits(_ amount: Double) -> String {
    let decimals = amount >= 99.95 ? 1.0 : amount >= 9.995 ? 10 : 100
    return Printer.number((amount * decimals).rounded() / decimals)
  }
}

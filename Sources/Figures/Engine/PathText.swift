// Path data with one decimal in relative commands. Positions are whole tenths of a pixel, so the
// differences are exact and nothing drifts.

/// A length in pixels with at most one decimal, never "-0".
func pixels(_ value: Double) -> String { decimal(value, 1) }

/// A number with at most so many decimals and no zeros at its end.
func decimal(_ value: Double, _ decimals: Int) -> String {
  var scale = 1
  for _ in 0..<decimals { scale *= 10 }
  let scaled = (value * Double(scale)).rounded()
  guard scaled.isFinite, abs(scaled) < 1e15 else { return "0" }
  let whole = Int(clamping: scaled, to: -1_000_000_000_000_000...1_000_000_000_000_000)
  var text = String(whole.magnitude / UInt(scale))
  var rest = whole.magnitude % UInt(scale)
  if rest > 0 {
    var digits = ""
    for _ in 0..<decimals {
      digits = String(rest % 10) + digits
      rest /= 10
    }
    while digits.last == "0" { digits.removeLast() }
    text += "." + digits
  }
  return whole < 0 ? "-" + text : text
}

/// Builds the `d` of a path.
struct PathText {
  private(set) var text = ""
  private var x = 0
  private var y = 0
  private var start = (0, 0)
  /// The last command; the same one need not be written again.
  private var command: Character = " "

  /// A line through the points, closed or open. Positions that are not finite are left out.
  mutating func polyline(_ points: [Point], closed: Bool = false) {
    var drawn = false
    for point in points where point.isFinite {
      let next = (tenths(point.x), tenths(point.y))
      if !drawn {
        move(to: next)
        drawn = true
      } else {
        line(to: next)
      }
    }
    if drawn, closed {
      text += "z"
      command = "z"
      (x, y) = start
    }
  }

  /// A dot: a stroke of no length, which a round cap makes a disc.
  mutating func dot(_ point: Point) {
    move(to: (tenths(point.x), tenths(point.y)))
    text += "h0"
    command = "h"
  }

  private mutating func move(to next: (Int, Int)) {
    if text.isEmpty {
      text += "M" + number(next.0) + pair(next.1)
      command = "M"
    } else {
      text += "m" + number(next.0 - x) + pair(next.1 - y)
      // A pair after "m" already means "l".
      command = "l"
    }
    (x, y) = next
    start = next
  }

  private mutating func line(to next: (Int, Int)) {
    let dx = next.0 - x
    let dy = next.1 - y
    if dx == 0, dy == 0 { return }
    (x, y) = next
    if dy == 0 {
      write("h", number(dx))
    } else if dx == 0 {
      write("v", number(dy))
    } else {
      write("l", number(dx) + pair(dy))
    }
  }

  private mutating func write(_ letter: Character, _ arguments: String) {
    if letter == command {
      text += arguments.hasPrefix("-") ? arguments : " " + arguments
    } else {
      text += String(letter) + arguments
      command = letter
    }
  }

  private func tenths(_ value: Double) -> Int {
    // Far outside any canvas all positions look the same.
    Int(clamping: (value * 10).rounded(), to: -1_000_000...1_000_000)
  }

  private func number(_ tenths: Int) -> String {
    let rest = tenths.magnitude % 10
    let whole = tenths.magnitude / 10
    let digits = rest == 0 ? "\(whole)" : "\(whole).\(rest)"
    return tenths < 0 ? "-" + digits : digits
  }

  private func pair(_ tenths: Int) -> String {
    tenths < 0 ? number(tenths) : " " + number(tenths)
  }
}

// Parts of sentences that several messages share.

import Numerics

extension Wording {
  /// The name of an operation in a sentence: operators by their symbol.
  static func called(_ operation: String) -> String {
    Operations.named(operation)?.symbol ?? symbols[operation] ?? operation
  }

  /// The symbols of what is no row of the table.
  private static let symbols: [String: String] = [
    "inner": "⋅", "mod": "%", "div": "÷", "and": "&", "or": "|", "not": "!", "equal": "==", "notEqual": "≠",
    "less": "<", "lessOrEqual": "≤", "greater": ">", "greaterOrEqual": "≥", "index": "[ ]", "assign": "[ ] =",
    "2x": "*",
  ]

  /// What a problem with a function or an operator begins with.
  package static func place(of function: String) -> String {
    switch function {
    case ":": return "a range"
    case "[ ]", "[ ] =": return "an index"
    case "...": return "a spread"
    default: return called(function)
    }
  }

  /// "a string and a number", "two functions".
  static func together(_ kinds: [String]) -> String {
    guard kinds.count == 2, kinds[0] == kinds[1], kinds[0].hasPrefix("a "),
      !kinds[0].dropFirst(2).contains(" ")
    else {
      return kinds.joined(separator: " and ")
    }
    return "two \(kinds[0].dropFirst(2))s"
  }

  /// "1 argument", "3 arguments".
  package static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// "a", "a and b", "a, b and c".
  package static func list(_ items: [String]) -> String {
    guard items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + items[items.count - 1]
  }

  static func oneOf(_ line: String?) -> [String] { line.map { [$0] } ?? [] }

  /// The fields a record has, or that it has none.
  package static func fields(_ names: [String]) -> String {
    if names.isEmpty { return "the record is empty" }
    let shown = names.prefix(8).joined(separator: ", ")
    return "the record has \(names.count > 8 ? shown + ", …" : shown)"
  }

  /// "1 … 4", or that there is nothing.
  static func extent(_ length: Int) -> String { length == 0 ? "the 0 places" : "1 … \(length)" }

  /// 10,000.
  static func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3), digits[index - 1] != "-" { text += "," }
      text.append(digit)
    }
    return text
  }

  /// "12.3 GB".
  package static func bytes(_ count: Int) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"]
    var amount = Double(count)
    var unit = 0
    while amount >= 999.5, unit < units.count - 1 {
      amount /= 1000
      unit += 1
    }
    return Printer.number((amount * 10).rounded() / 10) + " " + units[unit]
  }

  /// A text on one line.
  static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

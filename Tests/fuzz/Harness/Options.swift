import Foundation

/// What the command line says.
struct Options {
  var seed: UInt64 = 1
  /// Inputs in all; nil where minutes are given.
  var count: Int?
  var minutes: Double?
  var kinds: [Kind] = []
  var processes = 2
  /// Files whose content is tried, and nothing else.
  var replayed: [String] = []
  /// Numbers of inputs that are printed, and nothing else.
  var shown: [Int] = []
  /// A program under which the inputs are tried, with its arguments.
  var under: [String] = []
  /// How much slower than a release build this one is.
  var slowness = 1.0

  static let usage = """
    usage: Tests/fuzz/run [--minutes m | --count n] [--seed s] [--sanitize | --valgrind | --debug] [kind …]
           Tests/fuzz/run [--sanitize | --valgrind | --debug] --try kind file …
           Tests/fuzz/run [--seed s] --show kind number …
    Kinds: \(Kind.all.map(\.name).joined(separator: " "))

    """

  init(_ arguments: [String]) {
    var rest = arguments[...]
    func value(_ option: String) -> String {
      guard let value = rest.popFirst() else { quit("\(option) needs a value\n\(Options.usage)") }
      return value
    }
    func number<Number: LosslessStringConvertible>(_ option: String) -> Number {
      let text = value(option)
      guard let number = Number(text) else { quit("\(option) needs a number, not '\(text)'") }
      return number
    }
    while let argument = rest.popFirst() {
      switch argument {
      case "--help":
        say(Options.usage)
        exit(0)
      case "--seed": seed = number(argument)
      case "--count": count = number(argument)
      case "--minutes": minutes = number(argument)
      case "--processes": processes = number(argument)
      case "--slowness": slowness = number(argument)
      case "--under": under = value(argument).split(separator: " ").map(String.init)
      case "--show":
        kinds = [kind(value(argument))]
        shown = rest.compactMap { Int($0) }
        rest = []
      case "--try":
        kinds = [kind(value(argument))]
        replayed = Array(rest)
        rest = []
      default: kinds.append(kind(argument))
      }
    }
    if kinds.isEmpty { kinds = Kind.all }
    if count == nil, minutes == nil { count = 20_000 }
  }

  private func kind(_ name: String) -> Kind {
    guard let kind = Kind.named(name) else { quit("there is no kind '\(name)'\n\(Options.usage)") }
    return kind
  }

  /// How many of the inputs are of a kind.
  func count(of kind: Kind) -> Int {
    guard let count else { return Int.max }
    let whole = kinds.reduce(0) { $0 + $1.share }
    return (count * kind.share + whole - 1) / whole
  }

  /// For how many seconds inputs of a kind are tried; they take their time in equal parts.
  func seconds(of kind: Kind) -> Double? {
    minutes.map { $0 * 60 / Double(kinds.count) }
  }
}

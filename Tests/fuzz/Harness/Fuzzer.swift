/// What came of an input that must not be.
struct Fault: Codable {
  /// The same for all inputs that show the same fault, as far as that can be told.
  var name: String
  /// What a reader wants to see of it.
  var detail = ""

  init(_ name: String, _ detail: String = "") {
    self.name = name
    self.detail = detail
  }
}

/// A kind of input, and what is done with it.
protocol Fuzzer: Sendable {
  /// The input of a number; the dice are thrown for it alone.
  func input(_ number: Int, _ dice: inout Dice) -> [UInt8]

  /// Tries an input: whatever it does but end the process or go on for ever.
  func faults(of input: [UInt8], _ trial: Trial) -> [Fault]
}

/// A kind of input that is text.
protocol TextFuzzer: Fuzzer {
  func text(_ number: Int, _ dice: inout Dice) -> String
  func faults(of text: String, _ trial: Trial) -> [Fault]
}

extension TextFuzzer {
  func input(_ number: Int, _ dice: inout Dice) -> [UInt8] { Array(text(number, &dice).utf8) }

  func faults(of input: [UInt8], _ trial: Trial) -> [Fault] {
    faults(of: String(decoding: input, as: UTF8.self), trial)
  }
}

/// The kinds there are.
struct Kind: Sendable {
  let name: String
  /// How many of a thousand inputs are of this kind, where several are tried.
  let share: Int
  let fuzzer: any Fuzzer

  static let all = [
    Kind(name: "grammar", share: 200, fuzzer: GrammarPrograms()),
    Kind(name: "mutants", share: 200, fuzzer: MutatedPrograms()),
    Kind(name: "parameters", share: 300, fuzzer: ParameterPrograms()),
    Kind(name: "figures", share: 50, fuzzer: FigurePrograms()),
    Kind(name: "messages", share: 100, fuzzer: WireMessages()),
    Kind(name: "connections", share: 20, fuzzer: ConnectionFiles()),
    Kind(name: "histories", share: 20, fuzzer: HistoryFiles()),
    Kind(name: "files", share: 50, fuzzer: DataFiles()),
    Kind(name: "notebooks", share: 10, fuzzer: Notebooks()),
    Kind(name: "markup", share: 50, fuzzer: MarkupTexts()),
  ]

  static func named(_ name: String) -> Kind? { all.first { $0.name == name } }
}

import Figures
import Interpreter
import Library
import Support

/// Calls of every name of the library, each of whose parameters is in turn at an extreme or empty; the others are
/// like those of the example in its documentation, or extreme too.
struct ParameterPrograms: TextFuzzer {
  private struct Name: Sendable {
    let name: String
    let positional: Int
    let takesMore: Bool
    let named: [String]
    let examples: [String]

    /// What one call can have at an extreme.
    var places: Int { max(positional, 1) + named.count }
  }

  private static let names: [Name] = {
    let entries = Reference.groups.flatMap(\.entries)
    return Library.whole.globals.known.sorted().compactMap { name in
      guard case .function(let function) = Library.whole.globals.cell(name).value else { return nil }
      let signature = function.signature
      let mark = Marks.all.first { $0.name == name }
      let examples = entries.filter { $0.names.contains(name) }.flatMap(\.examples).map(\.code)
      return Name(
        name: name, positional: mark == nil ? signature.positional.count : 3,
        takesMore: signature.rest != nil || mark != nil,
        named: mark?.options.map(\.name) ?? signature.named, examples: examples)
    }
  }()

  /// Every parameter of every name has its number, one after the other.
  private static let turns = names.enumerated().flatMap { index, name in (0..<name.places).map { (index, $0) }
  }

  func text(_ number: Int, _ dice: inout Dice) -> String {
    let (index, place) = ParameterPrograms.turns[number % ParameterPrograms.turns.count]
    let name = ParameterPrograms.names[index]
    let example = name.examples.isEmpty ? nil : dice.pick(name.examples)
    switch dice.below(4) {
    case 0:
      if let example, let text = replacing(in: example, name, place, &dice) { return text }
    case 1:
      if let example, place >= name.positional, !name.named.isEmpty {
        return adding(name.named[(place - name.positional) % name.named.count], to: example, &dice)
      }
    case 2: return derived(call(name, place, &dice), &dice)
    default: break
    }
    return call(name, place, &dice)
  }

  // MARK: Ways to call

  /// The example with extremes in the place of one or two of its arguments.
  private func replacing(in example: String, _ name: Name, _ place: Int, _ dice: inout Dice) -> String? {
    let places = Substitution.places(of: example, functions: [name.name])
    guard !places.isEmpty else { return nil }
    let text = Substitution.program(example, extreme(&dice), at: places[place % places.count])
    guard dice.once(in: 3) else { return text }
    let others = Substitution.places(of: text, functions: [name.name])
    return others.isEmpty ? text : Substitution.program(text, extreme(&dice), at: dice.pick(others))
  }

  /// The example with a named argument more in its last call.
  private func adding(_ parameter: String, to code: String, _ dice: inout Dice) -> String {
    guard code.last == ")" else { return code }
    let separator = code.split(separator: "\n").last?.contains(";") == true ? "," : ";"
    return "\(code.dropLast())\(separator) \(parameter) = \(extreme(&dice)))"
  }

  private func call(_ name: Name, _ place: Int, _ dice: inout Dice) -> String {
    let usual = dice.pick(ParameterPrograms.usual)
    var positional = (0..<name.positional).map { _ in dice.once(in: 3) ? extreme(&dice) : usual }
    if name.takesMore || positional.isEmpty {
      positional += dice.several(0...3) { $0.once(in: 2) ? extreme(&$0) : usual }
    }
    var named: [String] = []
    for parameter in name.named where dice.once(in: 6) { named.append("\(parameter) = \(extreme(&dice))") }
    if place < positional.count {
      positional[place] = extreme(&dice)
    } else if !name.named.isEmpty {
      let parameter = name.named[(place - min(place, name.positional)) % name.named.count]
      named.removeAll { $0.hasPrefix(parameter + " =") }
      named.append("\(parameter) = \(extreme(&dice))")
    }
    let list = positional.joined(separator: ", ")
    return "\(name.name)(\(list)\(named.isEmpty ? "" : "; " + named.joined(separator: ", ")))"
  }

  /// The call differentiated, mapped or used with respect to a value in it.
  private func derived(_ call: String, _ dice: inout Dice) -> String {
    let places = Substitution.places(of: call)
    guard !places.isEmpty else { return call }
    let body = Substitution.program(call, "x", at: dice.pick(places))
    let at = extreme(&dice)
    let use = dice.pick([
      "∇(x -> sum(\(body)))(\(at))", "∇(x -> sum((\(body))[1]))(\(at))", "jacobian(x -> \(body))(\(at))",
      "hessian(x -> sum(\(body)))(\(at))", "jvp(x -> \(body), \(at), \(at))", "(x -> \(body))′(\(at))",
      "vmap(x -> \(body))(\(at))", "∇(x -> sum(∇(x -> sum(\(body)))(x)))(\(at))",
      "check_gradient(x -> \(body), \(at))",
      "flow(x -> sum(\(body)), \(at))", "for x in \(at)\n  \(body)\nend", "[\(body) for x in \(at)]",
      "f(x) = \(body)\n@plan f(\(at))", "f(x) = \(body)\nf(\(at)) == f(\(at))",
    ])
    return use
  }

  // MARK: Values

  /// Arguments that many functions take.
  private static let usual = [
    "[1.0, 2.0, 3.0]", "[1 2; 3 4]", "2", "3", "0.5", "zeros(2, 3, 4)", "(x -> x^2)",
    "(W = [1 2; 3 4], b = [1, 2])",
    "randn(4, 4)", "\"a\"", "1", "[true, false, true]", "f32([1 2; 3 4])", "f16([1, 2])",
  ]

  private static let empties = [
    "[]", "zeros(0)", "zeros(0, 3)", "zeros(3, 0)", "zeros(0, 0)", "zeros(1, 0, 2)", "()", "(;)", "\"\"",
    "zeros(0, 1e12)",
    "zeros(1e12, 0)", "f16(zeros(0))", "f32(zeros(2, 0))", "[1][[1] < 0]",
  ]

  private func extreme(_ dice: inout Dice) -> String {
    switch dice.below(6) {
    case 0: dice.pick(ParameterPrograms.empties)
    case 1: dice.pick(ParameterPrograms.usual)
    default: dice.pick(ExtremeValues.all)
    }
  }

  func faults(of text: String, _ trial: Trial) -> [Fault] { trial.faults(ofProgram: text) }
}

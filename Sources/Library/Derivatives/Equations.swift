// `show_tape`: a gradient is computed while an outer tape watches. That tape holds the steps of the value
// and then those of the derivative, in the same operations, so both print in the same way.

import Interpreter
import Numerics

extension Differentiation {
  static func equations(
    _ f: Function, _ x: Value, named: [(name: String, value: Value)]
  ) throws -> Value {
    let outer = try Tape.open(.reverse)
    defer { outer.close() }
    let watched = try x.traced(on: outer, parameter: 0, of: f)
    let inner = try Tape.open(.reverse)
    let traced = try watched.traced(on: inner, parameter: 0, of: f)
    let result = try f.call(at: traced, named: named)
    guard case .tensor(let y) = result, y.isScalar, y.type != .bool else { throw nonNumber(f, result) }
    let value = inner.value(of: y)
    let forwardCount = outer.count
    try inner.pullback(of: y, cotangent: Tensor(1, type: y.type))
    let gradient = try traced.cotangents(on: inner, from: y)
    inner.close()

    var writer = EquationWriter(tape: outer, forwardCount: forwardCount)
    writer.name(watched, of: f, x)
    let text = writer.text(value: value, gradient: gradient, f, x)
    return .record(Record(names: ["text"], items: [.text(text)], tag: .equations))
  }
}

/// Names for the nodes of a tape, and the lines that define them.
struct EquationWriter {
  /// More than anyone reads; of longer texts the middle is left out.
  private static let mostLines = 400

  let tape: Tape
  let forwardCount: Int
  private var names: [Int: String] = [:]
  private var variables: [(name: String, node: Int)] = []

  init(tape: Tape, forwardCount: Int) {
    self.tape = tape
    self.forwardCount = forwardCount
  }

  /// The variables have the names of the parameters.
  mutating func name(_ watched: Value, of f: Function, _ x: Value) {
    variables = Paths.of(watched, parametersOf: f).compactMap { path, tensor in
      tape.index(of: tensor).map { (path, $0) }
    }
    for variable in variables { names[variable.node] = variable.name }
  }

  mutating func text(value: Tensor, gradient: Value, _ f: Function, _ x: Value) -> String {
    let gradients = Paths.of(gradient, parametersOf: f)
    let head = f.signature.name.isEmpty || f.signature.name.contains(" ") ? "f" : f.signature.name
    var needed = Set<Int>()
    var queue = gradients.compactMap { tape.index(of: $0.1) } + [tape.index(of: value)].compactMap { $0 }
    while let node = queue.popLast() {
      if needed.insert(node).inserted { queue += tape.entry(node).inputs }
    }
    var lines = ["value"]
    for variable in variables {
      lines.append("  \(variable.name) = \(shown(tape.entry(variable.node).value))")
    }
    var count = 0
    for node in needed.sorted() where node < forwardCount && names[node] == nil {
      let entry = tape.entry(node)
      guard entry.operation != nil else { continue }
      count += 1
      names[node] = "v" + count.subscripted
      lines.append("  \(names[node]!) = \(right(entry))    \(shown(entry.value))")
    }
    lines.append("  \(head) = \(reference(to: value))")
    lines.append("derivative")
    count = 0
    for node in needed.sorted() where node >= forwardCount {
      let entry = tape.entry(node)
      guard entry.operation != nil else { continue }
      count += 1
      names[node] = "d" + count.subscripted
      lines.append("  \(names[node]!) = \(right(entry))    \(shown(entry.value))")
    }
    for (name, gradient) in gradients {
      lines.append("  ∂\(head)/∂\(name) = \(reference(to: gradient))")
    }
    guard lines.count > EquationWriter.mostLines else { return lines.joined(separator: "\n") }
    let half = EquationWriter.mostLines / 2
    return (lines.prefix(half) + ["  … \(lines.count - 2 * half) more …"] + lines.suffix(half))
      .joined(separator: "\n")
  }

  private func reference(to tensor: Tensor) -> String {
    tape.index(of: tensor).map(reference) ?? shown(tensor)
  }

  private func reference(_ node: Int) -> String { names[node] ?? shown(tape.entry(node).value) }

  private func right(_ entry: Tape.Entry) -> String {
    entry.operation?.written(entry.inputs.map(reference), entry.value) ?? ""
  }

  private func shown(_ tensor: Tensor) -> String { Printer.inline(.tensor(tensor)) }

}

extension RecordTag {
  /// What `show_tape` answers.
  static let equations = RecordTag("Equations", showsText: true)
}

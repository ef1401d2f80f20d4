// `computation_graph`: what the tape of one evaluation holds, as a graph with values and adjoints.

import Figures
import Interpreter
import Numerics

extension Differentiation {
  /// More nodes than this have no room for their numbers.
  private static let mostGraphNodes = 80

  static func computationGraph(
    _ f: Function, _ positional: [Value], named: [(name: String, value: Value)]
  ) throws -> ComputationGraph {
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    tape.keepsAdjoints = true
    tape.showsFormulas = true
    var handed = Arguments(positional, named: named)
    var names: [Int: String] = [:]
    for index in handed.positional.indices {
      let traced = try handed.positional[index].traced(on: tape, parameter: index, of: f)
      handed.positional[index] = traced
      for (path, tensor) in Paths.of(traced, f.parameterName(index) ?? "x") {
        if let node = tape.index(of: tensor) { names[node] = path }
      }
    }
    let variables = names
    let data = named.flatMap { Paths.of($0.value, $0.name) }.filter { !$0.tensor.isScalar }
    let (result, notes) = try Watch.over(tape) { try f.call(handed) }
    guard case .tensor(let y) = result, y.isScalar, y.type != .bool else { throw nonNumber(f, result) }
    for note in notes where !note.isResult {
      for (path, tensor) in Paths.of(note.value, note.name) {
        if let node = tape.index(of: tensor), names[node] == nil { names[node] = path }
      }
    }
    guard let last = tape.index(of: y) else {
      throw Problem.badValue(
        function: "computation_graph",
        reason:
          "the value of \(headName(f)) does not depend on \(variables.values.sorted().joined(separator: ", "))"
      )
    }
    try tape.pullback(of: y, cotangent: Tensor(1, type: y.type))
    var needed = Set(variables.keys)
    var queue = [last]
    while let node = queue.popLast() {
      if needed.insert(node).inserted { queue += tape.entry(node).inputs }
    }
    guard needed.count <= mostGraphNodes else {
      throw Problem.badValue(
        function: "computation_graph",
        reason:
          "\(needed.count) nodes have no room, \(mostGraphNodes) do: gradflow(f, x; view = \"graph\") shows the named values alone"
      )
    }
    // The result ends the drawing, whatever else the tape holds.
    let order = needed.sorted().filter { $0 != last } + [last]
    let place = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    var edges: [(from: Int, to: Int)] = []
    for node in order {
      for input in Set(tape.entry(node).inputs).sorted() { edges.append((place[input]!, place[node]!)) }
    }
    let nodes = order.map { node in
      let entry = tape.entry(node)
      // Data that was handed over by name is not a variable, but has a name.
      let given = data.first {
        entry.operation == nil && $0.tensor.shape == entry.value.shape
          && $0.tensor.doubles == entry.value.doubles
      }
      return graphNode(entry, name: names[node] ?? given?.path, isVariable: variables[node] != nil)
    }
    let isNamed = !f.signature.name.isEmpty && !f.signature.name.contains(" ")
    return ComputationGraph(function: isNamed ? f.signature.name : "f", nodes: nodes, edges: edges)
  }

  private static func graphNode(_ entry: Tape.Entry, name: String?, isVariable: Bool) -> ComputationGraph.Node
  {
    let isNumber = entry.value.isScalar
    let shape =
      isNumber ? "" : (0..<entry.value.rank).map { "\(entry.value.shape[$0])" }.joined(separator: "×")
    func size(_ tensor: Tensor) -> Double {
      isNumber && tensor.isScalar
        ? tensor.value() : tensor.doubles.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    let value = size(entry.value)
    if isVariable, let name {
      return .init(
        kind: .variable, symbol: name, name: nil, shape: shape, value: value,
        adjoint: entry.adjoint.map(size))
    }
    guard let operation = entry.operation else {
      return .init(
        kind: .constant, symbol: name ?? (isNumber ? Printer.inline(.tensor(entry.value)) : "constant"),
        name: nil,
        shape: shape, value: value, adjoint: nil)
    }
    return .init(
      kind: .operation, symbol: operation.sign == "-" ? "−" : operation.sign, name: name, shape: shape,
      value: value,
      adjoint: entry.adjoint.map(size))
  }
}

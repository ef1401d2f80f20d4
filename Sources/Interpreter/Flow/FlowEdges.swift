// The gradient between named values: what each hands directly to those it was computed from.

import Numerics

/// Pulls each named value's adjoint back to the named values before it, and no further.
struct FlowEdges {
  let tape: Tape
  let variables: [FlowVariable]
  let lines: [FlowLine]

  /// The steps that have a node and a path to the loss, in the order of their nodes, each node once. The place
  /// in this list is what an edge names.
  static func places(_ variables: [FlowVariable], _ lines: [FlowLine]) -> [(node: Int, label: Label)] {
    var seen = Set<Int>()
    var places: [(node: Int, label: Label)] = []
    for (index, variable) in variables.enumerated() {
      if let node = variable.step.node, variable.step.reachesLoss, seen.insert(node).inserted {
        places.append((node, .variable(index)))
      }
    }
    // A name is better than the function whose value it holds.
    for isResult in [false, true] {
      for (index, line) in lines.enumerated() where line.isResult == isResult {
        for (turn, step) in line.steps.enumerated() {
          if let node = step.node, step.reachesLoss, seen.insert(node).inserted {
            places.append((node, .line(index, turn: turn)))
          }
        }
      }
    }
    return places.sorted { $0.node < $1.node }
  }

  enum Label: Equatable {
    case variable(Int)
    case line(Int, turn: Int)
  }

  func measured() throws -> [FlowEdge] {
    let places = FlowEdges.places(variables, lines)
    guard places.count <= FlowRecorder.mostEdges else { return [] }
    let nodes = Set(places.map(\.node))
    let position = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1.node, $0) })
    var edges: [FlowEdge] = []
    for (to, place) in places.enumerated() {
      let adjoint: Tensor?
      switch place.label {
      case .variable: continue
      case .line(let line, let turn): adjoint = lines[line].steps[turn].adjoint
      }
      guard let adjoint else { continue }
      let parts = try tape.contributions(of: place.node, cotangent: adjoint, to: nodes)
      for (node, part) in parts {
        guard let from = position[node] else { continue }
        let values = part.doubles
        let sum = values.reduce(0) { $0 + $1 * $1 }
        let size = (sum / Double(max(values.count, 1))).squareRoot()
        edges.append(FlowEdge(from: from, to: to, size: size))
      }
    }
    return edges.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
  }
}

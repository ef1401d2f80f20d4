// The gradient between named values: what each hands directly to those it was computed from.

import Interpreter
import Numerics

/// Pulls each named value's adjoint back to the named values before it, and no further.
struct FlowEdges {
  let tape: Tape
  let variables: [FlowVariable]
  let lines: [FlowLine]

  /// A value that a name had, where the graph shows it.
  struct Place {
    /// Its node; nil where the tape does not follow it any more, as after `stop`.
    var node: Int?
    /// The last node that was made for it, itself if it has one.
    var last: Int
    var label: Label
    var reachesLoss: Bool
  }

  /// The values in the order of their nodes, each node once, whether the loss depends on them or not. The place in
  /// this list is what an edge names.
  static func places(_ variables: [FlowVariable], _ lines: [FlowLine]) -> [Place] {
    var seen = Set<Int>()
    var places: [Place] = []
    func add(_ step: FlowStep, _ label: Label) {
      guard let last = step.node ?? step.made.last ?? step.stopped.last,
        step.node.map({ seen.insert($0).inserted }) ?? true
      else { return }
      places.append(Place(node: step.node, last: last, label: label, reachesLoss: step.reachesLoss))
    }
    for (index, variable) in variables.enumerated() { add(variable.step, .variable(index)) }
    // A name is better than the function whose value it holds, and the value of a function that leads nowhere
    // has no name that a reader would look for.
    for isResult in [false, true] {
      for (index, line) in lines.enumerated() where line.isResult == isResult {
        for (turn, step) in line.steps.enumerated() where step.reachesLoss || !isResult {
          add(step, .line(index, turn: turn))
        }
      }
    }
    return places.enumerated().sorted {
      // What was cut off stands after what was computed with the same operation.
      ($0.element.last, $0.element.node == nil ? 1 : 0, $0.offset)
        < ($1.element.last, $1.element.node == nil ? 1 : 0, $1.offset)
    }.map(\.element)
  }

  enum Label: Equatable {
    case variable(Int)
    case line(Int, turn: Int)
  }

  func measured() throws -> [FlowEdge] {
    let places = FlowEdges.places(variables, lines)
    guard places.count <= FlowRecorder.mostEdges else { return [] }
    let nodes = Set(places.compactMap(\.node))
    let position = Dictionary(
      uniqueKeysWithValues: places.enumerated().compactMap { place in
        place.element.node.map { ($0, place.offset) }
      })
    // What was cut off comes back as a constant: by its memory one knows where.
    var cut: [ObjectIdentifier: Int] = [:]
    for (index, place) in places.enumerated() where place.node == nil {
      if case .line(let line, let turn) = place.label, let storage = lines[line].steps[turn].value.storage {
        cut[ObjectIdentifier(storage)] = index
      }
    }
    var edges: [FlowEdge] = []
    for (to, place) in places.enumerated() {
      guard case .line(let line, let turn) = place.label else { continue }
      let step = lines[line].steps[turn]
      let isFollowed = place.node != nil && place.reachesLoss
      // Where no gradient flows, it is shown all the same where the value comes from.
      let (named, constants) = sources(of: step, among: nodes)
      var sizes: [Int: Double] = [:]
      for from in constants.compactMap({ cut[$0] }) + named.compactMap({ position[$0] }) where from < to {
        sizes[from] = 0
      }
      if isFollowed, let node = place.node, let adjoint = step.adjoint {
        for (node, part) in try tape.contributions(of: node, cotangent: adjoint, to: nodes) {
          guard let from = position[node] else { continue }
          let values = part.doubles
          let sum = values.reduce(0) { $0 + $1 * $1 }
          sizes[from] = (sum / Double(max(values.count, 1))).squareRoot()
        }
      }
      edges += sizes.map { FlowEdge(from: $0.key, to: to, size: $0.value) }
    }
    return edges.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
  }

  /// The named values that a value was computed from directly, and the memory of the constants.
  private func sources(of step: FlowStep, among named: Set<Int>) -> (nodes: Set<Int>, [ObjectIdentifier]) {
    var found = Set<Int>()
    var constants: [ObjectIdentifier] = []
    var seen = Set<Int>()
    var open = (step.node.map { [$0] } ?? Array(step.made)) + step.stopped
    while let node = open.popLast() {
      if node != step.node, named.contains(node) {
        found.insert(node)
      } else if seen.insert(node).inserted {
        let entry = tape.entry(node)
        open += entry.inputs
        if entry.operation == nil, let storage = entry.value.storage {
          constants.append(ObjectIdentifier(storage))
        }
      }
    }
    return (found, constants)
  }
}

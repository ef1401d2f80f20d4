// What is measured of one value and its adjoint.

import Interpreter
import Numerics

/// Looks at the nodes of a tape after the backward pass.
struct FlowMeasure {
  let tape: Tape
  private let isAncestor: [Bool]

  init(tape: Tape, loss: Tensor) {
    self.tape = tape
    isAncestor = tape.ancestors(of: loss)
  }

  func step(_ tensor: Tensor, made: Range<Int>) throws -> FlowStep {
    let node = tape.index(of: tensor)
    let entry = node.map { tape.entry($0) }
    let reaches = node.map { $0 < isAncestor.count && isAncestor[$0] } ?? false
    var step = FlowStep(
      node: node, made: made, value: tape.value(of: tensor).primal, adjoint: reaches ? entry?.adjoint : nil,
      reachesLoss: reaches, hasTracedParts: false, saturated: nil, dead: 0)
    if reaches, step.adjoint == nil {
      // No cotangent came: an exact zero somewhere behind it.
      step.adjoint = try Tensor.zeros(tensor.shape, tensor.type == .bool ? .f64 : tensor.type)
    }
    var switched: Tensor?
    for index in made {
      let entry = tape.entry(index)
      guard let operation = entry.operation else { continue }
      step.hasTracedParts = true
      if index >= isAncestor.count || !isAncestor[index] { step.hasCutParts = true }
      guard entry.inputs.count == 1 else { continue }
      let input = tape.entry(entry.inputs[0])
      if let share = try operation.saturation(at: input.value) { step.saturated = share }
      if entry.value.shape == step.value.shape { switched = input.adjoint ?? switched }
    }
    step.dead = FlowMeasure.dead(step.value, adjoint: switched ?? step.adjoint)
    return step
  }

  /// The share of units whose value is exactly 0 over the whole batch, and so is what comes back through them.
  /// A unit is a place on the last axis, of images (rank 4) a channel.
  static func dead(_ value: Tensor, adjoint: Tensor?) -> Double {
    let shape = value.shape
    guard shape.rank >= 2, value.count > 0 else { return 0 }
    let axis = shape.rank == 4 ? 1 : shape.rank - 1
    let units = shape[axis]
    var inner = 1
    for later in (axis + 1)..<max(shape.rank, axis + 1) { inner *= shape[later] }
    var alive = [Bool](repeating: false, count: units)
    let values = value.doubles
    let adjoints = adjoint.flatMap { $0.count == values.count ? $0.doubles : nil }
    for index in values.indices where values[index] != 0 || (adjoints.map { $0[index] != 0 } ?? false) {
      alive[index / inner % units] = true
    }
    return Double(alive.count { !$0 }) / Double(units)
  }
}

extension FlowStep {
  private static func rms(_ tensor: Tensor) -> Double {
    let values = tensor.doubles
    guard !values.isEmpty else { return 0 }
    // Scaled, so that the squares of tiny numbers do not vanish.
    let greatest = values.reduce(0) { max($0, abs($1)) }
    guard greatest > 0, greatest.isFinite else { return values.contains { $0.isNaN } ? .nan : greatest }
    let sum = values.reduce(0) { $0 + ($1 / greatest) * ($1 / greatest) }
    return greatest * (sum / Double(values.count)).squareRoot()
  }

  var valueSize: Double { FlowStep.rms(value) }
  /// The root mean square of the adjoint; nil where there is no path to the loss.
  var adjointSize: Double? { adjoint.map(FlowStep.rms) }
  var norm: Double { valueSize * Double(value.count).squareRoot() }
  var adjointNorm: Double { (adjointSize ?? 0) * Double(value.count).squareRoot() }

  private func share(_ test: (Double) -> Bool) -> Double {
    guard let adjoint, adjoint.count > 0 else { return 0 }
    return Double(adjoint.doubles.count(where: test)) / Double(adjoint.count)
  }

  /// The share of elements whose adjoint is exactly 0.
  var zeros: Double { adjoint == nil ? 1 : share { $0 == 0 } }

  /// The share of elements whose adjoint is below the normal numbers of its type.
  var subnormals: Double {
    let least = type == .f16 ? 0x1p-14 : type == .f32 ? 0x1p-126 : Double.leastNormalMagnitude
    return share { $0 != 0 && abs($0) < least }
  }

  var isValueFinite: Bool { value.isFinite }
  var isAdjointFinite: Bool { adjoint?.isFinite ?? true }
}

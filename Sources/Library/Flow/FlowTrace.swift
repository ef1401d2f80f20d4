// One run of a function and its gradient, with every named intermediate measured.

import Interpreter
import Numerics
import Syntax

/// One value that a name had: its size and that of its adjoint.
struct FlowStep {
  /// The node that holds it; nil where the tape does not follow it.
  var node: Int?
  /// The nodes that were made for it.
  var made: Range<Int>
  var value: Tensor
  var adjoint: Tensor?
  /// Whether the loss was computed from it.
  var reachesLoss: Bool
  /// Whether anything made for it depends on a variable.
  var hasTracedParts: Bool
  /// Whether something made for it depends on a variable and the loss does not depend on that.
  var hasCutParts = false
  /// The nodes whose values became constants on the way to it.
  var stopped: [Int] = []
  /// The share of elements where the activation it ends in is nearly flat.
  var saturated: Double?
  /// The share of units that are off over the whole batch, adjoint included.
  var dead: Double
  /// The share of elements whose adjoint rounded to zero in the element type.
  var underflows: Double = 0

  var type: ElementType { value.type }
}

/// A name in the source and the values it had, one a turn of a loop or a call.
struct FlowLine {
  let name: String
  let site: Int32
  let isResult: Bool
  var steps: [FlowStep]
  /// Held for the line, which is shown when the recording is.
  let source: CompiledSource?

  init(name: String, site: Int32, isResult: Bool, steps: [FlowStep]) {
    self.name = name
    self.site = site
    self.isResult = isResult
    self.steps = steps
    source = Machine.sites[site]?.source
  }
}

/// A variable that was differentiated by.
struct FlowVariable {
  let path: String
  var step: FlowStep
}

/// What a run showed.
final class FlowTrace {
  let function: String
  let loss: Tensor
  let variables: [FlowVariable]
  /// In the order of their first values.
  let lines: [FlowLine]
  let gradient: Value
  /// Between which of the named values the gradient flows directly, as root mean squares.
  let edges: [FlowEdge]
  /// The operation at which values stopped being finite, and the one at which the gradient did on its way back.
  let nonFinite: NonFinite

  struct NonFinite {
    var forward: (node: Int, operation: String)?
    var backward: (node: Int, operation: String)?
  }

  init(
    function: String, loss: Tensor, variables: [FlowVariable], lines: [FlowLine], gradient: Value,
    edges: [FlowEdge], nonFinite: NonFinite
  ) {
    self.function = function
    self.loss = loss
    self.variables = variables
    self.lines = lines
    self.gradient = gradient
    self.edges = edges
    self.nonFinite = nonFinite
  }
}

/// What flows back from one named value to another without passing a third.
struct FlowEdge {
  /// Places among the steps in the order of their nodes; variables come first.
  var from: Int
  var to: Int
  /// The root mean square of the part of the adjoint that came this way.
  var size: Double
}

/// Runs a function under observation.
struct FlowRecorder {
  let f: Function
  let arguments: Arguments

  /// More named values than this have no edges: the picture of them would be black.
  static let mostEdges = 400

  func record() throws -> FlowTrace {
    for argument in arguments.positional { argument.noteCut(of: "flow", "the adjoints") }
    let random = Random.state
    var trace = try run(arguments, seed: 1)
    let type = leaves(arguments.positional).first?.type ?? .f64
    // What rounded to zero shows where more of the number line is left: a larger cotangent, a wider type.
    Random.state = random
    if type == .f64 {
      let larger = try Watch.paused { try run(arguments, seed: 0x1p500, measuresEdges: false) }
      trace = marking(trace, by: larger)
    } else {
      Random.state = random
      let larger = try run(arguments, seed: type == .f32 ? 0x1p80 : 0x1p10, measuresEdges: false)
      trace = marking(trace, by: larger)
      Random.state = random
      if let wide = try? run(widened, seed: 1, measuresEdges: false) {
        trace = marking(trace, by: wide)
      }
    }
    return trace
  }

  /// The same arguments in f64.
  private var widened: Arguments {
    func wide(_ value: Value) -> Value {
      Trees.map(value) { leaf in
        guard case .tensor(let tensor) = leaf, tensor.type == .f32 || tensor.type == .f16,
          let wide = try? Operations.convert(tensor, to: .f64)
        else { return leaf }
        return .tensor(wide)
      }
    }
    return Arguments(
      arguments.positional.map(wide), named: arguments.named.map { ($0.name, wide($0.value)) })
  }

  private func leaves(_ values: [Value]) -> [Tensor] {
    values.flatMap { Trees.leaves($0) }.compactMap {
      if case .tensor(let tensor) = $0 { tensor } else { nil }
    }
  }

  private func run(_ arguments: Arguments, seed: Double, measuresEdges: Bool = true) throws -> FlowTrace {
    guard !arguments.positional.isEmpty else {
      throw Problem.argumentCount(signature: f.signature, given: 0, 1...max(1, f.signature.positional.count))
    }
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    tape.keepsAdjoints = true
    tape.showsFormulas = true
    var handed = arguments
    var variables: [(path: String, tensor: Tensor)] = []
    for index in handed.positional.indices {
      let traced = try handed.positional[index].traced(on: tape, parameter: index, of: f)
      handed.positional[index] = traced
      variables += Paths.of(traced, f.parameterName(index) ?? "x")
    }
    let (result, notes) = try Watch.over(tape) { try f.call(handed) }
    guard case .tensor(let y) = result, y.isScalar, y.type != .bool else {
      throw Differentiation.nonNumber(f, result)
    }
    try tape.pullback(of: y, cotangent: Tensor(seed, type: y.type))
    let gradients = try handed.positional.map { try $0.cotangents(on: tape, from: y) }
    let measure = FlowMeasure(tape: tape, loss: y)
    let measured = try variables.map { variable in
      FlowVariable(path: variable.path, step: try measure.step(variable.tensor, made: 0..<0))
    }
    let lines = try lines(notes, measure)
    var nonFinite = FlowTrace.NonFinite()
    let isSound = gradients.allSatisfy { leaves([$0]).allSatisfy(\.isFinite) }
    if seed == 1, !isSound || !y.isFinite {
      nonFinite = try FlowRecorder.nonFinite(tape, y)
    }
    let loss = tape.value(of: y)
    let edges = measuresEdges ? try FlowEdges(tape: tape, variables: measured, lines: lines).measured() : []
    return FlowTrace(
      function: Differentiation.headName(f), loss: loss, variables: measured, lines: lines,
      gradient: gradients.count == 1 ? gradients[0] : .items(gradients), edges: edges, nonFinite: nonFinite)
  }

  /// Where values and where cotangents stop being finite.
  private static func nonFinite(_ tape: Tape, _ y: Tensor) throws -> FlowTrace.NonFinite {
    var result = FlowTrace.NonFinite()
    for node in 0..<tape.count {
      let entry = tape.entry(node)
      if let operation = entry.operation, !entry.value.isFinite {
        result.forward = (node, operation.name)
        break
      }
    }
    if result.forward == nil, let node = try tape.firstNonFinite(from: y, cotangent: Tensor(1, type: y.type))
    {
      result.backward = (node, tape.entry(node).operation?.name ?? "")
    }
    return result
  }

  /// The notes by the place in the source that made them.
  private func lines(_ notes: [Watch.Note], _ measure: FlowMeasure) throws -> [FlowLine] {
    var lines: [FlowLine] = []
    var places: [String: Int] = [:]
    var start = 0
    for note in notes {
      for (path, tensor) in Paths.of(note.value, note.name) {
        var step = try measure.step(tensor, made: min(start, note.end)..<note.end)
        step.stopped = note.stopped
        // What does not depend on the variables and was not cut off from them is data.
        guard step.node != nil || step.hasTracedParts || !step.stopped.isEmpty else { continue }
        let key = "\(note.site) \(path)"
        if let place = places[key] {
          lines[place].steps.append(step)
        } else {
          places[key] = lines.count
          lines.append(FlowLine(name: path, site: note.site, isResult: note.isResult, steps: [step]))
        }
      }
      start = note.end
    }
    return lines
  }

  /// The first trace with the shares of what is zero in it and is not in the other.
  private func marking(_ trace: FlowTrace, by larger: FlowTrace) -> FlowTrace {
    func marked(_ step: FlowStep, _ other: FlowStep) -> FlowStep {
      guard let adjoint = step.adjoint, let wide = other.adjoint, adjoint.count == wide.count,
        adjoint.count > 0
      else { return step }
      let lost = zip(adjoint.doubles, wide.doubles).count { $0 == 0 && $1 != 0 && !$1.isNaN }
      var result = step
      result.underflows = max(step.underflows, Double(lost) / Double(adjoint.count))
      return result
    }
    var variables = trace.variables
    for index in variables.indices where index < larger.variables.count {
      variables[index].step = marked(variables[index].step, larger.variables[index].step)
    }
    var lines = trace.lines
    for index in lines.indices
    where index < larger.lines.count && lines[index].site == larger.lines[index].site {
      for turn in lines[index].steps.indices where turn < larger.lines[index].steps.count {
        lines[index].steps[turn] = marked(lines[index].steps[turn], larger.lines[index].steps[turn])
      }
    }
    return FlowTrace(
      function: trace.function, loss: trace.loss, variables: variables, lines: lines,
      gradient: trace.gradient, edges: trace.edges, nonFinite: trace.nonFinite)
  }
}

import XCTest

@testable import Numerics

/// Kernels of compound operations against their formulas: the same bits forward, the same derivatives up to rounding,
/// and the formula where a kernel may not serve.
final class CompoundTests: XCTestCase {
  override func tearDown() {
    Tape.closeAll()
    PlanTrace.current?.end()
    Workers.areUsed = Workers.count > 1
  }

  private struct Layer {
    let row: Numerics.Operation
    let inputs: [Tensor]
    /// How many of the inputs are variables.
    let variables: Int
    let formula: ([Tensor]) throws -> Tensor

    var label: String { "\(row.name) of \(inputs.map { "\($0.shape) \($0.type)" })" }

    func call(_ inputs: [Tensor]) throws -> Tensor { try row.call(positional: inputs) }
  }

  private func numbers(
    _ shape: Shape, _ type: ElementType, by source: inout some RandomNumberGenerator, _ size: Double = 1
  ) throws -> Tensor {
    let values = (0..<shape.elementCount).map { _ in Double.random(in: -size...size, using: &source) }
    return try Elementwise.converted(Tensor(values, shape: shape), type)
  }

  /// One of each kind, of those sizes: batch or rows, steps, features, units or classes.
  private func layers(
    _ batch: Int, _ steps: Int, _ features: Int, _ units: Int, _ type: ElementType, seed: UInt64
  ) throws -> [Layer] {
    var source = Seeded(state: seed)
    func numbers(_ lengths: Int..., size: Double = 1) throws -> Tensor {
      try self.numbers(Shape(lengths), type, by: &source, size)
    }
    func recurrent(
      _ row: Numerics.Operation, gates: Int, states: Int, biases: Int,
      _ formula: @escaping ([Tensor]) throws -> Tensor
    ) throws -> Layer {
      let width = gates * units
      var inputs = [try numbers(batch, steps, features)]
      for _ in 0..<states { inputs.append(try numbers(batch, units)) }
      inputs += [try numbers(features, width), try numbers(units, width, size: 1 / Double(units))]
      for _ in 0..<biases { inputs.append(try numbers(width)) }
      return Layer(row: row, inputs: inputs, variables: inputs.count, formula: formula)
    }
    return try [
      recurrent(table.recurrent.rnn, gates: 1, states: 1, biases: 1, SimpleRecurrence.formula),
      recurrent(table.recurrent.gru, gates: 3, states: 1, biases: 2, GatedRecurrentUnit.formula),
      recurrent(table.recurrent.lstm, gates: 4, states: 2, biases: 1, LongShortTermMemory.formula),
      Layer(
        row: table.layers.normalised,
        inputs: [numbers(batch, steps, units, size: 5), numbers(units), numbers(units), Tensor(0.01)],
        variables: 4, formula: LayerNormalisation.formula),
      entropy([batch, steps, units], type, seed: seed),
    ]
  }

  private func entropy(_ shape: Shape, _ type: ElementType, seed: UInt64) throws -> Layer {
    var source = Seeded(state: seed)
    let (rows, classes) = (shape.removing(shape.rank - 1), shape[shape.rank - 1])
    let labels = Tensor((0..<rows.elementCount).map { Double($0 * 7 % classes + 1) }, shape: rows)
    let logits = try numbers(shape, type, by: &source, 30)
    return Layer(row: table.layers.entropy, inputs: [logits, labels], variables: 1) {
      try LabelledEntropy.formula($0[0], labels)
    }
  }

  /// Numbers that are the same in every run.
  private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) ^ (state << 31)
    }
  }

  private func bits(_ x: Tensor) -> [UInt64] { x.doubles.map(\.bitPattern) }

  /// The results of a call: the value, the gradients of a weighted sum of it, and how many nodes a tape held.
  private func results(
    _ layer: Layer, _ call: ([Tensor]) throws -> Tensor
  ) throws -> (value: Tensor, gradients: [Tensor], nodes: Int) {
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    let inputs = layer.inputs.enumerated().map { $0 < layer.variables ? tape.variable($1) : $1 }
    let y = try call(inputs)
    var source = Seeded(state: 99)
    let cotangent = try numbers(y.shape, y.type, by: &source)
    let gradients = try tape.pullback(
      of: y, cotangent: cotangent, to: Array(inputs.prefix(layer.variables)))
    return (y.primal, gradients, tape.count)
  }

  private func assertClose(_ a: Tensor, _ b: Tensor, _ tolerance: Double, _ label: String) {
    XCTAssertEqual(a.shape, b.shape, label)
    XCTAssertEqual(a.type, b.type, label)
    let size = b.doubles.reduce(1) { max($0, abs($1)) }
    for (x, y) in zip(a.doubles, b.doubles) { XCTAssertEqual(x, y, accuracy: tolerance * size, label) }
  }

  func testKernelsAreTheirFormulas() throws {
    var source = Seeded(state: 1)
    let lengths = [1, 2, 3, 5, 8, 17, 40]
    for trial in 0..<40 {
      func length() -> Int { lengths.randomElement(using: &source)! }
      let sizes = (length(), min(length(), 17), length(), length())
      for (type, tolerance) in [(ElementType.f64, 1e-12), (.f32, 3e-5)] {
        for layer in try layers(sizes.0, sizes.1, sizes.2, sizes.3, type, seed: UInt64(trial)) {
          let kernel = try results(layer, layer.call)
          let formula = try results(layer, layer.formula)
          XCTAssertEqual(kernel.value.shape, formula.value.shape, layer.label)
          XCTAssertEqual(kernel.value.type, type, layer.label)
          XCTAssertEqual(bits(kernel.value), bits(formula.value), layer.label)
          for (a, b) in zip(kernel.gradients, formula.gradients) {
            assertClose(a, b, tolerance, layer.label)
          }
          if layer.inputs.contains(where: { $0.count > PlanTrace.mostElements }), layer.inputs[0].count > 32 {
            XCTAssertEqual(kernel.nodes, layer.inputs.count + (layer.variables == 1 ? 0 : 1), layer.label)
          }
        }
      }
    }
  }

  /// Crossentropy's gradient too.
  func testGradientOfEntropyIsItsFormulasToTheBit() throws {
    for type in [ElementType.f64, .f32] {
      for (rows, classes) in [(1, 40), (65, 3), (9, 33_000)] {
        let layer = try entropy([rows, classes], type, seed: 5)
        let (kernel, formula) = (try results(layer, layer.call), try results(layer, layer.formula))
        XCTAssertEqual(bits(kernel.gradients[0]), bits(formula.gradients[0]), layer.label)
      }
    }
  }

  func testWithoutElements() throws {
    for sizes in [(0, 3, 2, 4), (3, 0, 2, 4)] {
      for layer in try layers(sizes.0, sizes.1, sizes.2, sizes.3, .f64, seed: 2).prefix(3) {
        XCTAssertEqual(try layer.call(layer.inputs).shape, [sizes.0, sizes.1, 4], layer.label)
      }
    }
  }

  /// Bools and halves go by the formula.
  func testOtherTypes() throws {
    for layer in try layers(4, 5, 3, 6, .f64, seed: 3) {
      var inputs = layer.inputs
      for place in 0..<layer.variables { inputs[place] = try Elementwise.converted(inputs[place], .f16) }
      let y = try layer.call(inputs)
      XCTAssertEqual(y.type, .f16, layer.label)
      XCTAssertEqual(bits(y), bits(try layer.formula(inputs)), layer.label)
    }
  }

  /// Who looks at what was recorded sees the formula, and so does a plan.
  func testFormulasWhereSomeoneLooks() throws {
    for layer in try layers(4, 5, 3, 6, .f64, seed: 4) {
      let tape = try Tape.open(.reverse)
      tape.showsFormulas = true
      _ = try layer.call(layer.inputs.enumerated().map { $0 < layer.variables ? tape.variable($1) : $1 })
      XCTAssertGreaterThan(tape.count, layer.inputs.count + 3, layer.label)
      tape.close()
      let other = try Tape.open(.reverse)
      _ = try layer.call(layer.inputs.enumerated().map { $0 < layer.variables ? other.variable($1) : $1 })
      XCTAssertLessThan(other.count, layer.inputs.count + 3, layer.label)
      other.close()
    }
  }

  /// A plan has no step for a kernel: a turn that has a marked number in one is not written down.
  func testKernelsEndWhatIsWrittenDown() throws {
    let layer = try layers(2, 40, 1, 1, .f64, seed: 6)[0]
    let trace = PlanTrace.begin()
    var inputs = layer.inputs
    inputs[3] = trace.carried(inputs[3])
    let y = try layer.call(inputs)
    XCTAssertTrue(trace.gaveUp)
    XCTAssertEqual(bits(y), bits(try layer.formula(layer.inputs)))
  }

  /// What was not selected is nothing, whatever stands behind it.
  func testMasksGoThroughFormulas() throws {
    for layer in try layers(4, 5, 3, 6, .f64, seed: 7).prefix(4) {
      var values = layer.inputs[0].doubles
      // In the last row, or the last step of the last sequence.
      values[values.count - 1] = .nan
      var inputs = layer.inputs
      inputs[0] = Tensor(values, shape: inputs[0].shape)
      for call in [layer.call, layer.formula] {
        let tape = try Tape.open(.reverse)
        defer { tape.close() }
        let variables = inputs.enumerated().map { $0 < layer.variables ? tape.variable($1) : $1 }
        let first = try Operations.index(call(variables), [.all, .at(1)])
        let sum = try Operations.sum(first)
        let gradients = try tape.pullback(
          of: sum, cotangent: 1, to: Array(variables.prefix(layer.variables)))
        for gradient in gradients { XCTAssertTrue(gradient.isFinite, layer.label) }
        XCTAssertEqual(gradients[0].doubles.last, 0, layer.label)
      }
    }
  }

  /// Derivatives of derivatives, and those forward, are the formula's.
  func testSecondDerivatives() throws {
    for layer in try layers(3, 4, 3, 4, .f64, seed: 8) {
      var curvatures: [[Tensor]] = []
      for call in [layer.call, layer.formula] {
        let outer = try Tape.open(.reverse)
        let x = outer.variable(layer.inputs[0])
        let inner = try Tape.open(.reverse)
        var inputs = layer.inputs
        inputs[0] = inner.variable(x)
        let y = try call(inputs)
        let slope = try inner.pullback(
          of: y, cotangent: Operations.exp(inner.value(of: y)), to: inputs[0])
        inner.close()
        let back = try outer.pullback(of: Operations.sum(slope), cotangent: 1, to: x)
        outer.close()
        let forward = try Tape.open(.forward)
        inputs[0] = forward.dual(layer.inputs[0], try Tensor.filled(1, layer.inputs[0].shape, .f64))
        curvatures.append([back, try forward.tangent(of: call(inputs))])
        forward.close()
      }
      for (a, b) in zip(curvatures[0], curvatures[1]) { assertClose(a, b, 1e-12, layer.label) }
    }
  }

  func testThreadsDoNotChangeResults() throws {
    for type in [ElementType.f64, .f32] {
      for layer in try layers(17, 30, 20, 40, type, seed: 9) {
        Workers.areUsed = Workers.count > 1
        let shared = try results(layer, layer.call)
        Workers.areUsed = false
        let alone = try results(layer, layer.call)
        for (a, b) in zip([shared.value] + shared.gradients, [alone.value] + alone.gradients) {
          XCTAssertEqual(bits(a), bits(b), layer.label)
        }
      }
    }
  }
}

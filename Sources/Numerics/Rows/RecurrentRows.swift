/// Recurrent layers as compound operations: all steps at once.
struct RecurrentRows: Sendable {
  let lstm: Operation = .init(
    "lstmsteps(x, h, c, W, U, b)",
    """
    The states h of a long short-term memory after every step, batch×time×n, for `x` of batch×time×m and the
    first states `h` and `c` of batch×n. `W` m×4n, `U` n×4n and `b` of length 4n have the columns input, forget,
    output and candidate; a step is `lstmcell`. It is what `lstm` calls.

    > round(lstmsteps(ones(1, 2, 1), [0 0], [0 0], zeros(1, 8), zeros(2, 8), ones(8)); digits = 4)
    1×2×2 f64
    [1, :, :]
     0.3696  0.3696
     0.5453  0.5453

    See also: lstm, lstmcell, lstm_init
    """,
    rule: .given, samples: [sample],
    call: { arguments in
      let inputs = [0, 1, 2, 3, 4, 5].map { arguments[$0] }
      return try Operations.compound(
        table.recurrent.lstm, inputs, formula: LongShortTermMemory.formula, kernel: LongShortTermMemory.run)
    })

  /// Two sequences of three steps, two features and two units.
  private static var sample: Sample {
    func numbers(_ shape: Shape, _ step: Int, _ period: Int) -> Tensor {
      Tensor((0..<shape.elementCount).map { Double($0 * step % period) / 8 - 0.6 }, shape: shape)
    }
    return Sample(
      numbers([2, 3, 2], 7, 11), numbers([2, 2], 3, 5), numbers([2, 2], 2, 5), numbers([2, 8], 5, 13),
      numbers([2, 8], 3, 11), numbers([8], 2, 9))
  }
}

extension LongShortTermMemory {
  /// What it means, step by step.
  static func formula(_ inputs: [Tensor]) throws -> Tensor {
    let (x, W, U, b) = (inputs[0], inputs[3], inputs[4], inputs[5])
    var (h, c) = (inputs[1], inputs[2])
    guard x.rank == 3 else {
      throw Fault.rank(operation: "lstmsteps", shape: x.shape, expected: "3, batch×time×features")
    }
    guard U.rank == 2 else {
      throw Fault.rank(operation: "lstmsteps", shape: U.shape, expected: "2, n×4n")
    }
    let n = U.shape[0]
    var states: [Tensor] = []
    // Of nobody's steps, however many, one tells whether the shapes fit.
    let isEmpty = x.shape[0] == 0 || n == 0
    for t in 0..<(isEmpty ? min(x.shape[1], 1) : x.shape[1]) {
      let entry = try Operations.reshape(
        Operations.narrow(x, axis: 1, start: t, length: 1), Shape(x.shape[0], x.shape[2]))
      let z = try Operations.add(
        Operations.add(Operations.product(entry, W), Operations.product(h, U)), b)
      guard z.rank == 2, z.shape[1] == 4 * n else {
        throw Fault.differentShapes(operation: "lstmsteps", a: Shape(x.shape[0], 4 * n), b: z.shape)
      }
      func gate(_ index: Int) throws -> Tensor {
        try Operations.narrow(z, axis: 1, start: index * n, length: n)
      }
      func sigmoid(_ x: Tensor) throws -> Tensor { try table.activation.sigmoid.apply(x) }
      func tanh(_ x: Tensor) throws -> Tensor { try table.hyperbolic.tanh.apply(x) }
      c = try Operations.add(
        Operations.multiply(sigmoid(gate(1)), c), Operations.multiply(sigmoid(gate(0)), tanh(gate(3))))
      h = try Operations.multiply(sigmoid(gate(2)), tanh(c))
      states.append(h)
    }
    guard !states.isEmpty, !isEmpty else {
      return try Tensor.zeros(Shape([x.shape[0], x.shape[1], n]), x.type.arithmetic)
    }
    return try Operations.permute(Operations.stack(states), [1, 0, 2])
  }
}

/// Recurrent layers as compound operations: all steps at once.
struct RecurrentRows: Sendable {
  let rnn: Operation = .init(
    "rnnsteps(x, h, W, U, b)",
    """
    The states of a recurrent layer after every step, batch×time×n, for `x` of batch×time×m and the first state `h` of
    batch×n. `W` is m×n, `U` n×n and `b` of length n; a step is `rnncell`. It is what `rnn` calls.

    > round(rnnsteps(ones(1, 2, 1), [0 0], [1 0], eye(2), [0, 1]); digits = 4)
    1×2×2 f64
    [1, :, :]
     0.7616  0.7616
     0.9427  0.9427

    See also: rnn, rnncell, rnn_init
    """,
    rule: .given,
    samples: [sample(gates: 1, states: 1, biases: 1), sample(gates: 1, states: 1, biases: 1, steps: 9)],
    call: { arguments in
      try Operations.compound(
        table.recurrent.rnn, (0..<5).map { arguments[$0] }, formula: SimpleRecurrence.formula,
        kernel: SimpleRecurrence.run)
    })

  let gru: Operation = .init(
    "grusteps(x, h, W, U, b, c)",
    """
    The states of a gated recurrent unit after every step, batch×time×n, for `x` of batch×time×m and the first state `h`
    of batch×n. `W` m×3n, `U` n×3n, `b` and `c` of length 3n have the columns reset, update and candidate; a step is
    `grucell`. It is what `gru` calls.

    > round(grusteps(ones(1, 2, 1), [0 0], ones(1, 6), ones(2, 6), zeros(6), zeros(6)); digits = 4)
    1×2×2 f64
    [1, :, :]
     0.2048  0.2048
     0.3352  0.3352

    See also: gru, grucell, gru_init
    """,
    rule: .given,
    samples: [sample(gates: 3, states: 1, biases: 2), sample(gates: 3, states: 1, biases: 2, steps: 9)],
    call: { arguments in
      try Operations.compound(
        table.recurrent.gru, (0..<6).map { arguments[$0] }, formula: GatedRecurrentUnit.formula,
        kernel: GatedRecurrentUnit.run)
    })

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
    rule: .given, samples: [sample(gates: 4, states: 2, biases: 1)],
    call: { arguments in
      try Operations.compound(
        table.recurrent.lstm, (0..<6).map { arguments[$0] }, formula: LongShortTermMemory.formula,
        kernel: LongShortTermMemory.run)
    })

  /// Two sequences of two features, and two units. Small ones are left to the formula (`areSmall`).
  private static func sample(gates: Int, states: Int, biases: Int, steps: Int = 3) -> Sample {
    func numbers(_ shape: Shape, _ step: Int, _ period: Int) -> Tensor {
      Tensor((0..<shape.elementCount).map { Double($0 * step % period) / 8 - 0.6 }, shape: shape)
    }
    let width = 2 * gates
    var sample = Sample(numbers([2, steps, 2], 7, 11))
    for state in 0..<states { sample.positional.append(numbers([2, 2], 3 - state, 5)) }
    sample.positional += [numbers([2, width], 5, 13), numbers([2, width], 3, 11)]
    for bias in 0..<biases { sample.positional.append(numbers([width], 2 + bias, 9)) }
    return sample
  }
}

/// What a recurrent layer means, step by step.
private enum Recurrence {
  /// The first state after every step, batch×time×n.
  ///
  /// - Parameter step: From an entry of each sequence and the states to the next states.
  static func states(
    _ name: String, _ x: Tensor, units: Int, _ first: [Tensor],
    _ step: (_ entry: Tensor, _ states: [Tensor]) throws -> [Tensor]
  ) throws -> Tensor {
    guard x.rank == 3 else {
      throw Fault.rank(operation: name, shape: x.shape, expected: "3, batch×time×features")
    }
    let result = Shape([x.shape[0], x.shape[1], units])
    var states = first
    var results: [Tensor] = []
    for t in 0..<x.shape[1] {
      let entry = try Operations.reshape(
        Operations.narrow(x, axis: 1, start: t, length: 1), Shape(x.shape[0], x.shape[2]))
      states = try step(entry, states)
      // Of nobody's steps, however many, one tells whether the shapes fit.
      if result.removing(1).elementCount == 0, states[0].shape == result.removing(1) {
        return try Tensor.zeros(result, states[0].type)
      }
      results.append(states[0])
    }
    if results.isEmpty { return try Tensor.zeros(result, x.type.arithmetic) }
    return try table.shaping.permute.call(positional: [Operations.stack(results), 2, 1, 3])
  }

  static func sigmoid(_ x: Tensor) throws -> Tensor { try table.activation.sigmoid.apply(x) }
  static func tanh(_ x: Tensor) throws -> Tensor { try table.hyperbolic.tanh.apply(x) }
}

extension SimpleRecurrence {
  static func formula(_ inputs: [Tensor]) throws -> Tensor {
    let (W, U, b) = (inputs[2], inputs[3], inputs[4])
    guard U.rank > 0 else { throw Fault.rank(operation: "rnn", shape: U.shape, expected: "2, n×n") }
    return try Recurrence.states("rnn", inputs[0], units: U.shape[0], [inputs[1]]) { entry, states in
      let sum = try Operations.add(Operations.product(entry, W), Operations.product(states[0], U))
      return [try Recurrence.tanh(Operations.add(sum, b))]
    }
  }
}

extension GatedRecurrentUnit {
  static func formula(_ inputs: [Tensor]) throws -> Tensor {
    let (W, U, b, c) = (inputs[2], inputs[3], inputs[4], inputs[5])
    guard U.rank > 0 else { throw Fault.rank(operation: "gru", shape: U.shape, expected: "2, n×3n") }
    let n = U.shape[0]
    /// The gates apart, each of its sums.
    func split(_ y: Tensor) throws -> [Tensor] {
      if (1...2).contains(y.rank), y.shape[y.rank - 1] == 3 * n {
        return try (0..<3).map { try Operations.narrow(y, axis: y.rank - 1, start: $0 * n, length: n) }
      }
      let parts =
        try y.rank == 1
        ? Operations.reshape(y, Shape(3, n))
        : Operations.permute(Operations.reshape(y, Shape([y.shape[0], 3, n])), [1, 0, 2])
      return try (0..<3).map { try Operations.index(parts, [.at($0 + 1)]) }
    }
    return try Recurrence.states("gru", inputs[0], units: n, [inputs[1]]) { entry, states in
      let h = states[0]
      let a = try split(Operations.add(Operations.product(entry, W), b))
      let u = try split(Operations.add(Operations.product(h, U), c))
      let r = try Recurrence.sigmoid(Operations.add(a[0], u[0]))
      let z = try Recurrence.sigmoid(Operations.add(a[1], u[1]))
      let candidate = try Recurrence.tanh(Operations.add(a[2], Operations.multiply(r, u[2])))
      return [
        try Operations.add(
          Operations.multiply(Operations.subtract(1, z), candidate), Operations.multiply(z, h))
      ]
    }
  }
}

extension LongShortTermMemory {
  static func formula(_ inputs: [Tensor]) throws -> Tensor {
    let (x, W, U, b) = (inputs[0], inputs[3], inputs[4], inputs[5])
    guard U.rank == 2 else {
      throw Fault.rank(operation: "lstmsteps", shape: U.shape, expected: "2, n×4n")
    }
    let n = U.shape[0]
    return try Recurrence.states("lstmsteps", x, units: n, [inputs[1], inputs[2]]) { entry, states in
      let z = try Operations.add(
        Operations.add(Operations.product(entry, W), Operations.product(states[0], U)), b)
      guard z.rank == 2, z.shape[1] == 4 * n else {
        throw Fault.differentShapes(operation: "lstmsteps", a: Shape(x.shape[0], 4 * n), b: z.shape)
      }
      func gate(_ index: Int) throws -> Tensor {
        try Operations.narrow(z, axis: 1, start: index * n, length: n)
      }
      let c = try Operations.add(
        Operations.multiply(Recurrence.sigmoid(gate(1)), states[1]),
        Operations.multiply(Recurrence.sigmoid(gate(0)), Recurrence.tanh(gate(3))))
      return [try Operations.multiply(Recurrence.sigmoid(gate(2)), Recurrence.tanh(c)), c]
    }
  }
}

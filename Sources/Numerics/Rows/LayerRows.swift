/// Parts of layers and losses that take several passes as formulas, and one as a kernel.
struct LayerRows: Sendable {
  let standardised: Operation = .composite(
    "standardised(x, axes, ε)",
    """
    For the library: mean 0 and variance 1 along the axes; ε keeps what is constant there finite.

    > round(standardised([1, 2, 3], 1, 0); digits = 3)
    3 f64
     -1.225  0.0  1.225

    See also: layernorm, batchnorm
    """,
    samples: [Sample(Tensor([1, -2, 0.5, 4, 3, -1], shape: [2, 3]), 2, 0.5)]
  ) { try Operations.standardised($0[0], axes: $0[1], $0[2]) }.constant("axes")

  let normalised: Operation = .init(
    "layernormed(x, γ, β, ε)",
    """
    For the library: layernorm, with its weights apart.

    > round(layernormed([1, 2, 3], ones(3), zeros(3), 0); digits = 3)
    3 f64
     -1.225  0.0  1.225

    See also: layernorm
    """,
    rule: .given, samples: [sample(rows: 2), sample(rows: 9)],
    call: { arguments in
      try Operations.compound(
        table.layers.normalised, (0..<4).map { arguments[$0] }, formula: LayerNormalisation.formula,
        kernel: LayerNormalisation.run)
    })

  let entropy: Operation = .init(
    "labelledentropy(logits, labels)",
    """
    For the library: crossentropy.

    > labelledentropy([0 0; 0 0], [1, 2])
    0.6931471805599453

    See also: crossentropy
    """,
    rule: .given,
    samples: [
      Sample(Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]), Tensor([3, 1])), Sample(Tensor([1, 2, 3]), 2),
      Sample(numbers([9, 4]), Tensor([1, 4, 2, 2, 3, 1, 1, 4, 2])),
    ],
    call: { arguments in
      let labels = arguments[1]
      // The formula says where labels come from.
      if TensorLabels.found != nil { return try LabelledEntropy.formula(arguments[0], labels) }
      return try Operations.compound(table.layers.entropy, [arguments[0]], isExact: true) {
        try LabelledEntropy.formula($0[0], labels)
      } kernel: { inputs, _ in
        try LabelledEntropy.run(inputs[0], labels)
      }
    }
  ).constant("labels")

  /// Small ones are left to the formula (`areSmall`).
  private static func sample(rows: Int) -> Sample {
    Sample(numbers([rows, 4]), Tensor([1.5, -0.5, 0.75, 1]), Tensor([0.5, 1, -2, 0]), 0.25)
  }

  private static func numbers(_ shape: Shape) -> Tensor {
    Tensor((0..<shape.elementCount).map { Double($0 * 7 % 11) / 4 - 1.3 }, shape: shape)
  }
}

extension Operations {
  /// Mean 0 and variance 1 along axes, which count from 1.
  static func standardised(_ x: Tensor, axes: Tensor, _ epsilon: Tensor) throws -> Tensor {
    let options = ["axis": axes, "keep": Tensor(true)]
    func variance(_ x: Tensor) throws -> Tensor {
      try table.statistics.variance.call(positional: [x], named: options)
    }
    func isFinite(_ x: Tensor) throws -> Bool {
      try table.logic.isfinite.apply(x).countOfNonzero == x.count
    }
    var (x, v, least) = (x, try variance(x), epsilon)
    if try !isFinite(v) && isFinite(x) {
      // The squares leave the range.
      let unit = try powerOfTwo(x)
      x = try divide(x, unit)
      v = try variance(x)
      least = try divide(divide(epsilon, unit), unit)
    }
    let mean = try table.reductions.mean.call(positional: [x], named: options)
    return try divide(subtract(x, mean), sqrt(add(v, least)))
  }

  /// A power of two about as large as the greatest of the numbers; it scales without rounding.
  private static func powerOfTwo(_ x: Tensor) throws -> Tensor {
    let size = try abs(convert(x.primal, to: .f64))
    let greatest = try table.reductions.maximum.call(size)
    let unit = try power(2, table.rounding.floor.apply(table.elementwise.log2.apply(greatest)))
    return unit.scalar > 0 && unit.scalar < .infinity ? unit : 1
  }
}

extension LayerNormalisation {
  static func formula(_ inputs: [Tensor]) throws -> Tensor {
    let x = inputs[0]
    let y = try Operations.standardised(x, axes: Tensor(Double(x.rank)), inputs[3])
    return try Operations.add(Operations.multiply(y, inputs[1]), inputs[2])
  }
}

extension LabelledEntropy {
  static func formula(_ logits: Tensor, _ labels: Tensor) throws -> Tensor {
    let logarithms = try table.normalised.logsoftmax.call(logits)
    return try ofPicks(table.picking.labelled.call(logarithms, labels))
  }

  /// From the logarithms of the labels' probabilities.
  static func ofPicks(_ logarithms: Tensor) throws -> Tensor {
    try Operations.subtract(0, Operations.mean(logarithms))
  }
}

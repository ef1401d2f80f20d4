/// Running sums and products, which keep the shape.
struct ScanRows: Sendable {
  let cumsum: Operation = .init(
    "cumsum(x; axis)",
    """
    Running sums along an axis, by default the last.

    Adjoint of x: `flip(cumsum(flip(u)))`

    > cumsum([1, 2, 3])
    3 f64
     1  3  6

    See also: sum, diff, cumprod
    """,
    kernel: .unary { x, a, _ in try Scan.sum(x, a!.integers[0], backward: a!.flag) },
    rule: .linear { _, c, x in
      try table.scans.cumsum.apply(
        c, Attributes(integers: x.integers, flag: !(x.attributes?.flag ?? false)))
    }, samples: Sample.scans,
    call: { arguments in
      let x = arguments[0]
      if x.isScalar { return x }
      let axis = try arguments.axis(rank: x.rank, default: x.rank - 1)
      return try table.scans.cumsum.apply(x, Attributes(integers: [axis]))
    })

  let cumprod: Operation = .composite(
    "cumprod(x; axis)",
    """
    Running products along an axis, by default the last.

    > cumprod([1, 2, 3, 4])
    4 f64
     1  2  6  24

    See also: prod, cumsum
    """, samples: Sample.scans
  ) { arguments in
    let factors = arguments[0]
    if factors.isScalar { return factors }
    let axis = try arguments.axis(rank: factors.rank, default: factors.rank - 1)
    var x = try Operations.widened(factors)
    let length = x.shape[axis]
    // Each round doubles how many factors every entry holds.
    var reach = 1
    while reach < length {
      let head = try Operations.narrow(x, axis: axis, start: 0, length: reach)
      let tail = try Operations.multiply(
        Operations.narrow(x, axis: axis, start: reach, length: length - reach),
        Operations.narrow(x, axis: axis, start: 0, length: length - reach))
      x = try Operations.concatenate([head, tail], axis: axis)
      reach *= 2
    }
    return try Operations.convert(x, to: factors.type.arithmetic)
  }
}

extension Sample {
  /// Inputs for what keeps the shape and runs along an axis.
  static var scans: [Sample] {
    let matrix = Tensor([0.5, -1.25, 2, 1.5, -0.75, 3], shape: [2, 3])
    return [Sample(Tensor([0.5, -1.5, 2])), Sample(matrix), Sample(matrix, named: ["axis": 1])]
  }
}

enum Scan {
  static func sum(_ x: Tensor, _ axis: Int, backward: Bool) throws -> Tensor {
    let wide = try Elementwise.converted(x.primal, .f64)
    let source = wide.storage!
    let shape = source.shape
    let result = try Storage.allocate(shape, .f64)
    let inner = shape[(axis + 1)...].reduce(1, *)
    let outer = shape[..<axis].reduce(1, *)
    let length = shape[axis]
    if result.count == 0 { return try Elementwise.converted(Tensor(result, .f64), x.type.arithmetic) }
    let (from, to) = (source.f64, result.f64)
    for block in 0..<outer {
      for column in 0..<inner {
        var sum = 0.0
        let base = block * length * inner + column
        for first in stride(from: 0, to: length, by: blockLength) {
          // Steps from row to row take as long as eight others.
          if column & 0xFF == 0 || length > 256 { try NumericsInterruption.poll() }
          for step in first..<min(first + blockLength, length) {
            let position = base + (backward ? length - 1 - step : step) * inner
            sum += from[position]
            to[position] = sum
          }
        }
      }
      if block & 0xFF == 0 { try NumericsInterruption.poll() }
    }
    return try Elementwise.converted(Tensor(result, .f64), x.type.arithmetic)
  }
}

/// Compound operations with derivatives of their own, because they are what classifiers spend their time in.
struct NormalisedRows: Sendable {
  let logsumexp: Operation = .init(
    "logsumexp(x; axis, keep = false)",
    """
    `log(sum(exp(x)))`, without overflow.

    Adjoint of x: `u * exp(x - logsumexp(x))`

    > logsumexp([1000, 1000])
    1000.6931471805599

    See also: logsoftmax, softmax
    """,
    kind: .reduction, kernel: .unary { x, a, _ in try Normalised.logsumexp(x, a!.integers, a!.shape) },
    rule: .general(
      vjp: { _, c, x in try Operations.multiply(Operations.spread(c, x), weights(x)) },
      jvp: { _, t, x in
        try table.reductions.sum.apply(
          Operations.selected(Operations.multiply(t, weights(x)), x), x.attributes)
      }),
    samples: Sample.reductions,
    call: { arguments in
      let plan = try ReductionPlan(arguments, arguments[0])
      return try table.normalised.logsumexp.apply(
        arguments[0], Attributes(shape: plan.result, integers: plan.axes))
    })

  let softmax: Operation = .init(
    "softmax(x; axis)",
    """
    `exp(x) / sum(exp(x))` along an axis, by default the last, without overflow.

    > softmax([1000, 1000])
    2 f64
     0.5  0.5

    See also: logsoftmax, logsumexp, crossentropy
    """,
    kernel: .unary { x, a, _ in try Normalised.softmax(x, a!.integers, logarithm: false) },
    rule: .general(
      vjp: { input, c, x in try Normalised.softmaxCotangent(c, x) ?? softmaxRule(input, c, x) },
      jvp: softmaxRule), samples: Sample.scans,
    call: { try normalised($0) { try table.normalised.softmax.apply($0, $1) } }
  ).working(on: .axes)

  let logsoftmax: Operation = .init(
    "logsoftmax(x; axis)",
    """
    `x - logsumexp(x)` along an axis, by default the last.

    > logsoftmax([0, log(3)])
    2 f64
     -1.3862943611198906  -0.28768207245178085

    See also: softmax, logsumexp, crossentropy
    """,
    kernel: .unary { x, a, _ in try Normalised.softmax(x, a!.integers, logarithm: true) },
    rule: .general(
      vjp: { _, c, x in
        if let cotangent = try Normalised.softmaxCotangent(c, x, isLogarithm: true) { return cotangent }
        let total = try Operations.sum(c, x.integers, keep: true)
        return try Operations.subtract(c, Operations.multiply(total, Operations.exp(x.output)))
      },
      jvp: { _, t, x in
        let mean = try Operations.sum(
          Operations.multiply(t, Operations.exp(x.output)), x.integers, keep: true)
        return try Operations.subtract(t, mean)
      }),
    samples: Sample.scans,
    call: { try normalised($0) { try table.normalised.logsoftmax.apply($0, $1) } }
  ).working(on: .axes)

  /// The share of each element in the sum, `exp(x - logsumexp(x))`; 0 where nothing but -Inf is summed up.
  private static func weights(_ x: Application) throws -> Tensor {
    let shares = try table.normalised.softmax.apply(x.first, Attributes(integers: x.integers))
    guard x.output.doubles.contains(-.infinity) else { return shares }
    let isSum = try Operations.compare(.notEqual, Operations.spread(x.output, x), Tensor(-.infinity))
    return try Operations.select(isSum, shares)
  }

  private static let softmaxRule: @Sendable (Int, Tensor, Application) throws -> Tensor = { _, c, x in
    let weighted = try Operations.multiply(c, x.output)
    let total = try Operations.sum(weighted, x.integers, keep: true)
    return try Operations.subtract(weighted, Operations.multiply(total, x.output))
  }

  private static func normalised(
    _ arguments: OperationArguments, _ apply: (Tensor, Attributes) throws -> Tensor
  ) throws -> Tensor {
    let x = arguments[0]
    let axes = try arguments.axes(rank: x.rank) ?? (x.isScalar ? [] : [x.rank - 1])
    return try apply(x, Attributes(integers: axes))
  }
}

/// Spread and order statistics.
struct StatisticsRows: Sendable {
  let variance: Operation = .composite(
    "var(x; axis, keep = false, correction = 0)",
    """
    The mean square deviation from the mean: the sum of squares is divided by n less `correction`, so `correction = 1`
    gives the unbiased estimate.

    > var([1, 2, 3, 4])
    1.25

    > var([1, 2, 3]; correction = 1)
    1

    See also: std, mean, cov
    """, samples: Sample.reductions
  ) { arguments in
    try Operations.widely(arguments[0]) { x in
      let (deviation, plan, divisor) = try deviation(of: x, arguments)
      let squares = try Operations.multiply(deviation, deviation)
      return try Operations.divide(
        Operations.reshape(Operations.sum(squares, plan.axes, keep: true), plan.result), divisor)
    }
  }

  let std: Operation = .composite(
    "std(x; axis, keep = false, correction = 0)",
    """
    The root of the mean square deviation from the mean; its slope where all are equal is 0.

    > std([1, 2, 3, 4])
    1.118033988749895

    See also: var, mean
    """,
    samples: Array(Sample.reductions.dropFirst())
  ) { arguments in
    try Operations.widely(arguments[0]) { x in
      let (deviation, plan, divisor) = try deviation(of: x, arguments)
      return try Operations.divide(
        Operations.reshape(Operations.norm(deviation, plan.axes, keep: true), plan.result),
        Operations.sqrt(divisor))
    }
  }

  let quantile: Operation = .composite(
    "quantile(x, q; axis, keep = false)",
    """
    The value that the share `q` of the elements lies below, linear between neighbours. A vector `q` gives a new first
    axis, one entry for each of its shares.

    > quantile([1, 2, 3, 4, 5], 0.25)
    2

    > quantile([1, 2, 3, 4, 5], [0, 0.5, 1])
    3 f64
     1  3  5

    See also: median, sort
    """,
    samples: [
      Sample(Tensor([3, 1, 2, 5]), 0.4),
      Sample(Tensor([0.5, -1.25, 2, 1.5, -0.75, 3], shape: [2, 3]), 0.7, named: ["axis": 1]),
      Sample(Tensor([3, 1, 2, 5]), Tensor([0.1, 0.8])),
    ]
  ) { arguments in
    let shares = try Operations.convert(arguments[1], to: .f64)
    guard shares.rank == 1, shares.count > 0 else { return try quantile(arguments, shares) }
    return try Operations.stack((0..<shares.count).map { try quantile(arguments, shares.row($0)) })
  }

  let median: Operation = .composite(
    "median(x; axis, keep = false)",
    """
    The middle element, or the mean of the two in the middle.

    > median([3, 1, 2, 10])
    2.5

    See also: mean, quantile
    """,
    samples: [
      Sample(Tensor([3, 1, 2, 5])),
      Sample(Tensor([0.5, -1.25, 2, 1.5, -0.75, 3], shape: [2, 3]), named: ["axis": 2]),
    ]
  ) { try quantile($0, 0.5) }

  private static func deviation(
    of x: Tensor, _ arguments: OperationArguments
  ) throws -> (deviation: Tensor, plan: ReductionPlan, divisor: Tensor) {
    let plan = try ReductionPlan(arguments, x)
    let correction = arguments.named["correction"] ?? 0
    guard correction.isScalar else { throw arguments.bad("correction", "a number") }
    let mean = try Operations.mean(x, plan.axes, keep: true)
    return (
      try Operations.subtract(x, mean), plan, try Operations.subtract(Tensor(Double(plan.count)), correction)
    )
  }

  private static func quantile(_ arguments: OperationArguments, _ share: Tensor) throws -> Tensor {
    let x = arguments[0]
    let plan = try ReductionPlan(arguments, x)
    guard plan.count > 0 else {
      throw Fault.emptyReduction(operation: arguments.operation.name, shape: x.shape)
    }
    guard share.isScalar, share.scalar >= 0, share.scalar <= 1 else {
      throw arguments.bad("q", "a number from 0 to 1")
    }
    if x.isScalar { return x }
    let place = share.scalar * Double(plan.count - 1)
    // Where the slope by the share is asked for, the greatest share lies between the last two as well.
    let low = share.isFollowed ? max(0, min(Int(clamping: place), plan.count - 2)) : Int(clamping: place)
    let weight = try Operations.subtract(
      Operations.multiply(share, Tensor(Double(plan.count - 1))), Tensor(Double(low)))
    var lower: [Int] = []
    var upper: [Int] = []
    for group in try Reduction.groups(x, plan) {
      let order = try Ordering.sorted(group, of: x, descending: false)
      // One NaN makes the answer NaN; it sorts last.
      let isUndefined = x.element(order[order.count - 1]).isNaN
      lower.append(isUndefined ? order[order.count - 1] : order[low])
      upper.append(isUndefined ? order[order.count - 1] : order[min(low + 1, order.count - 1)])
    }
    let below = try Operations.take(x, lower, plan.result)
    if weight.scalar == 0, !weight.isFollowed { return below }
    return try Operations.add(
      Operations.multiply(below, Operations.subtract(1, weight)),
      Operations.multiply(Operations.take(x, upper, plan.result), weight))
  }
}

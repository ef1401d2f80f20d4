/// Operations that take axes away.
struct ReductionRows: Sendable {
  let sum: Operation = .init(
    "sum(x; axis, keep = false)",
    """
    The sum of the elements, of all or along the axes given; 0 of none. Of a tuple of trees it is their sum.

    Adjoint of x: `u * ones_like(x)`

    > sum([1 2; 3 4])
    10

    > sum([1 2; 3 4]; axis = 1)
    2 f64
     4  6

    > sum(x^2 for x in 1:3)
    14

    See also: mean, prod, cumsum, norm
    """,
    kind: .reduction, kernel: .unary { x, a, _ in try Reduction.sum(x, a!.integers, a!.shape) },
    rule: .linear { _, c, x in try Operations.spread(c, x) },
    samples: Sample.reductions,
    call: { try Operations.sum($0[0], $0.axes(rank: $0[0].rank), keep: $0.flag("keep")) }
  ).pullingRows { _, rows, x in try Operations.spreadRows(rows, x) }.callingOne { try Operations.sum($0) }

  let norm: Operation = .init(
    "norm(x; axis, keep = false)",
    """
    The root of the sum of squares, of a matrix or a tree too; its slope at 0 is 0, its second derivative there NaN.

    Adjoint of x: `u * x / norm(x)`

    > norm([3, 4])
    5

    > ∇norm([0, 0])
    2 f64
     0  0

    See also: dot, abs, clip
    """,
    kind: .reduction, kernel: .unary { x, a, _ in try Reduction.norm(x, a!.integers, a!.shape) },
    rule: .general(
      vjp: { _, c, x in
        try Operations.multiply(Operations.spread(c, x), slopeOfNorm(x))
      },
      jvp: { _, t, x in
        try table.reductions.sum.apply(
          Operations.selected(Operations.multiply(t, slopeOfNorm(x)), x), x.attributes)
      }),
    samples: Sample.reductions,
    call: { try Operations.norm($0[0], $0.axes(rank: $0[0].rank), keep: $0.flag("keep")) }
  ).pullingRows { _, rows, x in
    try Operations.multiply(
      Operations.spreadRows(rows, x), Operations.shared(slopeOfNorm(x), rank: x.first.rank))
  }.callingOne { try Operations.norm($0) }

  let mean: Operation = .composite(
    "mean(x; axis, keep = false)",
    """
    The sum divided by the number of elements; NaN of none.

    Adjoint of x: `u / length(flatten(x)) * ones_like(x)`

    > mean([1 2; 3 6]; axis = 1)
    2 f64
     2  4

    See also: sum, var, median
    """, samples: Sample.reductions
  ) { try Operations.mean($0[0], $0.axes(rank: $0[0].rank), keep: $0.flag("keep")) }

  let prod: Operation = .composite(
    "prod(x; axis, keep = false)",
    """
    The product of the elements; 1 of none.

    > prod([2, 3, 4])
    24

    See also: sum, cumprod
    """, samples: Sample.reductions
  ) { arguments in
    let x = arguments[0]
    let plan = try ReductionPlan(arguments, x)
    var result = try Operations.widened(x)
    for axis in plan.axes {
      // Halves are multiplied until one is left, so that zeros among the factors need no special case.
      if result.shape[axis] == 0 {
        result = try Tensor.filled(1, result.shape.replacing(axis, with: 1), .f64)
      }
      while result.shape[axis] > 1 {
        let length = result.shape[axis]
        let half = length / 2
        let product = try Operations.multiply(
          Operations.narrow(result, axis: axis, start: 0, length: half),
          Operations.narrow(result, axis: axis, start: half, length: half))
        result =
          length % 2 == 0
          ? product
          : try Operations.concatenate(
            [product, Operations.narrow(result, axis: axis, start: length - 1, length: 1)], axis: axis)
      }
    }
    return try Operations.reshape(Operations.convert(result, to: x.type.arithmetic), plan.result)
  }

  let maximum: Operation = .composite(
    "maximum(x; axis, keep = false)",
    """
    The greatest element; of equal ones the first gets the gradient. A ValueError where there is none.

    > maximum([1 5; 7 2]; axis = 2)
    2 f64
     5  7

    See also: argmax, max, minimum
    """,
    samples: Sample.reductions
  ) { try Operations.extreme($0, greatest: true) }

  let minimum: Operation = .composite(
    "minimum(x; axis, keep = false)",
    """
    The least element; of equal ones the first gets the gradient. A ValueError where there is none.

    > minimum([3, 1, 2])
    1

    See also: argmin, min, maximum
    """,
    samples: Sample.reductions
  ) { try Operations.extreme($0, greatest: false) }

  let argmax: Operation = .position(
    "argmax(x; axis, keep = false)",
    """
    The position, from 1, of the first greatest element.

    > argmax([1, 9, 9])
    2

    See also: maximum, argsort, find
    """, true)
  let argmin: Operation = .position(
    "argmin(x; axis, keep = false)",
    """
    The position, from 1, of the first least element.

    > argmin([3 1; 0 2]; axis = 2)
    2 f64
     2  1

    See also: minimum, argsort, find
    """, false)

  /// `x / norm(x)`, at 0 by convention 0.
  private static func slopeOfNorm(_ x: Application) throws -> Tensor {
    let norm = try Operations.spread(x.output, x)
    // The general row has no loops.
    guard try Operations.isZeroAnywhere(x.output) else { return try Operations.divide(x.first, norm) }
    return try table.slopes.norm.apply(x.first, norm)
  }
}

extension Operation {
  fileprivate static func position(
    _ signature: String, _ documentation: String, _ greatest: Bool
  ) -> Operation {
    Operation(
      signature, documentation, kind: .reduction, rule: .constant,
      call: { arguments in
        let x = arguments[0]
        let plan = try ReductionPlan(arguments, x)
        let positions = try Reduction.extremePositions(
          x, plan, greatest: greatest, arguments.operation.name)
        // A position among the elements that the axes run over, in row-major order.
        let strides = x.shape.strides
        return try Tensor.numbers(plan.result) { place in
          let position = positions[place]
          return Double(
            plan.axes.reduce(0) { $0 * x.shape[$1] + position / strides[$1] % x.shape[$1] } + 1)
        }
      })
  }
}

extension Sample {
  /// Inputs for a reduction: everything, each axis, two of three axes, kept axes.
  static var reductions: [Sample] {
    let matrix = Tensor([0.5, -1.25, 2, 1.5, -0.75, 3], shape: [2, 3])
    let cube = Tensor((0..<12).map { Double(($0 * 7) % 12) / 4 - 1.3 }, shape: [2, 3, 2])
    return [
      Sample(1.5), Sample(Tensor([0.5, -1.5, 2])), Sample(matrix), Sample(matrix, named: ["axis": 1]),
      Sample(matrix, named: ["axis": 2, "keep": Tensor(true)]),
      Sample(cube, named: ["axis": Tensor([1, 3])]), Sample(cube, named: ["axis": 2]),
    ]
  }
}

extension Operations {
  /// The sum over axes from 0; `nil` is all of them.
  public static func sum(_ x: Tensor, _ axes: [Int]? = nil, keep: Bool = false) throws -> Tensor {
    if x.isPlainNumber { return x }
    return try table.reductions.sum.apply(x, reduction(x, axes, keep))
  }

  public static func norm(_ x: Tensor, _ axes: [Int]? = nil, keep: Bool = false) throws -> Tensor {
    try table.reductions.norm.apply(x, reduction(x, axes, keep))
  }

  public static func mean(_ x: Tensor, _ axes: [Int]? = nil, keep: Bool = false) throws -> Tensor {
    let plan = ReductionPlan(x.shape, axes: axes, keep: keep)
    return try widely(x) { try divide(sum($0, axes, keep: keep), Tensor(Double(plan.count))) }
  }

  /// What a reduction remembers; ready made where it takes every axis.
  private static func reduction(_ x: Tensor, _ axes: [Int]?, _ keep: Bool) -> Attributes {
    if axes == nil, !keep, x.rank < whole.count { return whole[x.rank] }
    let plan = ReductionPlan(x.shape, axes: axes, keep: keep)
    return Attributes(shape: plan.result, integers: plan.axes)
  }

  private static let whole = (0..<5).map { Attributes(integers: Array(0..<$0)) }

  /// Something in the shape that a reduction of `x` has, stretched to the shape that it had before.
  static func spread(_ value: Tensor, _ x: Application) throws -> Tensor {
    let kept = ReductionPlan(x.first.shape, axes: x.integers, keep: true).kept
    return try expand(reshape(value, kept), to: x.first.shape)
  }

  /// The same for cotangents along one more axis in front, but not stretched.
  static func spreadRows(_ rows: Tensor, _ x: Application) throws -> Tensor {
    let kept = ReductionPlan(x.first.shape, axes: x.integers, keep: true).kept
    return try reshape(rows, Shape([rows.shape[0]] + Array(kept)))
  }

  fileprivate static func extreme(_ arguments: OperationArguments, greatest: Bool) throws -> Tensor {
    let x = arguments[0]
    let plan = try ReductionPlan(arguments, x)
    let positions = try Reduction.extremePositions(x, plan, greatest: greatest, arguments.operation.name)
    if x.isScalar { return x }
    if plan.result.rank == 0 { return try Registry.apply(Code.element, x, integer: positions[0]) }
    return try take(x, positions, plan.result)
  }
}

extension Reduction {
  /// Roots of sums of squares. Where squares leave the range they are taken of scaled elements.
  static func norm(_ x: Tensor, _ axes: [Int], _ shape: Shape) throws -> Tensor {
    guard x.storage != nil else { return Tensor(abs(x.scalar), type: x.type.arithmetic).viewed(shape) }
    if shape.rank == 0 {
      // The common case, without a tensor of squares.
      let square = try Products.wideInner(x, x)
      if square > 1e-280 && square < 1e300 || square.isNaN {
        return Tensor(square.squareRoot(), type: x.type.arithmetic)
      }
    }
    let wide = try Elementwise.converted(x.primal, .f64)
    let squares = try sum(multiplied(wide, wide), axes, shape)
    let root = { (x: Tensor) throws -> Tensor in try table.elementwise.sqrt.apply(x) }
    var isOrdinary = true
    try forEachBlockInOrder(squares.count) { start, count in
      for i in start..<start + count {
        let square = squares.element(i)
        isOrdinary = isOrdinary && (square > 1e-280 && square < 1e300 || square.isNaN)
      }
    }
    if isOrdinary { return try Elementwise.converted(root(squares), x.type.arithmetic) }
    // A power of two scales without rounding. With this one neither the squares of the greatest numbers leave the range
    // nor, the other way, those of the least; each root is taken of what stayed in it.
    let exponent = 600
    let scaled = { (sign: Int) throws -> Tensor in
      let moved = try multiplied(wide, Tensor(Double(sign: .plus, exponent: sign * exponent, significand: 1)))
      let result = try root(sum(multiplied(moved, moved), axes, shape))
      return try multiplied(result, Tensor(Double(sign: .plus, exponent: -sign * exponent, significand: 1)))
    }
    let (large, small, ordinary) = (try scaled(-1), try scaled(1), try root(squares))
    let chosen = { (i: Int) in
      let square = squares.element(i)
      return (square >= 1e300 ? large : square <= 1e-280 ? small : ordinary).element(i)
    }
    if shape.rank == 0 { return Tensor(chosen(0), type: x.type.arithmetic) }
    let roots = try Storage.allocate(shape, .f64)
    try forEachBlockInOrder(squares.count) { start, count in
      for i in start..<start + count { roots.f64[i] = chosen(i) }
    }
    return try Elementwise.converted(Tensor(roots, .f64), x.type.arithmetic)
  }

  private static func multiplied(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try Registry.apply(Code.multiply, a, b)
  }
}

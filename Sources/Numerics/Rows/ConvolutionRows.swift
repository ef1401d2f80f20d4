/// Convolutions and pooling. A correlation is linear in the images and in the kernels; its two transposes are
/// rows of their own, and the derivatives of the three are among the three.
struct ConvolutionRows: Sendable {
  /// planes×h×w to planes×window×places; the attributes are those of a `Windows`.
  let unfold: Operation = .init(
    "unfold(x)",
    kernel: .unary { x, attributes, _ in try Windows(attributes!).unfolded(x) },
    rule: .linear { _, c, x in try table.convolutions.fold.apply(c, x.attributes) }
  ).partially()

  /// Its transpose: what stands in the windows is added up at the pixels it came from.
  let fold: Operation = .init(
    "fold(x)",
    kernel: .unary { x, attributes, _ in try Windows(attributes!).folded(x) },
    rule: .linear { _, c, x in try table.convolutions.unfold.apply(c, x.attributes) }
  ).partially()

  /// Images and kernels to images.
  let correlation: Operation = .init(
    "correlation(x, K)",
    kernel: .binary { x, kernels, attributes in try Correlation(attributes!, x, kernels: kernels).forward() },
    rule: .multilinear { input, c, x in
      input == 0
        ? try table.convolutions.transposed.apply(c, x.second, x.attributes)
        : try table.convolutions.weights.apply(x.first, c, x.attributes)
    })

  /// Cotangents of what came out, and kernels, to images.
  let transposed: Operation = .init(
    "transposedCorrelation(c, K)",
    kernel: .binary { c, kernels, attributes in
      try Correlation(attributes!, outputs: c, kernels: kernels).backward()
    },
    rule: .multilinear { input, u, x in
      input == 0
        ? try table.convolutions.correlation.apply(u, x.second, x.attributes)
        : try table.convolutions.weights.apply(u, x.first, x.attributes)
    })

  /// Images and cotangents of what came out to kernels.
  let weights: Operation = .init(
    "correlationOfImages(x, c)",
    kernel: .binary { x, c, attributes in try Correlation(attributes!, x, outputs: c).kernelGradient() },
    rule: .multilinear { input, u, x in
      input == 0
        ? try table.convolutions.transposed.apply(x.second, u, x.attributes)
        : try table.convolutions.correlation.apply(x.first, u, x.attributes)
    })

  let conv2d: Operation = .composite(
    "conv2d(x, K; b, stride = 1, pad = 0)",
    """
    The cross-correlation of images `x`, batch×in×h×w, with kernels `K`, out×in×h×w, plus `b`, a number for
    each of the out channels: batch×out×h×w. `x` may be one image, in×h×w or of one channel h×w, and `K` one
    kernel h×w; the axes that are left out are left out of the result. `stride` and `pad` (zeros around the
    image) are a number, or a pair for rows and columns.

    > conv2d([1 2 3; 4 5 6; 7 8 9], [1 0; 0 -1])
    2×2 f64
     -4  -4
     -4  -4

    See also: conv1d, maxpool, avgpool
    """,
    samples: [
      Sample(
        Tensor((0..<32).map { Double($0 * 7 % 11) / 4 - 1 }, shape: [1, 2, 4, 4]),
        Tensor((0..<24).map { Double($0 * 5 % 7) / 4 - 0.7 }, shape: [3, 2, 2, 2])),
      Sample(
        Tensor((0..<25).map { Double($0 * 7 % 11) / 4 - 1 }, shape: [5, 5]),
        Tensor((0..<6).map { Double($0) / 4 - 0.7 }, shape: [2, 3]), named: ["stride": 2, "pad": 1]),
    ]
  ) { arguments in
    try Convolution.two(arguments, arguments[0], arguments[1])
  }.constant("stride", "pad")

  let conv1d: Operation = .composite(
    "conv1d(x, K; b, stride = 1, pad = 0)",
    """
    The cross-correlation of sequences `x`, batch×in×t, with kernels `K`, out×in×t, plus `b`, a number for
    each of the out channels: batch×out×t. `x` may be one sequence, in×t or of one channel t, and `K` one
    kernel t.

    > conv1d([1, 2, 4, 8], [-1, 1])
    3 f64
     1  2  4

    See also: conv2d, rnn
    """,
    samples: [
      Sample(
        Tensor((0..<20).map { Double($0 * 7 % 11) / 4 - 1 }, shape: [2, 2, 5]),
        Tensor((0..<12).map { Double($0 * 5 % 7) / 4 - 0.7 }, shape: [2, 2, 3])),
      Sample(Tensor([1, -2, 0.5, 3, 1]), Tensor([0.5, 1.5]), named: ["stride": 2, "pad": 1]),
    ]
  ) { arguments in
    try Convolution.one(arguments, arguments[0], arguments[1])
  }.constant("stride", "pad")

  let maxpool: Operation = .composite(
    "maxpool(x, k; stride = k)",
    """
    The maximum of each window of k×k pixels of the last two axes. Of equal winners the first gets the
    gradient. `k` and `stride` are a number, or a pair for rows and columns.

    > maxpool([1 2 3 4; 5 6 7 8], 2)
    1×2 f64
     6  8

    See also: avgpool, conv2d, upsample
    """,
    samples: [Sample(Tensor((0..<16).map { Double($0 * 7 % 17) / 4 }, shape: [4, 4]), 2)]
  ) { arguments in
    try Convolution.pooled(arguments) { planes, windows in
      let constant = planes.primal
      let x = constant.type == .f32 ? constant : try Elementwise.converted(constant, .f64)
      return try Operations.take(
        planes, windows.winners(x), Shape([planes.shape[0], windows.places]), areDistinct: windows.areDisjoint
      )
    }
  }.constant("k", "stride")

  let avgpool: Operation = .composite(
    "avgpool(x, k; stride = k)",
    """
    The mean of each window of k×k pixels of the last two axes.

    > avgpool([1 2 3 4; 5 6 7 8], 2)
    1×2 f64
     3.5  5.5

    See also: maxpool, conv2d
    """,
    samples: [Sample(Tensor((0..<16).map { Double($0 * 7 % 17) / 4 }, shape: [4, 4]), 2)]
  ) { arguments in
    try Convolution.pooled(arguments) { try Operations.mean($1.apply($0), [1]) }
  }.constant("k", "stride")
}

private enum Convolution {
  /// A number or a pair, as rows and columns.
  static func pair(
    _ arguments: OperationArguments, _ value: Tensor?, _ name: String, from least: Int,
    default fallback: (Int, Int)
  ) throws -> (Int, Int) {
    guard let value else { return fallback }
    let numbers = value.doubles.map { Int(exactly: $0) ?? -1 }
    guard value.rank <= 1, numbers.count == 1 || numbers.count == 2, numbers.allSatisfy({ $0 >= least })
    else { throw arguments.bad(name, "a whole number from \(least), or two of them") }
    return (numbers[0], numbers[numbers.count - 1])
  }

  static func two(_ arguments: OperationArguments, _ x: Tensor, _ kernel: Tensor) throws -> Tensor {
    guard x.rank >= 2, x.rank <= 4 else {
      throw Fault.rank(operation: arguments.operation.name, shape: x.shape, expected: "2, 3 or 4")
    }
    guard kernel.rank == 4 || kernel.rank == 2 else {
      throw Fault.rank(
        operation: arguments.operation.name, shape: kernel.shape, expected: "4, or 2 for one kernel")
    }
    let stride = try pair(arguments, arguments.named["stride"], "stride", from: 1, default: (1, 1))
    let pad = try pair(arguments, arguments.named["pad"], "pad", from: 0, default: (0, 0))
    for margin in [pad.0, pad.1] { _ = try arguments.margin(Tensor(Double(margin)), "pad") }
    let images = Shape([Int](repeating: 1, count: 4 - x.rank) + Array(x.shape))
    let kernels = Shape([Int](repeating: 1, count: 4 - kernel.rank) + Array(kernel.shape))
    let y = try correlate(arguments, x, images, kernel, kernels, stride, pad)
    // The axes that were not there go again.
    var shape = Array(y.shape)
    if kernel.rank == 2 { shape.remove(at: 1) }
    if x.rank < 4 { shape.removeFirst() }
    return try Operations.reshape(y, Shape(shape))
  }

  static func one(_ arguments: OperationArguments, _ x: Tensor, _ kernel: Tensor) throws -> Tensor {
    guard x.rank >= 1, x.rank <= 3 else {
      throw Fault.rank(operation: arguments.operation.name, shape: x.shape, expected: "1, 2 or 3")
    }
    guard kernel.rank == 3 || kernel.rank == 1 else {
      throw Fault.rank(
        operation: arguments.operation.name, shape: kernel.shape, expected: "3, or 1 for one kernel")
    }
    let stride = try arguments.whole("stride", from: 1, default: 1)
    let pad = try arguments.margin(arguments.named["pad"] ?? 0, "pad")
    let lengths = [Int](repeating: 1, count: 3 - x.rank) + Array(x.shape)
    let sizes = [Int](repeating: 1, count: 3 - kernel.rank) + Array(kernel.shape)
    let y = try correlate(
      arguments, x, Shape([lengths[0], lengths[1], 1, lengths[2]]), kernel,
      Shape([sizes[0], sizes[1], 1, sizes[2]]), (1, stride), (0, pad))
    var shape = [y.shape[0], y.shape[1], y.shape[3]]
    if kernel.rank == 1 { shape.remove(at: 1) }
    if x.rank < 3 { shape.removeFirst() }
    return try Operations.reshape(y, Shape(shape))
  }

  private static func correlate(
    _ arguments: OperationArguments, _ x: Tensor, _ images: Shape, _ kernel: Tensor, _ kernels: Shape,
    _ stride: (Int, Int), _ pad: (Int, Int)
  ) throws -> Tensor {
    let channels = images[1]
    guard kernels[1] == channels else {
      throw arguments.bad("K", "kernels of as many channels as x has, \(channels)")
    }
    let windows = try Windows(
      arguments, height: images[2], width: images[3], kernel: (kernels[2], kernels[3]), stride: stride,
      pad: pad)
    var pair = [x, kernel]
    // Bools are numbers, and a number of f64 takes the type of what it meets, as in any product.
    if pair[0].type != pair[1].type || pair[0].type == .bool {
      let type = try Elementwise.commonType(x, kernel, arguments.operation.name)
      pair = try pair.map { try Operations.convert($0, to: type) }
    }
    var y = try table.convolutions.correlation.apply(
      Operations.reshape(pair[0], images), Operations.reshape(pair[1], kernels), windows.attributes)
    if let bias = arguments.named["b"] {
      guard bias.count == kernels[0] else {
        throw arguments.bad("b", "a number for each of the \(kernels[0]) kernels")
      }
      y = try Operations.add(y, Operations.reshape(bias, Shape([kernels[0], 1, 1])))
    }
    return y
  }

  static func pooled(_ arguments: OperationArguments, _ reduce: (Tensor, Windows) throws -> Tensor) throws
    -> Tensor
  {
    let x = arguments[0]
    guard x.rank >= 2 else {
      throw Fault.rank(operation: arguments.operation.name, shape: x.shape, expected: "at least 2")
    }
    let k = try pair(arguments, arguments[1], "k", from: 1, default: (1, 1))
    let stride = try pair(arguments, arguments.named["stride"], "stride", from: 1, default: k)
    let (height, width) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
    let windows = try Windows(
      arguments, height: height, width: width, kernel: k, stride: stride, pad: (0, 0))
    let planes = try Operations.reshape(x, Shape([x.count / max(height * width, 1), height, width]))
    let y = try reduce(Operations.convert(planes, to: planes.type.arithmetic), windows)
    return try Operations.reshape(y, Shape(Array(x.shape.dropLast(2)) + [windows.rows, windows.columns]))
  }
}

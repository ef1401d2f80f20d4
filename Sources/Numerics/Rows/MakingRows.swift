/// Tensors from nothing.
struct MakingRows: Sendable {
  let zeros: Operation = .maker(
    "zeros(dims...; dtype = f64)",
    """
    A tensor of zeros, of the lengths given; without any a number. Lengths may be a tuple, as `shape(x)` gives.

    > zeros(2, 3)
    2×3 f64
     0  0  0
     0  0  0

    See also: ones, fill, zeros_like
    """
  ) {
    try Tensor.zeros($0.lengths(from: 0), $0.elementType(default: .f64))
  }
  let ones: Operation = .maker(
    "ones(dims...; dtype = f64)",
    """
    A tensor of ones, of the lengths given; without any a number.

    > ones(3; dtype = f32)
    3 f32
     1  1  1

    See also: zeros, fill, ones_like
    """
  ) {
    try Tensor.filled(1, $0.lengths(from: 0), $0.elementType(default: .f64))
  }
  let fill: Operation = .composite(
    "fill(v, dims...; dtype)",
    """
    A tensor of the lengths given in which every element is `v`.

    > fill(7, 2, 2)
    2×2 f64
     7  7
     7  7

    See also: zeros, ones
    """, samples: [Sample(1.5, 2, 3), Sample(Tensor([1.5, -0.5]), 3, 2)]
  ) {
    try Operations.expand(
      Operations.convert($0[0], to: $0.elementType(default: $0[0].type)), to: $0.lengths(from: 1))
  }.constant("dims")
  let eye: Operation = .maker(
    "eye(n; dtype = f64)",
    """
    The unit matrix, n×n.

    > eye(2)
    2×2 f64
     1  0
     0  1

    See also: diag, zeros
    """
  ) { arguments in
    let n = try arguments.whole(arguments[0], "n", from: 0)
    let type = try arguments.elementType(default: .f64)
    let result = try Tensor.zeros(Shape(n, n), type)
    for i in 0..<n { result.storage!.store(1, at: i * n + i, type) }
    return result
  }
  let linspace: Operation = .composite(
    "linspace(a, b, n; dtype = f64)",
    """
    `n` numbers from `a` to `b`, evenly spaced.

    > linspace(0, 1, 5)
    5 f64
     0.0  0.25  0.5  0.75  1.0

    See also: logspace, :
    """, samples: [Sample(0.5, 2.25, 5), Sample(-1.5, 1, 1), Sample(3, -1, 2)]
  ) { try Operations.convert(spaced($0), to: $0.elementType(default: .f64)) }.constant("n")
  let logspace: Operation = .composite(
    "logspace(a, b, n; dtype = f64)",
    """
    `n` powers of 10, from `10^a` to `10^b`.

    > logspace(0, 3, 4)
    4 f64
     1  10  100  1000

    See also: linspace
    """, samples: [Sample(0.5, 1.25, 4)]
  ) {
    try Operations.convert(Operations.power(10, spaced($0)), to: $0.elementType(default: .f64))
  }.constant("n")
  let onehot: Operation = .maker(
    "onehot(labels, k; dtype = f64)",
    """
    For each label, from 1, a row of length `k` with a 1 in its place.

    > onehot([1, 3], 3)
    2×3 f64
     1  0  0
     0  0  1

    See also: crossentropy, embedding
    """
  ) { arguments in
    let labels = arguments[0]
    let k = try arguments.whole(arguments[1], "k", from: 1)
    let type = try arguments.elementType(default: .f64)
    let result = try Tensor.zeros(labels.shape + Shape(k), type)
    for i in 0..<labels.count {
      if i & 0xFFF == 0 { try NumericsInterruption.poll() }
      let place = try Region.checked(Region.whole(labels.element(i)), k, labels.rank)
      result.storage!.store(1, at: i * k + place, type)
    }
    return result
  }
  let rand: Operation = .maker(
    "rand(dims...; dtype = f64)",
    """
    Uniform random numbers, from 0 up to but not including 1; without lengths one number.

    > rand(3)
    3 f64
     0.8805201978886142  0.6054818538799213  0.36209111566940344

    See also: randn, randint, seed
    """
  ) { try Random.uniform($0.lengths(from: 0), $0.elementType(default: .f64)) }
  let randn: Operation = .maker(
    "randn(dims...; dtype = f64)",
    """
    Normal random numbers, of mean 0 and variance 1; without lengths one number.

    > randn(3)
    3 f64
     1.1775912390542727  0.26756224953309987  -0.35287489660161836

    See also: rand, seed
    """
  ) {
    try Operations.convert(Random.normal($0.lengths(from: 0)), to: $0.elementType(default: .f64))
  }
  let randint: Operation = .maker(
    "randint(n, dims...; dtype = f64)",
    """
    Random whole numbers from 1 to `n`, each as likely; without lengths one number.

    > randint(6, 10)
    10 f64
     6  4  3  1  2  2  3  3  5  6

    See also: rand, permutation, seed
    """
  ) {
    try Operations.convert(
      Random.integers($0.whole($0[0], "n", from: 1), $0.lengths(from: 1)), to: $0.elementType(default: .f64))
  }
  let permutation: Operation = .maker(
    "permutation(n)",
    """
    The numbers from 1 to `n` in random order.

    > permutation(5)
    5 f64
     4  3  1  2  5

    See also: shuffle, seed
    """
  ) {
    try Random.permutation($0.whole($0[0], "n", from: 0))
  }

  /// The numbers of `linspace`.
  private static func spaced(_ arguments: OperationArguments) throws -> Tensor {
    let (start, end) = (arguments[0], arguments[1])
    let (first, last) = (try arguments.number(start, "a"), try arguments.number(end, "b"))
    let count = try arguments.whole(arguments[2], "n", from: 0)
    guard start.isFollowed || end.isFollowed else { return try Operations.linspace(first, last, count) }
    // The same numbers, where a tape can see how they depend on the ends.
    let parts = try Operations.linspace(0, 1, count)
    let (a, b) = (try Operations.convert(start, to: .f64), try Operations.convert(end, to: .f64))
    let inside = try Operations.add(a, Operations.multiply(Operations.subtract(b, a), parts))
    guard count > 1 else { return inside }
    return try Operations.choose(Operations.compare(.equal, parts, 1), b, inside)
  }
}

extension Operation {
  fileprivate static func maker(
    _ signature: String, _ documentation: String, call: @escaping (OperationArguments) throws -> Tensor
  ) -> Operation {
    Operation(signature, documentation, rule: .constant, call: call).entirelyConstant()
  }
}

extension Operations {
  static func linspace(_ start: Double, _ end: Double, _ count: Int) throws -> Tensor {
    let last = Double(max(count - 1, 1))
    let storage = try Storage.allocate(Shape(count), .f64)
    let to = storage.f64
    try forEachBlock(count) { first, length in
      for i in first..<first + length {
        // The ends are exact.
        to[i] = i == count - 1 && count > 1 ? end : start + (end - start) * (Double(i) / last)
      }
    }
    return Tensor(storage, .f64)
  }

  /// `start:step:end`, both ends included; a last step that falls short by rounding still counts.
  public static func range(_ start: Double, _ step: Double, _ end: Double) throws -> Tensor {
    guard step != 0, start.isFinite, step.isFinite, end.isFinite else {
      throw Fault.badArgument(operation: ":", name: "step", expected: "a finite number other than 0")
    }
    let steps = ((end - start) / step * (1 + 1e-12) + 1e-12).rounded(.down)
    guard steps >= 0 else { return try Tensor.zeros(Shape(0), .f64) }
    guard steps < 1e12 else { throw Fault.memory(bytes: Int.max, limit: Memory.limit) }
    return try Tensor(from: start, step: step, count: Int(clamping: steps) + 1)
  }
}

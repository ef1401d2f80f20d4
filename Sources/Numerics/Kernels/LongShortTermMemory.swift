import CVector

/// The kernel of all steps of a long short-term memory, and the way back through them: forward the same bits as its
/// formula, step by step.
enum LongShortTermMemory {
  /// `nil` where the shapes or types do not fit.
  static func run(_ inputs: [Tensor], _ isFollowed: [Bool]) throws -> CompoundRun? {
    let (x, h, c, W, U, b) = (inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], inputs[5])
    guard x.rank == 3, x.type == .f64 || x.type == .f32, inputs.allSatisfy({ $0.type == x.type }),
      x.count > 0, U.rank == 2
    else { return nil }
    let n = U.shape[0]
    guard n > 0, U.shape == Shape(n, 4 * n), W.shape == Shape(x.shape[2], 4 * n), b.shape == Shape(4 * n),
      h.shape == Shape(x.shape[0], n), c.shape == h.shape
    else { return nil }
    return x.type == .f32
      ? try MemorySteps<Float>(x, h, c, W, U, b, isFollowed).run()
      : try MemorySteps<Double>(x, h, c, W, U, b, isFollowed).run()
  }
}

/// The rows of a batch do not meet before the weights' derivatives, so workers take groups of them through all
/// steps, without waiting for each other. The groups are decided by the shape alone.
private final class MemorySteps<T: LoopElement> {
  private let batch: Int
  private let steps: Int
  private let features: Int
  private let units: Int
  private let isFollowed: [Bool]
  /// Rows of the batch that go together.
  private let group: Int

  // Row-major, batch×time×…; the gates are after their functions, in the order of the weights' columns.
  private let x: Storage
  private let first: (h: Storage, c: Storage)
  private let weights: Storage
  private let recurrent: Storage
  private let bias: Storage
  private let gates: Storage
  private let cells: Storage
  private let outputs: Storage

  private typealias Numbers = ElementView<T>

  init(
    _ x: Tensor, _ h: Tensor, _ c: Tensor, _ W: Tensor, _ U: Tensor, _ b: Tensor, _ isFollowed: [Bool]
  ) throws {
    (batch, steps, features, units) = (x.shape[0], x.shape[1], x.shape[2], U.shape[0])
    self.isFollowed = isFollowed
    group = max(4, (batch + 15) / 16)
    self.x = x.storage!
    first = (h.storage!, c.storage!)
    (weights, recurrent, bias) = (W.storage!, U.storage!, b.storage!)
    gates = try Storage.allocate(Shape([batch, steps, 4 * units]), T.type)
    cells = try Storage.allocate(Shape([batch, steps, units]), T.type)
    outputs = try Storage.allocate(Shape([batch, steps, units]), T.type)
  }

  func run() throws -> CompoundRun {
    // The inputs' part of every step is one product.
    try MatrixProduct.run(
      matrix(x, features), matrix(weights, 4 * units), T.elements(gates), batch * steps, 4 * units, features)
    try forward()
    return CompoundRun(result: Tensor(outputs, T.type)) { try self.backward($0) }
  }

  private func matrix(_ storage: Storage, _ stride: Int, isTransposed: Bool = false)
    -> MatrixProduct.Operand<T>
  { .init(T.elements(storage), stride: stride, isTransposed: isTransposed) }

  /// Groups of rows, on workers where there is much to do.
  private func forEachGroup(_ body: @escaping (Range<Int>) -> Void) throws {
    let count = (batch + group - 1) / group
    let step: (Int) -> Void = { [self] index in body(index * group..<min((index + 1) * group, batch)) }
    // Here one thread takes 0.24 ms and two 0.21, measured with a batch of 16, 16 steps and 33 units.
    if Double(batch * steps) * Double(units * units) > 0x1p18 {
      try Workers.forEach(count, step)
    } else {
      for index in 0..<count {
        step(index)
        try NumericsInterruption.poll()
      }
    }
  }

  private func forward() throws {
    let (n, steps) = (units, steps)
    let (z, cells, h, bias) = (T.elements(gates), T.elements(cells), T.elements(outputs), T.elements(bias))
    let (firstH, firstC) = (T.elements(first.h), T.elements(first.c))
    let recurrence = matrix(recurrent, 4 * n)
    try forEachGroup { rows in
      let row = rows.lowerBound
      Scratch.withRoom(T.self, rows.count * 4 * n) { room in
        for t in 0..<steps {
          if NumericsInterruption.isRaised { return }
          let before = t == 0 ? firstH + row * n : h + (row * steps + t - 1) * n
          MatrixProduct.block(
            .init(before, stride: t == 0 ? n : steps * n), recurrence, room, stride: 4 * n, rows.count, 4 * n,
            n, .set)
          for row in rows {
            let place = row * steps + t
            let i = z + place * 4 * n
            T.binary(VECTOR_add, i, 1, room + (row - rows.lowerBound) * 4 * n, 1, i, 4 * n)
            T.binary(VECTOR_add, i, 1, bias, 1, i, 4 * n)
            let (f, o, g) = (i + n, i + 2 * n, i + 3 * n)
            T.unary(VECTOR_sigmoid, i, i, 3 * n)
            T.unary(VECTOR_tanh, g, g, n)
            let before = t == 0 ? firstC + row * n : cells + (place - 1) * n
            let c = cells + place * n
            let out = h + place * n
            for j in 0..<n { c[j] = f[j] * before[j] + i[j] * g[j] }
            T.unary(VECTOR_tanh, c, out, n)
            T.binary(VECTOR_multiply, o, 1, out, 1, out, n)
          }
        }
      }
    }
  }

  private func backward(_ cotangent: Tensor) throws -> [Tensor?] {
    precondition(cotangent.shape == outputs.shape)
    let (n, steps, batch) = (units, steps, batch)
    let dy = try Elementwise.converted(cotangent, T.type).storage!
    let dz = try Storage.allocate(gates.shape, T.type)
    let before = try Storage.allocate(outputs.shape, T.type)
    let dh = try Tensor.zeros(Shape(batch, n), T.type).storage!
    let dc = try Tensor.zeros(Shape(batch, n), T.type).storage!
    let groups = (batch + group - 1) / group
    // The bias is in every step of every row.
    let sums = try Tensor.zeros(Shape(groups, 4 * n), .f64).storage!
    try withExtendedLifetime(dy) {
      let (z, cells, h) = (T.elements(gates), T.elements(cells), T.elements(outputs))
      let (firstH, firstC) = (T.elements(first.h), T.elements(first.c))
      let recurrence = matrix(recurrent, 4 * n, isTransposed: true)
      let (dy, dz, before) = (T.elements(dy), T.elements(dz), T.elements(before))
      let (dh, dc) = (T.elements(dh), T.elements(dc))
      let group = group
      let sums = sums.f64
      try forEachGroup { rows in
        let row = rows.lowerBound
        let sum = sums + row / group * 4 * n
        for t in stride(from: steps - 1, through: 0, by: -1) {
          if NumericsInterruption.isRaised { return }
          for row in rows {
            let place = row * steps + t
            (before + place * n).copy(from: t == 0 ? firstH + row * n : h + (place - 1) * n, count: n)
            Self.pull(
              z + place * 4 * n, cell: cells + place * n,
              cellBefore: t == 0 ? firstC + row * n : cells + (place - 1) * n, dy + place * n, dh + row * n,
              dc + row * n, dz + place * 4 * n, n)
            T.accumulate(dz + place * 4 * n, sum, 4 * n)
          }
          MatrixProduct.block(
            .init(dz + (row * steps + t) * 4 * n, stride: steps * 4 * n), recurrence, dh + row * n, stride: n,
            rows.count, n, 4 * n, .set)
        }
      }
      for index in 1..<max(groups, 1) {
        for j in 0..<4 * n { sums[j] += sums[index * 4 * n + j] }
      }
    }
    return try gradients(dz, before, dh, dc, sums)
  }

  /// One row of one step: from the cotangents of its h and c to those of the gates' sums and of the c before.
  @inline(__always)
  private static func pull(
    _ i: Numbers, cell: Numbers, cellBefore: Numbers, _ dy: Numbers, _ dh: Numbers, _ dc: Numbers,
    _ di: Numbers, _ n: Int
  ) {
    let (f, o, g) = (i + n, i + 2 * n, i + 3 * n)
    let (df, dO, dg) = (di + n, di + 2 * n, di + 3 * n)
    T.unary(VECTOR_tanh, cell, dO, n)
    for j in 0..<n {
      let y = dO[j]
      let u = dh[j] + dy[j]
      let v = dc[j] + u * o[j] * (1 - y * y)
      di[j] = v * g[j] * (i[j] * (1 - i[j]))
      df[j] = v * cellBefore[j] * (f[j] * (1 - f[j]))
      dO[j] = u * y * (o[j] * (1 - o[j]))
      dg[j] = v * i[j] * (1 - g[j] * g[j])
      dc[j] = v * f[j]
    }
  }

  /// From the cotangents of all the gates' sums: those of the inputs and weights that are followed.
  private func gradients(
    _ dz: Storage, _ before: Storage, _ dh: Storage, _ dc: Storage, _ sums: Storage
  ) throws -> [Tensor?] {
    let (rows, width) = (batch * steps, 4 * units)
    func product(
      _ a: MatrixProduct.Operand<T>, _ b: MatrixProduct.Operand<T>, _ shape: Shape, _ m: Int, _ n: Int,
      _ k: Int
    ) throws -> Tensor {
      let result = try Storage.allocate(shape, T.type)
      try MatrixProduct.run(a, b, T.elements(result), m, n, k)
      return Tensor(result, T.type)
    }
    func followed(_ index: Int, _ tensor: () throws -> Tensor) throws -> Tensor? {
      isFollowed[index] ? try tensor() : nil
    }
    return try withExtendedLifetime((dz, before)) {
      [
        try followed(0) {
          try product(
            matrix(dz, width), matrix(weights, width, isTransposed: true), x.shape, rows, features, width)
        },
        isFollowed[1] ? Tensor(dh, T.type) : nil,
        isFollowed[2] ? Tensor(dc, T.type) : nil,
        try followed(3) {
          try product(
            matrix(x, features, isTransposed: true), matrix(dz, width), weights.shape, features, width, rows)
        },
        try followed(4) {
          try product(
            matrix(before, units, isTransposed: true), matrix(dz, width), recurrent.shape, units, width, rows)
        },
        try followed(5) {
          let bias = try Storage.allocate(Shape(width), T.type)
          T.rounded(sums.f64, T.elements(bias), width)
          return Tensor(bias, T.type)
        },
      ]
    }
  }
}

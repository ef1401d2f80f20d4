/// The kernel of all steps of a long short-term memory, and the way back through them. Everything inside is f64;
/// what comes out is rounded once.
///
/// The rows of a batch do not meet before the weights' derivatives, so workers take groups of them through all
/// steps, without waiting for each other. The groups are decided by the shape alone.
final class LongShortTermMemory {
  private let batch: Int
  private let steps: Int
  private let features: Int
  private let units: Int
  private let type: ElementType
  private let isFollowed: [Bool]
  /// Rows of the batch that go together.
  private let group: Int

  // Row-major, batch×time×…; the gates are after their functions, in the order of the weights' columns.
  private let x: Storage
  private let first: (h: Storage, c: Storage)
  private let weights: Storage
  private let recurrent: Storage
  private let gates: Storage
  private let cells: Storage
  private let outputs: Storage

  private typealias Numbers = UnsafeMutablePointer<Double>

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
    let memory = try LongShortTermMemory(x, h, c, W, U, b, isFollowed)
    try memory.forward()
    let wide = Tensor(memory.outputs, .f64)
    return CompoundRun(result: try Elementwise.converted(wide, x.type)) { try memory.backward($0) }
  }

  private init(
    _ x: Tensor, _ h: Tensor, _ c: Tensor, _ W: Tensor, _ U: Tensor, _ b: Tensor, _ isFollowed: [Bool]
  ) throws {
    func wide(_ x: Tensor) throws -> Storage { try Elementwise.converted(x, .f64).storage! }
    (batch, steps, features, units) = (x.shape[0], x.shape[1], x.shape[2], U.shape[0])
    type = x.type
    self.isFollowed = isFollowed
    group = max(4, (batch + 15) / 16)
    self.x = try wide(x)
    first = (try wide(h), try wide(c))
    weights = try wide(W)
    recurrent = try wide(U)
    gates = try Storage.allocate(Shape([batch, steps, 4 * units]), .f64)
    cells = try Storage.allocate(Shape([batch, steps, units]), .f64)
    outputs = try Storage.allocate(Shape([batch, steps, units]), .f64)
    // The inputs' part of every step is one product.
    let bias = try wide(b)
    try MatrixProduct.run(
      matrix(self.x, features), matrix(weights, 4 * units), gates.pointer, batch * steps, 4 * units, features)
    for row in 0..<batch * steps {
      let z = gates.f64 + row * 4 * units
      let b = bias.f64
      for i in 0..<4 * units { z[i] += b[i] }
    }
  }

  private func matrix(_ storage: Storage, _ stride: Int, isTransposed: Bool = false) -> MatrixProduct.Operand
  {
    .init(pointer: storage.pointer, type: .f64, isTransposed: isTransposed, stride: stride)
  }

  /// Groups of rows, on workers where there is much to do.
  private func forEachGroup(_ body: @escaping (Range<Int>) -> Void) throws {
    let count = (batch + group - 1) / group
    let step: (Int) -> Void = { [self] index in body(index * group..<min((index + 1) * group, batch)) }
    if batch * steps * units * units > 1 << 18 {
      try Workers.forEach(count, step)
    } else {
      for index in 0..<count { step(index) }
      try NumericsInterruption.poll()
    }
  }

  private func forward() throws {
    let (n, steps) = (units, steps)
    let (z, cells, h) = (gates.f64, cells.f64, outputs.f64)
    let (U, firstH, firstC) = (recurrent.f64, first.h.f64, first.c.f64)
    try forEachGroup { rows in
      let row = rows.lowerBound
      for t in 0..<steps {
        if NumericsInterruption.isRaised { return }
        MatrixProduct.block(
          t == 0 ? firstH + row * n : h + (row * steps + t - 1) * n, false, t == 0 ? n : steps * n, U, false,
          4 * n, z + (row * steps + t) * 4 * n, steps * 4 * n, rows.count, 4 * n, n, adding: true)
        for row in rows {
          let place = row * steps + t
          let i = z + place * 4 * n
          let (f, o, g) = (i + n, i + 2 * n, i + 3 * n)
          Activation.sigmoid(i, i, 3 * n)
          Activation.tanh(g, g, n)
          let before = t == 0 ? firstC + row * n : cells + (place - 1) * n
          let c = cells + place * n
          let out = h + place * n
          for j in 0..<n { c[j] = f[j] * before[j] + i[j] * g[j] }
          Activation.tanh(c, out, n)
          for j in 0..<n { out[j] *= o[j] }
        }
      }
    }
  }

  private func backward(_ cotangent: Tensor) throws -> [Tensor?] {
    let (n, steps, batch) = (units, steps, batch)
    let dy = try Elementwise.converted(cotangent, .f64).storage!
    let dz = try Storage.allocate(gates.shape, .f64)
    let before = try Storage.allocate(outputs.shape, .f64)
    let dh = try Tensor.zeros(Shape(batch, n), .f64).storage!
    let dc = try Tensor.zeros(Shape(batch, n), .f64).storage!
    let groups = (batch + group - 1) / group
    let sums = try Tensor.zeros(Shape(groups, 4 * n), .f64).storage!
    try withExtendedLifetime(dy) {
      let (dy, dz, before, dh, dc) = (dy.f64, dz.f64, before.f64, dh.f64, dc.f64)
      let (z, cells, h, U) = (gates.f64, cells.f64, outputs.f64, recurrent.f64)
      let (firstH, firstC) = (first.h.f64, first.c.f64)
      let group = group
      let sums = sums.f64
      try forEachGroup { rows in
        let row = rows.lowerBound
        let sum = sums + row / group * 4 * n
        for t in stride(from: steps - 1, through: 0, by: -1) {
          if NumericsInterruption.isRaised { return }
          for row in rows {
            let place = row * steps + t
            (before + place * n).update(from: t == 0 ? firstH + row * n : h + (place - 1) * n, count: n)
            Self.pull(
              z + place * 4 * n, cell: cells + place * n,
              cellBefore: t == 0 ? firstC + row * n : cells + (place - 1) * n, dy + place * n, dh + row * n,
              dc + row * n, dz + place * 4 * n, n)
            let d = dz + place * 4 * n
            for j in 0..<4 * n { sum[j] += d[j] }
          }
          MatrixProduct.block(
            dz + (row * steps + t) * 4 * n, false, steps * 4 * n, U, true, 4 * n, dh + row * n, n, rows.count,
            n, 4 * n, adding: false)
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
    Activation.tanh(cell, dO, n)
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
      _ a: MatrixProduct.Operand, _ b: MatrixProduct.Operand, _ shape: Shape, _ m: Int, _ n: Int, _ k: Int
    ) throws -> Tensor {
      let result = try Storage.allocate(shape, .f64)
      try MatrixProduct.run(a, b, result.pointer, m, n, k)
      return try Elementwise.converted(Tensor(result, .f64), type)
    }
    func followed(_ index: Int, _ tensor: () throws -> Tensor) throws -> Tensor? {
      isFollowed[index] ? try tensor() : nil
    }
    return try withExtendedLifetime((x, weights)) {
      [
        try followed(0) {
          try product(
            matrix(dz, width), matrix(weights, width, isTransposed: true), x.shape, rows, features, width)
        },
        try followed(1) { try Elementwise.converted(Tensor(dh, .f64), type) },
        try followed(2) { try Elementwise.converted(Tensor(dc, .f64), type) },
        try followed(3) {
          try product(
            matrix(x, features, isTransposed: true), matrix(dz, width), weights.shape, features, width, rows)
        },
        try followed(4) {
          try product(
            matrix(before, units, isTransposed: true), matrix(dz, width), recurrent.shape, units, width, rows)
        },
        try followed(5) {
          let bias = try Storage.allocate(Shape(width), .f64)
          bias.f64.update(from: sums.f64, count: width)
          return try Elementwise.converted(Tensor(bias, .f64), type)
        },
      ]
    }
  }
}

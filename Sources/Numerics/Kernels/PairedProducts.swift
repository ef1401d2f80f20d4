// The two cotangents of a product of matrices do not depend on each other. Where each is too small to be shared out to
// threads, two threads take one each.

extension MatrixProduct {
  /// From here on, multiply-adds of the lesser one, two at once pay. The gradient of a sum of squares of a product of two
  /// square matrices of f64 by both, one after the other and at once, on two threads of one core of an AMD processor:
  /// with 96 rows 103 µs and 109, with 112 161 and 156, with 128 246 and 220. Threads that have a core each gain more.
  static let leastPaired = 3 << 19

  /// A product of two matrices of one type.
  private struct Plain {
    let a: Tensor
    let b: Tensor
    let transposedA: Bool
    let transposedB: Bool
    let m: Int
    let n: Int
    let k: Int

    /// `nil` where it is no such product, or one that is shared, or not worth a thread.
    init?(_ a: Tensor, _ b: Tensor, transposedA: Bool, transposedB: Bool) {
      guard a.rank == 2, b.rank == 2, a.meta == b.meta, a.isPlain, a.type == .f64 || a.type == .f32 else {
        return nil
      }
      let (x, y) = (a.shape, b.shape)
      (m, k) = transposedA ? (x[1], x[0]) : (x[0], x[1])
      n = transposedB ? y[0] : y[1]
      guard k == (transposedB ? y[1] : y[0]), m * n * k <= MatrixProduct.sharedWork,
        m * n * k >= MatrixProduct.leastPaired
      else { return nil }
      (self.a, self.b, self.transposedA, self.transposedB) = (a, b, transposedA, transposedB)
    }

    func run(_ result: Storage) {
      if a.type == .f32 { run(result, Float.self) } else { run(result, Double.self) }
    }

    private func run<T: LoopElement>(_ result: Storage, _: T.Type) {
      guard let x = a.storage, let y = b.storage else { return }
      let left = Operand(T.elements(x), stride: a.shape[1], isTransposed: transposedA)
      let right = Operand(T.elements(y), stride: b.shape[1], isTransposed: transposedB)
      let c = T.elements(result)
      if !runWithIdentity(left, right, c, m, n, k) { block(left, right, c, stride: n, m, n, k, .set) }
    }
  }

  /// Both cotangents of `op(A) op(B)`; `nil` where they are computed one after the other.
  static func cotangents(_ c: Tensor, _ x: Application) throws -> (Tensor, Tensor)? {
    guard Workers.areUsed else { return nil }
    let (a, b) = (x.first, x.second)
    let (transposedA, transposedB) = (x.integers[0] != 0, x.integers[1] != 0)
    // As `Products.cotangent` has them.
    let first =
      transposedA
      ? Plain(b, c, transposedA: transposedB, transposedB: true)
      : Plain(c, b, transposedA: false, transposedB: !transposedB)
    let second =
      transposedB
      ? Plain(c, a, transposedA: true, transposedB: transposedA)
      : Plain(a, c, transposedA: !transposedA, transposedB: false)
    guard let first, let second else { return nil }
    let results = (
      try Storage.allocate(Shape(first.m, first.n), c.type),
      try Storage.allocate(Shape(second.m, second.n), c.type)
    )
    try Workers.forEach(2) { $0 == 0 ? first.run(results.0) : second.run(results.1) }
    return (Tensor(results.0, c.type), Tensor(results.1, c.type))
  }
}

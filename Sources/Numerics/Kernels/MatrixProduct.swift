import CVector

/// C = op(A) op(B) on row-major matrices, all of f64 or all of f32. What a product is stands in `CVector.h`: each
/// entry is its own chain of fused multiply-adds, so neither tiles nor threads can be told from the result, and
/// both may be chosen by what is fast.
enum MatrixProduct {
  /// From here on several threads pay.
  static let sharedWork = 1 << 21
  /// Multiply-adds between two looks at the interruption flag: some milliseconds.
  private static let workBetweenLooks = 1 << 28
  /// A sum of fewer products takes as long as one of so many: what takes time is the memory.
  private static let leastDepth = 64

  /// A matrix by its elements: those of a row are `column` apart, those of a column `row`.
  struct Operand<Element> {
    var elements: ElementView<Element>
    let row: Int
    let column: Int

    /// Of a matrix stored row after row with `stride` elements between them, or of its transpose.
    init(_ elements: ElementView<Element>, stride: Int, isTransposed: Bool = false) {
      self.elements = elements
      (row, column) = isTransposed ? (1, stride) : (stride, 1)
    }

    /// The matrix that many elements further on.
    func advanced(by elements: Int) -> Operand {
      var next = self
      next.elements = next.elements + elements
      return next
    }

    /// The part from a row and a column on.
    func from(row: Int, column: Int) -> Operand { advanced(by: row * self.row + column * self.column) }
  }

  /// What becomes of the entries that C had.
  enum Mode {
    case set
    case add
    /// They begin the first chain.
    case proceed

    fileprivate var code: Int32 {
      switch self {
      case .set: Int32(VECTOR_SET)
      case .add: Int32(VECTOR_ADD)
      case .proceed: Int32(VECTOR_CONTINUE)
      }
    }
  }

  /// A product on this thread, of blocks of larger matrices: rows of C are `stride` apart. Large ones are cut, so that
  /// an interruption is heard; an entry does not depend on where.
  static func block<T: LoopElement>(
    _ a: Operand<T>, _ b: Operand<T>, _ c: ElementView<T>, stride: Int, _ m: Int, _ n: Int, _ k: Int,
    _ mode: Mode
  ) {
    // A matrix without columns may have more rows than can be counted through.
    guard m > 0, n > 0 else { return }
    // Where there is nothing to add the entries are written all the same.
    let depth = max(k, leastDepth)
    guard m * n * depth > workBetweenLooks else { return call(a, b, c, stride, m, n, k, mode) }
    let height = max(1, workBetweenLooks / (n * depth))
    let width = max(1, workBetweenLooks / (height * depth))
    for row in Swift.stride(from: 0, to: m, by: height) {
      for column in Swift.stride(from: 0, to: n, by: width) {
        if NumericsInterruption.isRaised { return }
        call(
          a.from(row: row, column: 0), b.from(row: 0, column: column), c + (row * stride + column), stride,
          min(height, m - row), min(width, n - column), k, mode)
      }
    }
  }

  @inline(__always)
  private static func call<T: LoopElement>(
    _ a: Operand<T>, _ b: Operand<T>, _ c: ElementView<T>, _ stride: Int, _ m: Int, _ n: Int, _ k: Int,
    _ mode: Mode
  ) {
    T.loops.product(
      m, n, k, a.elements.matrix(m, k, row: a.row, column: a.column), a.row, a.column,
      b.elements.matrix(k, n, row: b.row, column: b.column), b.row, b.column,
      c.matrix(m, n, row: stride, column: 1), stride, 1, mode.code)
  }

  /// One product, in tiles that workers take where it is large.
  static func run<T: LoopElement>(
    _ a: Operand<T>, _ b: Operand<T>, _ c: ElementView<T>, _ m: Int, _ n: Int, _ k: Int
  ) throws {
    let work = m * n * k
    if runWithIdentity(a, b, c, m, n, k) { return }
    guard work > sharedWork else {
      block(a, b, c, stride: n, m, n, k, .set)
      return try NumericsInterruption.poll()
    }
    let (height, width) = tile(m, n, k)
    let across = (n + width - 1) / width
    try Workers.forEach((m + height - 1) / height * across) { index in
      let row = index / across * height
      let column = index % across * width
      let (rows, columns) = (min(height, m - row), min(width, n - column))
      // Whole chains at a time, so that they stay what they are.
      let length = Int(VECTOR_STRETCH)
      let work = max(rows * columns, leastDepth * (rows + columns)) * length
      let depth = max(1, workBetweenLooks / work) * length
      for start in stride(from: 0, to: k, by: depth) {
        if NumericsInterruption.isRaised { return }
        block(
          a.from(row: row, column: start), b.from(row: start, column: column), c + row * n + column,
          stride: n,
          rows, columns, min(depth, k - start), start == 0 ? .set : .add)
      }
    }
  }

  /// Many products of one shape: entry `i` is of the matrices `pairs[i]` of the stacks a and b.
  static func run<T: LoopElement>(
    _ a: Operand<T>, _ b: Operand<T>, _ c: ElementView<T>, _ m: Int, _ n: Int, _ k: Int,
    pairs: [(a: Int, b: Int)]
  ) throws {
    let work = m * n * k
    if work > sharedWork << 2 {
      for (entry, pair) in pairs.enumerated() {
        try run(a.advanced(by: pair.a * m * k), b.advanced(by: pair.b * k * n), c + entry * m * n, m, n, k)
      }
      return
    }
    try pairs.withUnsafeBufferPointer { pairs in
      guard let first = pairs.baseAddress else { return }
      func multiply(_ entries: Range<Int>) {
        #if NABLA_CHECKED
          for pair in pairs[entries] {
            _ = (a.elements + pair.a * m * k).matrix(m, k, row: a.row, column: a.column)
            _ = (b.elements + pair.b * k * n).matrix(k, n, row: b.row, column: b.column)
          }
        #endif
        first.withMemoryRebound(to: (Int, Int).self, capacity: pairs.count) { first in
          T.loops.products(
            entries.count, first + entries.lowerBound, m, n, k, a.elements.run(0), a.row, a.column,
            b.elements.run(0), b.row, b.column, (c + entries.lowerBound * m * n).run(entries.count * m * n))
        }
      }
      // Where there is nothing to add, the entries are what takes time.
      let work = max(m * n * k, 8 * (m * n + (m + n) * k))
      if work * pairs.count <= sharedWork {
        multiply(0..<pairs.count)
        return try NumericsInterruption.poll()
      }
      let group = max(1, sharedWork / 2 / max(work, 1))
      try withoutActuallyEscaping(multiply) { multiply in
        try Workers.forEach((pairs.count + group - 1) / group) { index in
          if !NumericsInterruption.isRaised {
            multiply(index * group..<min((index + 1) * group, pairs.count))
          }
        }
      }
    }
  }

  /// How C is cut: two parts for each thread, so that none waits long for the last; more would pack the same rows and
  /// columns again and again (512×512×512 on two threads: 3.0 ms in 4 parts, 5.0 in 9).
  private static func tile(_ m: Int, _ n: Int, _ k: Int) -> (height: Int, width: Int) {
    let parts = Workers.areUsed ? 2 * Workers.count : 1
    let area = Double(max(sharedWork, m * n * k / parts) / k)
    func whole(_ edge: Double, _ limit: Int) -> Int {
      min(limit, 1024, max(32, Int(clamping: (edge / 32).rounded(.up), to: 0...32) * 32))
    }
    var height = whole(area.squareRoot(), m)
    let width = whole(area / Double(height), n)
    height = whole(area / Double(width), m)
    return (height, width)
  }
}

import CVector

/// Which axes a reduction takes, and what comes out.
struct ReductionPlan {
  /// From 0, ascending.
  let axes: [Int]
  /// The input's shape with the axes of length 1.
  let kept: Shape
  let result: Shape
  /// How many elements each result takes.
  let count: Int

  init(_ shape: Shape, axes: [Int]?, keep: Bool) {
    self.axes = axes ?? Array(0..<shape.rank)
    var kept = shape
    var rest: [Int] = []
    var count = 1
    for axis in 0..<shape.rank {
      if self.axes.contains(axis) {
        kept[axis] = 1
        count *= shape[axis]
      } else {
        rest.append(shape[axis])
      }
    }
    self.kept = kept
    self.count = count
    result = keep ? kept : Shape(rest)
  }

  init(_ arguments: OperationArguments, _ x: Tensor) throws {
    self.init(x.shape, axes: try arguments.axes(rank: x.rank), keep: try arguments.flag("keep"))
  }
}

/// Reductions in a fixed order, so that a result does not depend on the machine: along contiguous runs in
/// vector lanes, across runs row by row. f32 is accumulated in f64 and rounded once.
enum Reduction {
  /// `x` as outer × reduced × inner with the reduced axes side by side; moved to the end if they are not.
  static func grouped(_ x: Tensor, _ axes: [Int]) throws -> (x: Tensor, outer: Int, count: Int, inner: Int) {
    let shape = x.shape
    guard let first = axes.first, let last = axes.last else { return (x, shape.elementCount, 1, 1) }
    let count = axes.reduce(1) { $0 * shape[$1] }
    if last - first == axes.count - 1 {
      return (x, shape[..<first].reduce(1, *), count, shape[(last + 1)...].reduce(1, *))
    }
    let others = (0..<shape.rank).filter { !axes.contains($0) }
    return (try Structure.permuted(x.primal, others + axes), others.reduce(1) { $0 * shape[$1] }, count, 1)
  }

  /// Of the shape of a result: that it is what `x` has without the axes, which may stay with length 1.
  static func check(_ result: Shape, of x: Shape, without axes: [Int]) {
    var place = 0
    func skipOnes() { while place < result.rank, result[place] == 1 { place += 1 } }
    for axis in 0..<x.rank where x[axis] != 1 && !axes.contains(axis) {
      skipOnes()
      precondition(place < result.rank && result[place] == x[axis])
      place += 1
    }
    skipOnes()
    precondition(place == result.rank)
  }

  static func sum(_ x: Tensor, to shape: Shape) throws -> Tensor {
    try Broadcasting.checkStretch(shape, to: x.shape)
    let offset = x.rank - shape.rank
    let axes = (0..<x.rank).filter { $0 < offset || (shape[$0 - offset] == 1 && x.shape[$0] != 1) }
    return try sum(x, axes, shape)
  }

  /// The sums over `axes`, in the shape given.
  static func sum(_ x: Tensor, _ axes: [Int], _ shape: Shape) throws -> Tensor {
    guard x.storage != nil else {
      return try Elementwise.converted(x.primal, x.type.arithmetic).viewed(shape)
    }
    check(shape, of: x.shape, without: axes)
    if shape.elementCount == 0 { return try Tensor.zeros(shape, x.type.arithmetic) }
    let (x, outer, count, inner) = try grouped(x, axes)
    let source = x.storage!
    let type = x.type.arithmetic
    if shape.rank == 0 {
      return Tensor(try total(source, x.type, 0, count * outer * inner), type: type)
    }
    if inner == 1 {
      let result = try Storage.allocate(shape, type)
      if count > blockLength || x.type == .f16 || x.type == .bool {
        for block in 0..<outer {
          result.store(try total(source, x.type, block * count, count), at: block, type)
          try NumericsInterruption.poll()
        }
        return Tensor(result, type)
      }
      if x.type == .f32 {
        let (short, sums) = (source.f32, result.f32)
        try forEachGroup(outer, of: count) { sums[$0] = Float(Float.sum(short + $0 * count, count)) }
      } else {
        let (wide, sums) = (source.f64, result.f64)
        try forEachGroup(outer, of: count) { sums[$0] = Double.sum(wide + $0 * count, count) }
      }
      return Tensor(result, type)
    }
    let wide = try Tensor.zeros(shape, .f64)
    let values = x.type == .f32 ? x : try Elementwise.converted(x.primal, .f64)
    func addAll<E: LoopElement>(_ elements: ElementView<E>) throws {
      for block in 0..<outer {
        try addRows(
          elements + block * count * inner, rows: count, columns: inner, to: wide.storage!.f64 + block * inner
        )
        try NumericsInterruption.poll()
      }
    }
    try withExtendedLifetime(values) {
      try x.type == .f32 ? addAll(values.storage!.f32) : addAll(values.storage!.f64)
    }
    return try Elementwise.converted(wide, type)
  }

  /// Calls `body` for 0 ..< `outer`, several of them in a part where each takes few elements.
  static func forEachGroup(
    _ outer: Int, of count: Int, weight: Int = 1, _ body: (Int) -> Void
  ) throws {
    let share = max(1, blockLength / max(1, count * min(weight, 2)))
    try Workers.share((outer + share - 1) / share, weight: share * count * weight) { part in
      for group in part * share..<min(outer, (part + 1) * share) { body(group) }
    }
  }

  /// Adds the rows of a matrix to a row of f64, one after the other. Wide ones are divided among threads by
  /// columns; of narrow ones, blocks of rows are added up, and then the blocks.
  private static func addRows<E: LoopElement>(
    _ x: ElementView<E>, rows: Int, columns: Int, to sums: ElementView<Double>
  ) throws {
    if rows * columns <= blockLength { return E.accumulate(x, rows: rows, stride: columns, sums, columns) }
    if columns >= 2048 {
      let share = 1024
      return try Workers.share((columns + share - 1) / share, weight: rows * share) { part in
        let column = part * share
        accumulate(x + column, rows, columns, sums + column, min(share, columns - column))
      }
    }
    let share = blockLength / columns
    let parts = (rows + share - 1) / share
    let partial = try Tensor.zeros(Shape(parts, columns), .f64)
    let lines = partial.storage!.f64
    try Workers.share(parts, weight: blockLength) { part in
      E.accumulate(
        x + part * share * columns, rows: min(share, rows - part * share), stride: columns,
        lines + part * columns,
        columns)
    }
    withExtendedLifetime(partial) { accumulate(lines, parts, columns, sums, columns) }
  }

  /// Adds rows of up to 2,048 columns to sums, some rows at a time; what an interruption leaves undone nobody sees.
  private static func accumulate<E: LoopElement>(
    _ x: ElementView<E>, _ rows: Int, _ stride: Int, _ sums: ElementView<Double>, _ columns: Int
  ) {
    let share = max(1, blockLength / columns)
    for row in Swift.stride(from: 0, to: rows, by: share) {
      if NumericsInterruption.isRaised { return }
      E.accumulate(x + row * stride, rows: min(share, rows - row), stride: stride, sums, columns)
    }
  }

  /// The sum of all elements, not rounded to their type.
  static func wideSum(_ x: Tensor) throws -> Double {
    guard let storage = x.storage else { return x.scalar }
    return try total(storage, x.type, 0, storage.count)
  }

  /// The sum of a contiguous run.
  static func total(_ source: Storage, _ type: ElementType, _ start: Int, _ count: Int) throws -> Double {
    switch type {
    case .f64:
      let x = source.f64 + start
      return try total(count) { Double.sum(x + $0, $1) }
    case .f32:
      let x = source.f32 + start
      return try total(count) { Float.sum(x + $0, $1) }
    case .f16:
      let x = source.f16 + start
      return try total(count) { first, length in
        var sum = 0.0
        for i in first..<first + length { sum += x[i].value }
        return sum
      }
    case .bool:
      let x = source.bool + start
      return try total(count) { first, length in
        var whole = 0
        for i in first..<first + length { whole += Int(x[i]) }
        return Double(whole)
      }
    }
  }

  /// The sum of what `part(start, length)` gives for the blocks of a run, in order.
  static func total(_ count: Int, _ part: (Int, Int) -> Double) throws -> Double {
    if count <= blockLength { return part(0, count) }
    let blocks = (count - 1) / blockLength + 1
    return try withUnsafeTemporaryAllocation(of: Double.self, capacity: blocks) { parts in
      parts.initialize(repeating: 0)
      let sums = ElementView(parts.baseAddress!, count: blocks)
      try forEachBlock(count) { sums[$0 / blockLength] = part($0, $1) }
      return Double.sum(sums, blocks)
    }
  }

  /// The sum of the sums of several blocks.
  static func total(of blockSums: [Double]) -> Double {
    blockSums.withUnsafeBufferPointer { sums in
      sums.baseAddress.map { vector_sum_f64($0, sums.count) } ?? 0
    }
  }

  /// The sums of the blocks that `total` adds up.
  static func blockSums(_ count: Int, _ part: (Int, Int) -> Double) throws -> [Double] {
    var sums = [Double](repeating: 0, count: (count + blockLength - 1) / blockLength)
    try sums.withUnsafeMutableBufferPointer { sums in
      try forEachBlock(count) { sums[$0 / blockLength] = part($0, $1) }
    }
    return sums
  }

  /// The same of the elements of a tensor of f64 or f32.
  static func blockSums(_ x: Tensor) throws -> [Double] {
    if x.type == .f32, let short = x.storage {
      return try blockSums(short.count) { Float.sum(short.f32 + $0, $1) }
    }
    guard let wide = try Elementwise.converted(x.primal, .f64).storage else { return [x.scalar] }
    return try blockSums(wide.count) { Double.sum(wide.f64 + $0, $1) }
  }

  /// The position in `x` of the first greatest (or least) element of each group; NaN wins over all.
  static func extremePositions(
    _ x: Tensor, _ plan: ReductionPlan, greatest: Bool, _ name: String
  ) throws -> [Int] {
    guard plan.count > 0 else { throw Fault.emptyReduction(operation: name, shape: x.shape) }
    guard let source = x.storage else { return [0] }
    let shape = source.shape
    guard let first = plan.axes.first, let last = plan.axes.last else { return Array(0..<x.count) }
    guard last - first == plan.axes.count - 1 else {
      return try groups(x, plan).map { group in
        let best = group[bestOffset(group.count, greatest) { x.element(group[$0]) }]
        try NumericsInterruption.poll()
        return best
      }
    }
    let inner = shape[(last + 1)...].reduce(1, *)
    let outer = shape[..<first].reduce(1, *)
    guard outer * inner > 0 else { return [] }
    try Memory.reserve(outer * inner * MemoryLayout<Int>.size)
    var positions = [Int](repeating: 0, count: outer * inner)
    try positions.withUnsafeMutableBufferPointer { positions in
      let places = ElementView(positions.baseAddress!, count: positions.count)
      func best<E: LoopElement>(of elements: ElementView<E>) throws {
        guard inner == 1 else {
          return try bestOfRows(places, outer, plan.count, inner, greatest) { elements[$0] }
        }
        try forEachGroup(outer, of: plan.count) {
          places[$0] = $0 * plan.count + bestOffset(elements + $0 * plan.count, plan.count, greatest)
        }
      }
      switch x.type {
      case .f64: try best(of: source.f64)
      case .f32: try best(of: source.f32)
      case .f16: try bestOfRows(places, outer, plan.count, inner, greatest) { source.f16[$0].value }
      case .bool: try bestOfRows(places, outer, plan.count, inner, greatest) { Double(source.bool[$0]) }
      }
    }
    return positions
  }

  /// The best value of each block, in vectors, and of these the first that is best; then where in its block it is.
  private static func bestOffset<E: LoopElement>(_ x: ElementView<E>, _ count: Int, _ greatest: Bool) -> Int {
    var best = E.nan
    var place = 0
    for start in stride(from: 0, to: count, by: blockLength) {
      if NumericsInterruption.isRaised { return 0 }
      let length = min(blockLength, count - start)
      let candidate = greatest ? E.greatest(x + start, length) : E.least(x + start, length)
      if start == 0 || candidate.isNaN || (greatest ? candidate > best : candidate < best) {
        (best, place) = (candidate, start)
      }
      if best.isNaN { break }
    }
    if best.isNaN {
      while !x[place].isNaN { place += 1 }
    } else {
      while x[place] != best { place += 1 }
    }
    return place
  }

  /// Row by row, as the elements lie: `places` holds the position of the best so far in each column.
  @inline(__always)
  private static func bestOfRows<Element: BinaryFloatingPoint>(
    _ places: ElementView<Int>, _ outer: Int, _ count: Int, _ inner: Int, _ greatest: Bool,
    _ element: (Int) -> Element
  ) throws {
    for block in 0..<outer {
      let best = places + block * inner
      for first in stride(from: 0, to: inner, by: blockLength) {
        let columns = first..<min(first + blockLength, inner)
        for column in columns { best[column] = block * count * inner + column }
        for row in 0..<count {
          if row & 0xFF == 0 || columns.count > 256 { try NumericsInterruption.poll() }
          let start = (block * count + row) * inner
          for column in columns {
            let value = element(best[column])
            let candidate = element(start + column)
            let isBetter = greatest ? !(candidate <= value) : !(candidate >= value)
            if isBetter && value == value { best[column] = start + column }
          }
        }
      }
    }
  }

  @inline(__always)
  private static func bestOffset(_ count: Int, _ greatest: Bool, _ element: (Int) -> Double) -> Int {
    var best = 0
    var value = element(0)
    if value.isNaN { return 0 }
    for offset in 1..<max(count, 1) {
      if offset % blockLength == 0, NumericsInterruption.isRaised { return best }
      let candidate = element(offset)
      if greatest ? !(candidate <= value) : !(candidate >= value) {
        best = offset
        value = candidate
        if value.isNaN { break }
      }
    }
    return best
  }

  /// The row-major positions that each result takes, in order.
  static func groups(_ x: Tensor, _ plan: ReductionPlan) throws -> [[Int]] {
    let shape = x.shape
    let strides = shape.strides
    let reduced = try offsets(plan.axes.map { (shape[$0], strides[$0]) })
    let others = (0..<shape.rank).filter { !plan.axes.contains($0) }
    try Memory.reserve(x.count * MemoryLayout<Int>.size)
    return try offsets(others.map { (shape[$0], strides[$0]) }).map { base in
      try Positions.filled(reduced.count) { base + reduced[$0] }
    }
  }

  /// All sums of one multiple of each stride, the last fastest.
  static func offsets(_ axes: [(length: Int, stride: Int)]) throws -> [Int] {
    if axes.contains(where: { $0.length == 0 }) { return [] }
    var result = [0]
    for (length, stride) in axes {
      result = try Positions.sums(result, length) { $0 * stride }
    }
    return result
  }

  static func quantifier(_ x: Tensor, _ plan: ReductionPlan, all: Bool) throws -> Tensor {
    if x.count == 0 { return try Tensor.filled(all ? 1 : 0, plan.result, .bool) }
    guard x.storage != nil else { return x.primal.viewed(plan.result) }
    let (x, outer, count, inner) = try grouped(x, plan.axes)
    let answers = try Tensor.filled(all ? 1 : 0, Shape(outer * inner), .bool)
    let (bits, to) = (x.storage!.bool, answers.storage!.bool)
    try withExtendedLifetime(x) {
      for block in 0..<outer {
        for row in 0..<count {
          let (line, result) = (bits + (block * count + row) * inner, to + block * inner)
          for first in stride(from: 0, to: inner, by: blockLength) {
            for column in first..<min(first + blockLength, inner) {
              result[column] = all ? result[column] & line[column] : result[column] | line[column]
            }
            if inner > 64 || row & 0xFFF == 0 { try NumericsInterruption.poll() }
          }
        }
      }
    }
    return answers.viewed(plan.result)
  }
}

/// The steps of a plan whose tensors are larger than the caches, in an order in which they can be taken block by block.
/// All large tensors have one number of elements; what is computed of them element by element belongs to a phase, which
/// goes over the elements once. A sum over the elements ends a phase: what depends on it comes in the next.
struct TensorPhases {
  struct Phase {
    /// Steps without large tensors, before the others.
    var small = 0..<0
    /// Steps element by element.
    var wide = 0..<0
    /// Sums of large tensors.
    var sums = 0..<0

    /// Whether it goes over the elements at all.
    var isLarge: Bool { !wide.isEmpty || !sums.isEmpty }
  }

  private(set) var entries: [TensorPlanBuilder.Entry] = []
  private(set) var phases: [Phase] = []
  /// The large tensors that are made in one phase and read in another.
  private(set) var crossing: Set<Int32> = []
  /// Those that sums read: their elements stay until a block is done.
  private(set) var summed: Set<Int32> = []

  /// `nil` where the steps are others than these.
  init?(_ builder: TensorPlanBuilder, _ count: Int) {
    func isWide(_ buffer: Int32) -> Bool { builder.extents[Int(buffer)].count == count }
    // The phase from which on a buffer can be read.
    var ready = [Int](repeating: 0, count: builder.buffers.count)
    var written: Set<Int32> = []
    var small: [[TensorPlanBuilder.Entry]] = []
    var wide: [[TensorPlanBuilder.Entry]] = []
    var sums: [[TensorPlanBuilder.Entry]] = []
    for entry in builder.entries {
      let phase = entry.reads.reduce(0) { max($0, ready[Int($1)]) }
      while wide.count <= phase + 1 {
        small.append([])
        wide.append([])
        sums.append([])
      }
      guard written.insert(entry.writes).inserted else { return nil }
      let large = entry.reads.filter(isWide)
      if isWide(entry.writes) {
        guard entry.step.isElementwise(count, isWide) else { return nil }
        wide[phase].append(entry)
        ready[Int(entry.writes)] = phase
      } else if !large.isEmpty {
        guard entry.step.isSum(count, isWide) else { return nil }
        sums[phase].append(entry)
        summed.formUnion(large)
        ready[Int(entry.writes)] = phase + 1
      } else {
        small[phase].append(entry)
        ready[Int(entry.writes)] = phase
      }
      for buffer in large where written.contains(buffer) && ready[Int(buffer)] != phase {
        crossing.insert(buffer)
      }
    }
    func append(_ more: [TensorPlanBuilder.Entry]) -> Range<Int> {
      entries += more
      return entries.count - more.count..<entries.count
    }
    for index in wide.indices {
      phases.append(
        Phase(small: append(small[index]), wide: append(wide[index]), sums: append(sums[index])))
    }
  }
}

extension TensorPhases {
  /// The phase that makes a large tensor.
  func phase(writing buffer: Int32) -> Int? {
    phases.firstIndex { entries[$0.wide].contains { $0.writes == buffer } }
  }
}

extension TensorStep {
  /// Whether it computes `count` elements one by one, from large tensors and from numbers.
  fileprivate func isElementwise(_ count: Int, _ isWide: (Int32) -> Bool) -> Bool {
    func fits(_ place: TensorPlace, _ step: Int) -> Bool {
      isWide(place.buffer) ? place.offset == 0 && step == 1 : step == 0
    }
    guard rows == 1, columns == count, y.offset == 0 else { return false }
    switch kind {
    case .unary, .unaryCall, .power: return fits(a, 1)
    case .binary, .compare: return fits(a, stepA) && fits(b, stepB)
    case .choose: return fits(a, stepA) && fits(b, stepB) && fits(c, 1)
    case .copy: return fits(a, stepA)
    case .fill: return true
    case .product, .sums, .columnSums, .dot, .transpose, .add, .pick, .put, .kernel: return false
    }
  }

  /// Whether it is a sum over all elements of large tensors.
  fileprivate func isSum(_ count: Int, _ isWide: (Int32) -> Bool) -> Bool {
    guard depth == count, rows == 1, a.offset == 0, isWide(a.buffer) else { return false }
    switch kind {
    case .sums: return true
    case .dot: return b.offset == 0 && isWide(b.buffer)
    default: return false
    }
  }
}

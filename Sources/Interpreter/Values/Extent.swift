import Numerics

/// How much a tree of values is when it is written out: how deep, and how many parts. Parts that are shared count
/// each time, since whatever goes through a tree meets them each time: `t = (t, t)`, 60 times, is small in memory
/// and more than anyone can wait for.
struct Extent {
  /// Levels of tuples and records, this one included.
  let depth: Int32
  /// Tuples, records and leaves, this one included; never more than `most`.
  let parts: Int

  /// So few that the sum of two is a number, and more than any memory holds.
  private static let most = 1 << 56

  static let leaf = Extent(depth: 0, parts: 1)

  private init(depth: Int32, parts: Int) {
    self.depth = depth
    self.parts = parts
  }

  init(around items: [Value]) {
    var depth: Int32 = 0
    var parts = 1
    for item in items {
      let extent = item.extent
      depth = max(depth, extent.depth)
      parts = min(Extent.most, parts &+ extent.parts)
    }
    self.init(depth: depth &+ 1, parts: parts)
    check()
  }

  @inline(__always)
  init(around first: Value, _ second: Value) {
    if case .tensor = first, case .tensor = second {
      self.init(depth: 1, parts: 3)
      return
    }
    let (a, b) = (first.extent, second.extent)
    self.init(depth: max(a.depth, b.depth) &+ 1, parts: min(Extent.most, a.parts &+ b.parts &+ 1))
    check()
  }

  /// A copy of the whole tree, nothing shared, must fit into memory, at 128 bytes a part: a tuple takes 96 and a number 32.
  private func check() {
    if depth > Memory.deepest || parts > max(1000, Memory.limit / 128) {
      NumericsInterruption.raiseNesting()
    }
  }
}

extension Value {
  var extent: Extent {
    switch self {
    case .tuple(let tuple): tuple.extent
    case .record(let record): record.extent
    default: .leaf
    }
  }
}

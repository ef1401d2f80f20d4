/// Lists of positions, which may be as long as a tensor.
enum Positions {
  /// `count` positions, each from its place in the list.
  @inline(__always)
  static func filled(_ count: Int, _ position: (Int) throws -> Int) throws -> [Int] {
    try sums([0], count, position)
  }

  /// Every base with each of `count` offsets, these fastest.
  @inline(__always)
  static func sums(_ bases: [Int], _ count: Int, _ offset: (Int) throws -> Int) throws -> [Int] {
    let (total, isHuge) = bases.count.multipliedReportingOverflow(by: count)
    guard !isHuge, total < Shape.mostElements else { throw Fault.memory(bytes: Int.max, limit: Memory.limit) }
    try Memory.reserve(total * MemoryLayout<Int>.size)
    var list: [Int] = []
    list.reserveCapacity(total)
    var sincePoll = 0
    for base in count > 0 ? bases : [] {
      for start in stride(from: 0, to: count, by: blockLength) {
        let end = min(start + blockLength, count)
        for place in start..<end { list.append(base + (try offset(place))) }
        sincePoll += end - start
        if sincePoll >= blockLength {
          try NumericsInterruption.poll()
          sincePoll = 0
        }
      }
    }
    return list
  }

  /// The places from 0 of which something holds.
  static func filtered(_ count: Int, _ holds: (Int) -> Bool) throws -> [Int] {
    var list: [Int] = []
    for start in stride(from: 0, to: count, by: blockLength) {
      let first = list.count
      for place in start..<min(start + blockLength, count) where holds(place) { list.append(place) }
      if list.count > first { try Memory.reserve(list.count * MemoryLayout<Int>.size) }
      try NumericsInterruption.poll()
    }
    return list
  }
}

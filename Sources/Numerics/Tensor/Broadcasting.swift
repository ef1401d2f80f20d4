/// How two shapes meet: trailing axes align, an axis of length 1 stretches, and where ranks differ only the
/// operand of lower rank may stretch.
package enum Broadcasting {
  package static func shape(_ a: Shape, _ b: Shape, _ operation: String) throws -> Shape {
    if a == b { return a }
    if a.rank == 0 { return b }
    if b.rank == 0 { return a }
    let (high, low) = a.rank >= b.rank ? (a, b) : (b, a)
    let offset = high.rank - low.rank
    var result = high
    for axis in 0..<low.rank {
      let h = high[axis + offset]
      let l = low[axis]
      if h == l || l == 1 { continue }
      guard h == 1, offset == 0 else {
        throw Fault.broadcast(operation: operation, a: a, b: b, wouldBe: stretched(a, b))
      }
      result[axis] = l
    }
    return result
  }

  /// What NumPy's rule gives; `nil` where it has no answer either.
  static func stretched(_ a: Shape, _ b: Shape) -> Shape? {
    let (high, low) = a.rank >= b.rank ? (a, b) : (b, a)
    var result = high
    for axis in 0..<low.rank {
      let place = axis + high.rank - low.rank
      if high[place] == low[axis] || low[axis] == 1 { continue }
      guard high[place] == 1 else { return nil }
      result[place] = low[axis]
    }
    return result
  }

  /// Throws where a tensor of one shape cannot be stretched to the other. What moves elements about by a broadcast asks
  /// here, and nowhere else: of shapes, since counts of elements can agree by accident.
  static func checkStretch(_ shape: Shape, to wide: Shape) throws {
    guard shape.stretches(to: wide) else { throw Fault.stretch(from: shape, to: wide) }
  }

  /// Calls `run(offsetA, offsetB, offsetOut, stepA, stepB, length)` for every run of `out` along which each
  /// operand advances by a fixed step, 0 or 1. Neighbouring axes that behave alike are one, and what is longer than a
  /// block comes in several.
  static func forEachRun(
    _ a: Shape, _ b: Shape, _ out: Shape, _ run: (Int, Int, Int, Int, Int, Int) throws -> Void
  ) throws {
    let runs = Runs(a, b, out)
    try runs.forEach(0..<runs.count) { x, y, z, stepX, stepY, length in
      var start = 0
      while length - start > blockLength {
        try run(x + start * stepX, y + start * stepY, z + start, stepX, stepY, blockLength)
        start += blockLength
        try NumericsInterruption.poll()
      }
      try run(x + start * stepX, y + start * stepY, z + start, stepX, stepY, length - start)
    }
  }

  /// The same, on several threads where there are many elements of `weight` additions each.
  static func forEachRun(
    _ a: Shape, _ b: Shape, _ out: Shape, weight: Int, _ run: (Int, Int, Int, Int, Int, Int) -> Void
  ) throws {
    let runs = Runs(a, b, out)
    if runs.count * runs.length <= blockLength { return try runs.forEach(0..<runs.count, run) }
    if runs.length > blockLength {
      return try runs.forEach(0..<runs.count) { x, y, z, stepX, stepY, length in
        try forEachBlock(length, weight: weight) { start, count in
          run(x + start * stepX, y + start * stepY, z + start, stepX, stepY, count)
        }
      }
    }
    let share = blockLength / runs.length
    try Workers.share((runs.count - 1) / share + 1, weight: share * runs.length * weight) { part in
      // Runs of this length stop for nothing but an interruption, which the caller sees as well.
      try? runs.forEach(part * share..<min(runs.count, (part + 1) * share), run)
    }
  }
}

extension Shape {
  /// Whether a tensor of this shape can be stretched to another: from the last axis on, each axis has the length of
  /// the other's or length 1.
  @inline(__always)
  func stretches(to wide: Shape) -> Bool {
    rank == 0 || self == wide || stretchesFurther(to: wide)
  }

  private func stretchesFurther(to wide: Shape) -> Bool {
    let offset = wide.rank - rank
    guard offset >= 0 else { return false }
    for axis in 0..<rank where self[axis] != 1 && self[axis] != wide[axis + offset] { return false }
    return true
  }
}

/// The runs of a broadcast: how two operands advance along the axes of the result.
private struct Runs {
  /// How many there are, and the length of each.
  let count: Int
  let length: Int
  private let stepA: Int
  private let stepB: Int
  /// The outer axes, innermost last, with each operand's distances along them.
  private var lengths: [Int] = []
  private var stridesA: [Int]
  private var stridesB: [Int]

  init(_ a: Shape, _ b: Shape, _ out: Shape) {
    precondition(a.stretches(to: out) && b.stretches(to: out))
    var stepsA: [Bool] = []
    var stepsB: [Bool] = []
    for axis in 0..<out.rank where out[axis] != 1 {
      let axisA = axis - (out.rank - a.rank)
      let axisB = axis - (out.rank - b.rank)
      let movesA = axisA >= 0 && a[axisA] != 1
      let movesB = axisB >= 0 && b[axisB] != 1
      if let last = stepsA.last, last == movesA, stepsB.last == movesB {
        lengths[lengths.count - 1] *= out[axis]
      } else {
        lengths.append(out[axis])
        stepsA.append(movesA)
        stepsB.append(movesB)
      }
    }
    length = lengths.popLast() ?? out.elementCount
    stepA = stepsA.popLast() ?? true ? 1 : 0
    stepB = stepsB.popLast() ?? true ? 1 : 0
    count = length == 0 ? 0 : lengths.reduce(1, *)
    stridesA = [Int](repeating: 0, count: lengths.count)
    stridesB = stridesA
    var sizeA = stepA == 1 ? length : 1
    var sizeB = stepB == 1 ? length : 1
    for axis in lengths.indices.reversed() {
      if stepsA[axis] {
        stridesA[axis] = sizeA
        sizeA *= lengths[axis]
      }
      if stepsB[axis] {
        stridesB[axis] = sizeB
        sizeB *= lengths[axis]
      }
    }
  }

  func forEach(_ range: Range<Int>, _ run: (Int, Int, Int, Int, Int, Int) throws -> Void) throws {
    guard !range.isEmpty else { return }
    var counter = lengths
    var offsetA = 0
    var offsetB = 0
    var place = range.lowerBound
    for axis in lengths.indices.reversed() {
      counter[axis] = place % lengths[axis]
      place /= lengths[axis]
      offsetA += counter[axis] * stridesA[axis]
      offsetB += counter[axis] * stridesB[axis]
    }
    var sincePoll = 0
    for index in range {
      try run(offsetA, offsetB, index * length, stepA, stepB, length)
      sincePoll += length
      if sincePoll >= blockLength {
        try NumericsInterruption.poll()
        sincePoll = 0
      }
      if index + 1 == range.upperBound { return }
      var axis = lengths.count - 1
      while true {
        counter[axis] += 1
        offsetA += stridesA[axis]
        offsetB += stridesB[axis]
        if counter[axis] < lengths[axis] { break }
        offsetA -= stridesA[axis] * lengths[axis]
        offsetB -= stridesB[axis] * lengths[axis]
        counter[axis] = 0
        axis -= 1
      }
    }
  }
}

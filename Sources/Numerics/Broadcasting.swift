/// How two shapes meet: trailing axes align, an axis of length 1 stretches, and where ranks differ only the
/// operand of lower rank may stretch.
enum Broadcasting {
  static func shape(_ a: Shape, _ b: Shape, _ operation: String) throws -> Shape {
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

  /// Calls `run(offsetA, offsetB, offsetOut, stepA, stepB, length)` for every run of `out` along which each
  /// operand advances by a fixed step, 0 or 1. Neighbouring axes that behave alike are one.
  static func forEachRun(
    _ a: Shape, _ b: Shape, _ out: Shape, _ run: (Int, Int, Int, Int, Int, Int) throws -> Void
  ) throws {
    var lengths: [Int] = []
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
    guard let length = lengths.last else { return try run(0, 0, 0, 1, 1, out.elementCount) }
    guard out.elementCount > 0 else { return }
    let outer = lengths.count - 1
    let stepA = stepsA[outer] ? 1 : 0
    let stepB = stepsB[outer] ? 1 : 0
    // Distances along the outer axes, innermost last.
    var stridesA = [Int](repeating: 0, count: outer)
    var stridesB = stridesA
    var sizeA = stepA == 1 ? length : 1
    var sizeB = stepB == 1 ? length : 1
    for axis in stride(from: outer - 1, through: 0, by: -1) {
      if stepsA[axis] {
        stridesA[axis] = sizeA
        sizeA *= lengths[axis]
      }
      if stepsB[axis] {
        stridesB[axis] = sizeB
        sizeB *= lengths[axis]
      }
    }
    var counter = [Int](repeating: 0, count: outer)
    var offsetA = 0
    var offsetB = 0
    var offset = 0
    let total = out.elementCount
    var sincePoll = 0
    while true {
      try run(offsetA, offsetB, offset, stepA, stepB, length)
      offset += length
      sincePoll += length
      if sincePoll >= blockLength {
        try NumericsInterruption.poll()
        sincePoll = 0
      }
      if offset == total { return }
      var axis = outer - 1
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

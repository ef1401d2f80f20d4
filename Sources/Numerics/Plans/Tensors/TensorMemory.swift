/// Where the buffers of a plan of tensors lie in its memory: apart while both are in use, in each other's place
/// afterwards.
struct TensorMemory {
  /// Where each buffer begins, in bytes; `nil` for those that lie elsewhere.
  private(set) var offsets: [Int?]
  private(set) var bytes = 0
  /// Pieces that are free, in their order.
  private var free: [Range<Int>] = []

  /// Buffers begin at these distances, for the processor's registers.
  private static let alignment = 64

  /// - Parameters:
  ///   - kept: buffers that are read after the last step.
  init(_ entries: [TensorPlanBuilder.Entry], _ buffers: [TensorPlanBuilder.Buffer], kept: Set<Int32>) {
    offsets = [Int?](repeating: nil, count: buffers.count)
    var last = [Int](repeating: -1, count: buffers.count)
    for (index, entry) in entries.enumerated() {
      for buffer in entry.reads + [entry.writes] { last[Int(buffer)] = index }
    }
    for (index, buffer) in buffers.enumerated() {
      if case .number = buffer { offsets[index] = take(8) }
    }
    for (index, entry) in entries.enumerated() {
      let target = Int(entry.writes)
      if offsets[target] == nil, case .room(let bytes) = buffers[target] {
        let operand = entry.mayOverwrite.first { operand in
          guard case .room(bytes) = buffers[Int(operand)], operand != entry.writes else { return false }
          return last[Int(operand)] == index && !kept.contains(operand)
        }
        if let operand {
          offsets[target] = offsets[Int(operand)]
          // Taken over, so that it is not given back.
          last[Int(operand)] = Int.max
        } else {
          offsets[target] = take(bytes)
        }
      }
      if let room = entry.room, case .room(let bytes) = buffers[Int(room)] {
        let start = take(bytes)
        offsets[Int(room)] = start
        give(start, bytes)
      }
      for buffer in Set(entry.reads + [entry.writes])
      where last[Int(buffer)] == index && !kept.contains(buffer) {
        if case .room(let bytes) = buffers[Int(buffer)], let start = offsets[Int(buffer)] {
          give(start, bytes)
        }
      }
    }
  }

  private func rounded(_ bytes: Int) -> Int {
    max(1, (bytes + TensorMemory.alignment - 1) / TensorMemory.alignment) * TensorMemory.alignment
  }

  /// The smallest piece that is large enough, or more memory.
  private mutating func take(_ wanted: Int) -> Int {
    let wanted = rounded(wanted)
    let fitting = free.indices.filter { free[$0].count >= wanted }
    guard let best = fitting.min(by: { free[$0].count < free[$1].count }) else {
      defer { bytes += wanted }
      return bytes
    }
    let start = free[best].lowerBound
    if free[best].count == wanted {
      free.remove(at: best)
    } else {
      free[best] = start + wanted..<free[best].upperBound
    }
    return start
  }

  private mutating func give(_ start: Int, _ given: Int) {
    var piece = start..<start + rounded(given)
    if let before = free.firstIndex(where: { $0.upperBound == piece.lowerBound }) {
      piece = free.remove(at: before).lowerBound..<piece.upperBound
    }
    if let after = free.firstIndex(where: { $0.lowerBound == piece.upperBound }) {
      piece = piece.lowerBound..<free.remove(at: after).upperBound
    }
    free.append(piece)
  }
}

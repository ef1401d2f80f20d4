import CVector
import Synchronization

/// A plan whose tensors are larger than the caches, run block by block: each block of the inputs is read once, all that
/// is computed element by element passes through memory that stays in the cache, and the results are written once.
/// Blocks are shared out to threads. Sums are formed of the same blocks in the same order as the operations form them.
///
/// The gradient of the chain of `Tests/bench` on 10⁷ numbers, first where each operation goes over memory by itself, on
/// one core of an AMD processor: f32 75.6 ms and 29.7, f64 148 and 65.
final class TensorBlocks {
  /// A large tensor whose address depends on the place in it.
  private struct Mover {
    var buffer: Int
    var size: Int
    /// Where in a thread's memory it has room for one block; `nil` where all of its elements are kept.
    var room: Int?
  }

  /// A gradient that is large, and the phase that makes it.
  private struct Result {
    var buffer: Int32
    var isShort: Bool
    var phase: Int
  }

  private let phases: [TensorPhases.Phase]
  /// What each phase costs an element, in additions.
  private let weights: [Int]
  let count: Int
  private let blocks: Int
  private let threads: Int
  private let bufferCount: Int
  /// Where in the memory of a thread its buffers are.
  private let rooms: [(buffer: Int, offset: Int)]
  private let roomBytes: Int
  private let movers: [Mover]
  /// Large tensors that are read in a later phase than that which makes them.
  private let crossing: [(buffer: Int, type: ElementType)]
  private let results: [Result]
  /// The steps on whole pieces, and on the last, which may be shorter.
  private let steps: UnsafeMutableBufferPointer<TensorStep>
  private let tail: UnsafeMutableBufferPointer<TensorStep>
  /// What a phase has for its sums: a number for each block.
  private let sums: UnsafeMutablePointer<Double>
  private let sumCount: Int
  /// What the threads found in the results.
  private let found: UnsafeMutablePointer<Int32>

  /// Elements that pass through all steps together. The chain above with pieces of 512, 1,024, 2,048, 4,096 and 16,384:
  /// f32 30.3, 29.7, 29.5, 29.1 and 30.1 ms; f64 of 1,024, 2,048 and 4,096: 64.3, 66.5 and 67.1.
  private static let piece = 2048
  /// What the memory of one thread may be.
  private static let mostBytes = 4 << 20

  /// How many elements the large tensors of a recording have; `nil` where it has none.
  static func extent(_ recording: Recording) -> Int? {
    let most = (0..<recording.count).reduce(0) { max($0, recording.nodes[$1].value.count) }
    return most > TensorPlanBuilder.mostElements ? most : nil
  }

  /// For readers: how many elements, how many at a time, how often all of them.
  static func passes(_ phases: TensorPhases, _ count: Int) -> (elements: Int, piece: Int, count: Int) {
    (count, piece, phases.phases.count { $0.isLarge })
  }

  /// - Parameter kept: the buffers that are read after the run.
  init?(_ builder: TensorPlanBuilder, _ phases: TensorPhases, _ count: Int, kept: Set<Int32>) {
    var own: [TensorPlanBuilder.Buffer] = builder.buffers.map { _ in .input }
    var movers: [Mover] = []
    var crossing: [(buffer: Int, type: ElementType)] = []
    var results: [Result] = []
    for (index, extent) in builder.extents.enumerated() where extent.count == count {
      let buffer = Int32(truncatingIfNeeded: index)
      switch builder.buffers[index] {
      case .room where kept.contains(buffer): return nil
      case .room where phases.crossing.contains(buffer):
        crossing.append((index, extent.size == 1 ? .bool : extent.size == 4 ? .f32 : .f64))
        movers.append(Mover(buffer: index, size: extent.size))
      case .room where phases.summed.contains(buffer):
        own[index] = .room(bytes: blockLength * extent.size)
        movers.append(Mover(buffer: index, size: extent.size, room: 0))
      case .room: own[index] = .room(bytes: TensorBlocks.piece * extent.size)
      case .result:
        guard let phase = phases.phase(writing: buffer) else { return nil }
        results.append(Result(buffer: buffer, isShort: extent.size == 4, phase: phase))
        movers.append(Mover(buffer: index, size: extent.size))
      case .storage, .constant, .input, .number: movers.append(Mover(buffer: index, size: extent.size))
      }
    }
    let large = phases.phases.flatMap { phases.entries[$0.wide] + phases.entries[$0.sums] }
    let layout = TensorMemory(large, own, kept: phases.summed)
    guard layout.bytes <= TensorBlocks.mostBytes else { return nil }
    for index in movers.indices where movers[index].room != nil {
      guard let offset = layout.offsets[movers[index].buffer] else { return nil }
      movers[index].room = offset
    }
    rooms = own.indices.compactMap { index in
      guard case .room = own[index] else { return nil }
      return layout.offsets[index].map { (index, $0) }
    }
    roomBytes = layout.bytes
    self.phases = phases.phases
    self.count = count
    self.movers = movers
    self.crossing = crossing
    self.results = results
    blocks = (count - 1) / blockLength + 1
    threads = min(Workers.count, blocks)
    bufferCount = builder.buffers.count
    weights = phases.phases.map { phase in
      phases.entries[phase.wide].reduce(1) { sum, entry in
        let isLong = entry.step.kind == .unary && Int(entry.step.function) < VECTOR_LONG_COUNT
        return sum + (isLong ? 8 : 1)
      }
    }
    func copies(of length: Int) -> UnsafeMutableBufferPointer<TensorStep> {
      let copies = UnsafeMutableBufferPointer<TensorStep>.allocate(capacity: phases.entries.count)
      _ = copies.initialize(
        from: phases.entries.map { entry in
          var step = entry.step
          if builder.extents[Int(entry.writes)].count == count { step.columns = length }
          return step
        })
      return copies
    }
    steps = copies(of: TensorBlocks.piece)
    tail = copies(of: (count - 1) % TensorBlocks.piece + 1)
    sumCount = phases.phases.reduce(0) { max($0, $1.sums.count) } * blocks
    sums = .allocate(capacity: max(sumCount, 1))
    found = .allocate(capacity: max(threads * results.count, 1))
  }

  deinit {
    steps.deinitialize()
    steps.deallocate()
    tail.deinitialize()
    tail.deallocate()
    sums.deallocate()
    found.deallocate()
  }

  /// What it holds between runs.
  var bytes: Int { 2 * steps.count * MemoryLayout<TensorStep>.stride + 8 * sumCount }

  /// Runs all steps on the buffers given. Answers false where there is no memory, or the evaluation is to stop.
  func run(_ buffers: UnsafeMutablePointer<UnsafeMutableRawPointer>) -> Bool {
    found.update(repeating: 0, count: threads * results.count)
    var whole: [Storage] = []
    for tensor in crossing {
      guard let storage = try? Storage.allocate(Shape(count), tensor.type) else { return false }
      whole.append(storage)
      buffers[tensor.buffer] = storage.pointer
    }
    return withExtendedLifetime(whole) {
      for index in phases.indices {
        for step in phases[index].small {
          guard steps[step].run(buffers), !NumericsInterruption.isRaised else { return false }
        }
        guard phases[index].isLarge else { continue }
        guard (try? run(index, buffers)) != nil else { return false }
      }
      return true
    }
  }

  /// What the last run left in a result.
  func survey(of buffer: Int) -> NumberSurvey {
    guard let place = results.firstIndex(where: { $0.buffer == buffer }) else { return [] }
    return (0..<threads).reduce(into: []) {
      $0.formUnion(NumberSurvey(rawValue: found[$1 * results.count + place]))
    }
  }

  private func run(_ index: Int, _ buffers: UnsafeMutablePointer<UnsafeMutableRawPointer>) throws {
    let phase = phases[index]
    sums.update(repeating: 0, count: phase.sums.count * blocks)
    let next = Atomic<Int>(0)
    let words = (roomBytes + bufferCount * MemoryLayout<UnsafeMutableRawPointer>.size) / 8 + 1
    try Workers.share(threads, weight: weights[index] * (count / threads)) { thread in
      Scratch.withDoubles(words) { memory in
        let own = UnsafeMutableRawPointer(memory.address)
        let table = (own + roomBytes).assumingMemoryBound(to: UnsafeMutableRawPointer.self)
        table.update(from: buffers, count: bufferCount)
        for room in rooms { table[room.buffer] = own + room.offset }
        while !NumericsInterruption.isRaised {
          let block = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard block < blocks else { return }
          run(index, block, buffers, table, own, found + thread * results.count)
        }
      }
    }
    for (place, step) in phase.sums.enumerated() {
      steps[step].store(vector_sum_f64(sums + place * blocks, blocks), buffers)
    }
  }

  /// One block of a phase, piece after piece, then its sums.
  private func run(
    _ index: Int, _ block: Int, _ buffers: UnsafeMutablePointer<UnsafeMutableRawPointer>,
    _ table: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ own: UnsafeMutableRawPointer,
    _ found: UnsafeMutablePointer<Int32>
  ) {
    let phase = phases[index]
    let start = block * blockLength
    let length = min(blockLength, count - start)
    func move(to first: Int) {
      for mover in movers {
        let base = mover.room.map { own + $0 } ?? buffers[mover.buffer] + start * mover.size
        table[mover.buffer] = base + first * mover.size
      }
    }
    for first in stride(from: 0, to: length, by: TensorBlocks.piece) {
      move(to: first)
      let pieces = first + TensorBlocks.piece > length ? tail : steps
      for step in phase.wide { _ = pieces[step].run(table) }
    }
    move(to: 0)
    for (place, step) in phase.sums.enumerated() {
      sums[place * blocks + block] = steps[step].total(table, length)
    }
    for (place, result) in results.enumerated() where result.phase == index {
      let address = table[Int(result.buffer)]
      let survey =
        result.isShort
        ? Float.survey(address.assumingMemoryBound(to: Float.self), length)
        : Double.survey(address.assumingMemoryBound(to: Double.self), length)
      found[place] |= survey.rawValue
    }
  }
}

extension TensorStep {
  /// The sum that a step forms, of the first so many elements.
  fileprivate func total(_ buffers: UnsafePointer<UnsafeMutableRawPointer>, _ length: Int) -> Double {
    if isShort {
      let p = a.elements(buffers, Float.self)
      return kind == .dot ? Float.dot(p, b.elements(buffers, Float.self), length) : Float.sum(p, length)
    }
    let p = a.elements(buffers, Double.self)
    return kind == .dot ? Double.dot(p, b.elements(buffers, Double.self), length) : Double.sum(p, length)
  }

  fileprivate func store(_ total: Double, _ buffers: UnsafePointer<UnsafeMutableRawPointer>) {
    if isShort {
      y.elements(buffers, Float.self)[0] = Float(total)
    } else {
      y.elements(buffers, Double.self)[0] = total
    }
  }
}

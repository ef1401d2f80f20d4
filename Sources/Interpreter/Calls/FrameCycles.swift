// A function that is kept in a variable of the call that made it holds the frame of that call, and the frame holds
// the function: counting references never frees the two. What follows finds such frames by trial: if all
// references to a frame come from what the frame itself leads to, nobody else can reach it, and its variables are
// let go.
//
// References that the search does not know (from Swift closures, say) look like somebody outside, so that a frame
// may be kept too long but is never freed too early.

import Numerics

/// References to an object, as the runtime counts them.
@_silgen_name("swift_retainCount")
private func referenceCount(_ object: UnsafeRawPointer) -> Int

/// Frames that outlived their call or turn.
enum FrameCycles {
  /// Those that something held when they were last looked at. Not held by this list.
  nonisolated(unsafe) private static var suspects: [Unmanaged<Frame>] = []
  /// How many there were after the last search through all.
  nonisolated(unsafe) private static var survivors = 0
  /// What values may hold, in bytes, before the next search through all.
  nonisolated(unsafe) private static var enough = FrameCycles.slack
  /// What may lie unreachable before anybody looks: a few cells of a usual notebook, little beside the memory of a machine.
  private static let slack = 64 << 20
  nonisolated(unsafe) private static var isSearching = false

  /// Objects that the search at the end of one call looks at; what leads to more waits for the next through all.
  private static let nearby = 1000

  /// The end of a call or turn whose frame somebody holds. The caller holds it once, until afterwards.
  static func outlived(_ frame: Frame) {
    guard !isSearching else { return }
    isSearching = true
    defer { isSearching = false }
    let search = Search(most: nearby)
    // Frames from before this one were not given anything since, so none of them leads here.
    search.start(frame, held: 1, oldest: frame.serial)
    if search.dissolveUnreachable() { return }
    if frame.suspectIndex < 0 {
      frame.suspectIndex = suspects.count
      suspects.append(.passUnretained(frame))
    }
    // With twice as many each time, searching costs a share of what made them.
    if suspects.count > 2 * survivors + 1000 || Memory.live > enough || MemoryWatch.wantsReview {
      searchAll()
    }
  }

  /// The end of a turn of a loop with a frame of its own.
  static func turnEnded(_ frame: inout Frame) {
    if !isKnownUniquelyReferenced(&frame) { outlived(frame) }
  }

  /// Looks at every frame that outlived its call; between cells, and where memory is short.
  static func collect() {
    guard !isSearching, suspects.count > survivors else { return }
    isSearching = true
    defer { isSearching = false }
    searchAll()
  }

  private static func searchAll() {
    let search = Search(most: Int.max)
    for suspect in suspects {
      search.start(suspect._withUnsafeGuaranteedRef { $0 }, held: 0, oldest: 0)
    }
    search.dissolveUnreachable()
    survivors = suspects.count
    enough = 2 * Memory.live + slack
  }

  /// A frame that is being released.
  static func forget(_ index: Int) {
    let last = suspects.removeLast()
    guard index < suspects.count else { return }
    suspects[index] = last
    last._withUnsafeGuaranteedRef { $0.suspectIndex = index }
  }
}

/// One search: the objects that some frames lead to, and how many of the references to each come from them.
private final class Search {
  private enum Object {
    case frame(Unmanaged<Frame>)
    case function(Unmanaged<Function>)
    case tuple(Unmanaged<Tuple>)
    case record(Unmanaged<Record>)
  }

  private var objects: [Object] = []
  private var places: [UnsafeRawPointer: Int] = [:]
  /// References that are accounted for, by object.
  private var known: [Int] = []
  private var isReached: [Bool] = []
  /// Frames with a smaller serial number are left out.
  private var oldest: UInt64 = 0
  private var done = 0
  private let most: Int
  private var edge: (UnsafeRawPointer, () -> Object) -> Void = { _, _ in }

  init(most: Int) { self.most = most }

  /// Adds a frame and all that it leads to. `held`: references that the caller of the search has.
  func start(_ frame: Frame, held: Int, oldest: UInt64) {
    self.oldest = oldest
    let place = add(Self.address(frame)) { .frame(.passUnretained(frame)) }
    known[place] += held
    edge = { [unowned self] pointer, object in
      known[add(pointer, object)] += 1
    }
    while done < objects.count, objects.count <= most {
      follow(objects[done])
      done += 1
    }
  }

  /// Empties the frames that nothing outside leads to. Answers whether the first one was among them.
  @discardableResult
  func dissolveUnreachable() -> Bool {
    guard done == objects.count else { return false }
    isReached = [Bool](repeating: false, count: objects.count)
    var reached: [Int] = []
    for (pointer, place) in places where referenceCount(pointer) > known[place] {
      isReached[place] = true
      reached.append(place)
    }
    edge = { [unowned self] pointer, _ in
      guard let place = places[pointer], !isReached[place] else { return }
      isReached[place] = true
      reached.append(place)
    }
    while let place = reached.popLast() { follow(objects[place]) }
    edge = { _, _ in }
    guard isReached.contains(false) else { return false }
    var unreachable: [Frame] = []
    for (place, object) in objects.enumerated() where !isReached[place] {
      if case .frame(let frame) = object { unreachable.append(frame.takeUnretainedValue()) }
    }
    for frame in unreachable { frame.letGoOfVariables() }
    return !isReached[0]
  }

  private func add(_ pointer: UnsafeRawPointer, _ object: () -> Object) -> Int {
    if let place = places[pointer] { return place }
    places[pointer] = objects.count
    objects.append(object())
    known.append(0)
    return objects.count - 1
  }

  /// Calls `edge` for each reference that an object has.
  private func follow(_ object: Object) {
    switch object {
    case .frame(let frame):
      frame._withUnsafeGuaranteedRef { frame in
        for index in 0..<frame.count { follow(frame.slots[index]) }
        follow(frame.result)
        if let parent = frame.keptParent { follow(parent) }
      }
    case .function(let function):
      function._withUnsafeGuaranteedRef { function in
        if let frame = function.heldFrame { follow(frame) }
        for origin in function.heldFunctions {
          edge(Self.address(origin)) { .function(.passUnretained(origin)) }
        }
      }
    case .tuple(let tuple):
      tuple._withUnsafeGuaranteedRef { for index in 0..<$0.count { follow($0[index]) } }
    case .record(let record):
      record._withUnsafeGuaranteedRef { for item in $0.items { follow(item) } }
    }
  }

  private func follow(_ frame: Frame) {
    guard frame.serial >= oldest else { return }
    edge(Self.address(frame)) { .frame(.passUnretained(frame)) }
  }

  private func follow(_ value: Value) {
    switch value {
    case .function(let function):
      if function.heldFrame != nil || !function.heldFunctions.isEmpty {
        edge(Self.address(function)) { .function(.passUnretained(function)) }
      }
    case .tuple(let tuple): edge(Self.address(tuple)) { .tuple(.passUnretained(tuple)) }
    case .record(let record): edge(Self.address(record)) { .record(.passUnretained(record)) }
    case .unset, .nothing, .tensor, .string, .interval, .figure: break
    }
  }

  private static func address(_ object: AnyObject) -> UnsafeRawPointer {
    UnsafeRawPointer(Unmanaged.passUnretained(object).toOpaque())
  }
}

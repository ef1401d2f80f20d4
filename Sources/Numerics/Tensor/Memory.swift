import Glibc

/// The memory that tensors hold. Buffers are kept in free lists by size, because a fresh page from the
/// system costs ten times as much as the arithmetic on it. Used on the evaluation thread only.
public enum Memory {
  /// Bytes that tensors may hold at once.
  nonisolated(unsafe) public static var limit = Int.max

  /// Bytes that tensors hold now.
  nonisolated(unsafe) public internal(set) static var live = 0

  /// Frees what is held for nothing; asked before the limit is said to be met.
  nonisolated(unsafe) public static var reclaim: (() -> Void)?

  /// How many levels deep values may hold each other, on a stack of the usual size: what goes through them does so by
  /// recursion.
  package static let greatestDepth = 10_000

  /// The same on the stack that there is.
  nonisolated(unsafe) package static var deepest = greatestDepth

  /// What a session may hold where nothing else is said: 80 % of the memory of the machine, or of the
  /// container that the process runs in.
  public static let machineShare: Int = {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let machine = pages > 0 ? pages * sysconf(Int32(_SC_PAGESIZE)) : Int.max
    return min(machine, containerLimit ?? Int.max) / 5 * 4
  }()

  private static var containerLimit: Int? {
    guard let file = fopen("/sys/fs/cgroup/memory.max", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 64)
    guard fgets(&line, 64, file) != nil else { return nil }
    let text = line.prefix { $0 >= 48 && $0 <= 57 }.map { UInt8(bitPattern: $0) }
    return Int(String(decoding: text, as: UTF8.self))
  }

  /// Bytes kept for reuse.
  nonisolated(unsafe) static var spare = 0

  /// The same, as another thread sees it: about.
  package static var kept: Int { spare }

  /// Buffers up to this many bytes live inside the storage object, where malloc is quickest.
  static let inlineBytes = 768

  /// Buffers above this are handed back to the system at once: beside the time to fill 256 MB that for the pages is
  /// no matter, and all that is kept together is at most 1 GB, a share of the memory of any machine.
  private static let largestKept = 1 << 28
  private static let spareLimit = 1 << 30

  /// Four classes for each power of two; the lists are linked through the buffers themselves.
  nonisolated(unsafe) private static let lists: UnsafeMutablePointer<UnsafeMutableRawPointer?> = {
    let lists = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: 256)
    lists.initialize(repeating: nil, count: 256)
    return lists
  }()

  private static func sizeClass(_ bytes: Int) -> (index: Int, bytes: Int) {
    let power = Int.bitWidth - 1 - (bytes - 1).leadingZeroBitCount
    let quarter = 1 << (power - 2)
    let steps = ((bytes - 1) >> (power - 2)) + 1
    return (power * 4 + steps - 5, steps * quarter)
  }

  /// A buffer of at least `bytes`, aligned for vectors; `nil` where the system has none.
  static func buffer(_ bytes: Int) -> UnsafeMutableRawPointer? {
    let (index, rounded) = sizeClass(bytes)
    if let buffer = lists[index] {
      lists[index] = buffer.load(as: UnsafeMutableRawPointer?.self)
      spare -= rounded
      return buffer
    }
    if live + spare + rounded > limit { trim() }
    var buffer: UnsafeMutableRawPointer?
    guard posix_memalign(&buffer, 64, rounded) == 0 else { return nil }
    return buffer
  }

  static func recycle(_ buffer: UnsafeMutableRawPointer, bytes: Int) {
    let (index, rounded) = sizeClass(bytes)
    guard rounded <= largestKept, spare + rounded <= spareLimit, live + spare + rounded <= limit else {
      free(buffer)
      return
    }
    buffer.storeBytes(of: lists[index], as: UnsafeMutableRawPointer?.self)
    lists[index] = buffer
    spare += rounded
  }

  /// Gives every spare buffer back to the system.
  public static func trim() {
    for index in 0..<256 {
      while let buffer = lists[index] {
        lists[index] = buffer.load(as: UnsafeMutableRawPointer?.self)
        free(buffer)
      }
    }
    spare = 0
  }

  /// Counts bytes that a value other than a tensor takes; past the limit the next poll throws.
  @inline(__always)
  public static func hold(_ bytes: Int) {
    live &+= bytes
    if live > limit { overdraw() }
  }

  @inline(never)
  private static func overdraw() {
    reclaim?()
    if live > limit { NumericsInterruption.raiseOverdraft() }
  }

  @inline(__always)
  public static func release(_ bytes: Int) { live &-= bytes }

  /// Throws where `bytes` more would pass the limit.
  public static func reserve(_ bytes: Int) throws {
    guard bytes > limit - live else { return }
    if bytes <= limit { reclaim?() }
    if bytes > limit - live { throw Fault.memory(bytes: bytes, limit: limit) }
  }
}

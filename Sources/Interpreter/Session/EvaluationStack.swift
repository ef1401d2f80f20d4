import Glibc
import Numerics
import System

/// What is left of the stack of the thread that evaluates.
enum EvaluationStack {
  /// Bytes of stack of the evaluation thread. The deepest programs that somebody would write take 20 MB for 10,000
  /// levels; with 490 calls in each other at every level they take 1 GB.
  static let largest = 1 << 30
  /// With less a program gets nowhere.
  static let least = 1 << 22
  /// What is in use where an evaluation begins.
  static let entry = 1 << 16
  /// What the first thread of a process has left in any case: systems give it 8 MB.
  static let ofFirstThread = 1 << 21

  /// The address that calls may not go below; 0 where no evaluation has begun on this thread.
  nonisolated(unsafe) private static var floor: UInt = 0

  /// For what a call does before the next one looks: a walk over a value of 10,000 levels, or eight levels of the
  /// largest functions. Of a smaller stack a quarter, and values may be nested as much less.
  private static let reserve = 64 << 20

  /// Evaluates on the stack of this thread, of which so many bytes are left at least.
  static func over(_ size: Int, _ body: () -> Void) {
    let (outerFloor, outerDeepest) = (floor, Memory.deepest)
    let kept = min(reserve, size / 4)
    floor = here() - UInt(size - kept)
    Memory.deepest = max(20, Memory.greatestDepth / (reserve / kept))
    defer { (floor, Memory.deepest) = (outerFloor, outerDeepest) }
    body()
  }

  /// What there should be: all of it, or a quarter of what the process may have, since values need the rest.
  static var wanted: Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { return largest }
    var size = largest
    while size > least, size > Int(clamping: limit.rlim_cur / 4) { size /= 2 }
    return size
  }

  static var isNearlyUsed: Bool { here() < floor }

  /// Gives back what deeper calls have touched of the stack: it would count as held, and no cell that follows could
  /// have it. A million bytes stay, for cells that are no deeper than most.
  static func giveBack() {
    let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
    let start = (floor + page - 1) / page * page
    let end = (here() - (1 << 20)) / page * page
    guard floor > 0, start < end else { return }
    _ = madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_DONTNEED)
  }

  private static func here() -> UInt { ProcessMemory.stackAddress }
}

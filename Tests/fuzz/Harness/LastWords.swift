import Foundation
import Glibc

/// Where a process was when a signal ended it: the addresses of its own calls within the program.
enum LastWords {
  private typealias Backtrace =
    @convention(c) (UnsafeMutablePointer<UnsafeMutableRawPointer?>, Int32) -> Int32
  private static let depth: Int32 = 48
  private nonisolated(unsafe) static let addresses = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(
    capacity: Int(depth))
  private nonisolated(unsafe) static var backtrace: Backtrace?
  private nonisolated(unsafe) static let digits = UnsafeMutablePointer<UInt8>.allocate(capacity: 17)
  /// Where the program begins in memory; libraries lie far from it.
  private nonisolated(unsafe) static var start: UInt = 0
  private nonisolated(unsafe) static var evaluation = pthread_t()

  /// Begins the lines that a driver reads.
  static let mark = "fuzz: calls when it ended\n"

  static let isSanitized = dlsym(nil, "__asan_init") != nil

  /// To be called on the thread that evaluates.
  static func listen() {
    backtrace = dlsym(nil, "backtrace").map { unsafeBitCast($0, to: Backtrace.self) }
    // The program is the first thing in its memory.
    let map = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
    start = UInt(map.prefix { $0 != "-" }, radix: 16) ?? 0
    // The first call of it loads a library.
    _ = backtrace?(addresses, depth)
    evaluation = pthread_self()
    useStackForSignals()
    var traps = [SIGILL, SIGTRAP, SIGABRT]
    // The sanitizer says more of these itself.
    if !isSanitized { traps += [SIGSEGV, SIGBUS, SIGFPE] }
    for trap in traps { handle(trap) { LastWords.speak(and: $0) } }
    // The driver asks a worker that hangs where it is; whichever thread is asked passes it on.
    handle(SIGTERM) { _ in pthread_kill(LastWords.evaluation, SIGUSR2) }
    handle(SIGUSR2) { LastWords.speak(and: $0) }
  }

  private static func handle(_ signal: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    action.sa_flags = Int32(SA_ONSTACK)
    sigaction(signal, &action, nil)
  }

  /// A signal that tells of a full stack needs another.
  private static func useStackForSignals() {
    let size = 1 << 18
    var stack = stack_t(ss_sp: malloc(size), ss_flags: 0, ss_size: size)
    sigaltstack(&stack, nil)
  }

  private static func speak(and signal: Int32) {
    let heading: StaticString = "fuzz: calls when it ended\n"
    _ = write(STDERR_FILENO, heading.utf8Start, heading.utf8CodeUnitCount)
    let count = Int(backtrace?(addresses, depth) ?? 0)
    for place in 0..<count {
      let address = UInt(bitPattern: addresses[place])
      if address > start, address - start < 1 << 30 { tell(address - start) }
    }
    Glibc.signal(signal, SIG_DFL)
    raise(signal)
  }

  /// Writes a line of sixteen hexadecimal digits, without anything that a signal handler may not call.
  private static func tell(_ address: UInt) {
    for place in 0..<16 {
      let digit = UInt8(address >> UInt(60 - 4 * place) & 15)
      digits[place] = digit < 10 ? 48 + digit : 87 + digit
    }
    digits[16] = 10
    _ = write(STDERR_FILENO, digits, 17)
  }
}

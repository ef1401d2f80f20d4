import Synchronization

/// Why an evaluation is to stop at its next poll: bits, since reasons can coincide.
private let flag = Atomic<UInt8>(0)

/// One flag for the process: there is one evaluation at a time.
public enum NumericsInterruption {
  private static let request: UInt8 = 1
  private static let overdraft: UInt8 = 2
  private static let nesting: UInt8 = 4
  /// No reason: polls are counted.
  private static let measure: UInt8 = 8

  /// Async-signal-safe: one relaxed atomic instruction.
  public static func raise() { flag.bitwiseOr(request, ordering: .relaxed) }

  public static func clear() { flag.bitwiseAnd(~request, ordering: .relaxed) }

  /// More memory is held than the limit allows, by values whose making cannot fail.
  package static func raiseOverdraft() { flag.bitwiseOr(overdraft, ordering: .relaxed) }

  /// A value holds values to more than `Memory.deepest` levels, or more of them than the limit allows.
  public static func raiseNesting() { flag.bitwiseOr(nesting, ordering: .relaxed) }

  /// What an evaluation that has ended left behind; a request to stop stays.
  public static func clearLimits() { flag.bitwiseAnd(request, ordering: .relaxed) }

  @inline(__always)
  public static var isRaised: Bool { flag.load(ordering: .relaxed) != 0 && isReason() }

  /// Throws when the flag is up. Long kernels call it between blocks.
  @inline(__always)
  public static func poll() throws {
    if isRaised { throw cause() }
  }

  /// What the raised flag stands for. A limit is told once; after that a program that caught it may go on.
  public static func cause() -> any Error {
    let raised = flag.load(ordering: .relaxed)
    if raised & request != 0 { return NumericsInterrupted() }
    clearLimits()
    if raised & nesting != 0 { return Fault.nesting(limit: Memory.deepest) }
    return Fault.overdraft(limit: Memory.limit)
  }

  // MARK: - What tests see of the polls

  /// How often a kernel looks whether it is to stop, and how much it does in between.
  struct Pace {
    var polls = 0
    /// Elements reached through views (`ElementView`) since the last poll, where those are checked, and the most so far.
    var elements = 0
    var longest = 0
    /// How many polls to let pass before the evaluation is interrupted.
    var patience = Int.max

    mutating func poll() {
      polls += 1
      longest = max(longest, elements)
      elements = 0
    }
  }

  /// The pace since `measured` began.
  nonisolated(unsafe) static var pace = Pace()
  nonisolated(unsafe) private(set) static var isMeasured = false

  /// The pace at which `body` polls. Only what one thread does is measured, and it is to be the evaluation's.
  static func measured(patience: Int = .max, _ body: () throws -> Void) rethrows -> Pace {
    pace = Pace(patience: patience)
    isMeasured = true
    flag.bitwiseOr(measure, ordering: .relaxed)
    defer {
      flag.bitwiseAnd(~(measure | request), ordering: .relaxed)
      isMeasured = false
    }
    try body()
    pace.poll()
    pace.polls -= 1
    return pace
  }

  @inline(never)
  private static func isReason() -> Bool {
    if flag.load(ordering: .relaxed) & measure != 0 {
      pace.poll()
      if pace.polls > pace.patience { raise() }
    }
    return flag.load(ordering: .relaxed) & ~measure != 0
  }
}

/// The evaluation was told to stop.
public struct NumericsInterrupted: Error {
  public init() {}
}

import Synchronization

/// Why an evaluation is to stop at its next poll: bits, since reasons can coincide.
private let flag = Atomic<UInt8>(0)

/// One flag for the process: there is one evaluation at a time.
public enum NumericsInterruption {
  private static let request: UInt8 = 1
  private static let overdraft: UInt8 = 2
  private static let nesting: UInt8 = 4

  /// Async-signal-safe: one relaxed atomic instruction.
  public static func raise() { flag.bitwiseOr(request, ordering: .relaxed) }

  public static func clear() { flag.bitwiseAnd(~request, ordering: .relaxed) }

  /// More memory is held than the limit allows, by values whose making cannot fail.
  static func raiseOverdraft() { flag.bitwiseOr(overdraft, ordering: .relaxed) }

  /// A value holds values to more than `Memory.deepest` levels, or more of them than the limit allows.
  public static func raiseNesting() { flag.bitwiseOr(nesting, ordering: .relaxed) }

  /// What an evaluation that has ended left behind; a request to stop stays.
  public static func clearLimits() { flag.bitwiseAnd(request, ordering: .relaxed) }

  public static var isRaised: Bool { flag.load(ordering: .relaxed) != 0 }

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
}

/// The evaluation was told to stop.
public struct NumericsInterrupted: Error {
  public init() {}
}

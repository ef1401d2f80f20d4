import Glibc

/// Runs `body` on a thread whose stack carries 10,000 levels of recursion, and waits for it.
///
/// The stack is address space, not memory: pages are committed as they are touched.
public func onEvaluationThread(_ body: @escaping @Sendable () -> Void) {
  let box = Unmanaged.passRetained(ThreadBody(body))
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setstacksize(&attributes, evaluationStackSize)
  var thread = pthread_t()
  let status = pthread_create(
    &thread, &attributes,
    { argument in
      EvaluationStack.over { Unmanaged<ThreadBody>.fromOpaque(argument!).takeRetainedValue().body() }
      return nil
    }, box.toOpaque())
  pthread_attr_destroy(&attributes)
  guard status == 0 else {
    box.release()
    return body()
  }
  pthread_join(thread, nil)
}

/// Runs `body` on a small thread of its own and does not wait for it.
package func startDetached(_ body: @escaping @Sendable () -> Void) {
  let box = Unmanaged.passRetained(ThreadBody(body))
  var thread = pthread_t()
  let status = pthread_create(
    &thread, nil,
    { argument in
      Unmanaged<ThreadBody>.fromOpaque(argument!).takeRetainedValue().body()
      return nil
    }, box.toOpaque())
  if status == 0 { pthread_detach(thread) } else { box.release() }
}

/// Bytes of stack of the evaluation thread. The deepest programs that somebody would write take 20 MB for 10,000
/// levels; with 490 calls in each other at every level they take 1 GB.
let evaluationStackSize = 1 << 30

/// What is left of the stack of the evaluation thread.
enum EvaluationStack {
  /// The address that calls may not go below; 0 where a session runs on a thread of somebody else.
  nonisolated(unsafe) private static var floor: UInt = 0

  /// For what a call does before the next one looks: a walk over a value of 10,000 levels, or eight levels of the
  /// largest functions.
  private static let reserve = 64 << 20

  /// Runs a thread of `evaluationStackSize` that has just begun.
  fileprivate static func over(_ body: () -> Void) {
    let outer = floor
    floor = here() - UInt(evaluationStackSize - reserve)
    defer { floor = outer }
    body()
  }

  static var isNearlyUsed: Bool { here() < floor }

  @inline(never)
  private static func here() -> UInt {
    var mark: UInt8 = 0
    return withUnsafeMutablePointer(to: &mark) { UInt(bitPattern: $0) }
  }
}

private final class ThreadBody: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

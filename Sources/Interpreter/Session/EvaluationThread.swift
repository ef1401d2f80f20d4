import Glibc

/// How a thread that evaluates came to its end.
public enum EvaluationEnd: Equatable, Sendable {
  case returned
  /// The processor or a check of Swift's stopped it: a fault of this program, which no cell may have as an answer.
  /// The thread stands still for ever; what it worked on is not to be used again.
  case trapped(signal: Int32)
}

/// Runs `body` on a thread whose stack carries 10,000 levels of recursion, and waits for it.
///
/// The stack is address space, not memory: pages are committed as they are touched. Where the system allows less of
/// it, the stack is smaller, and recursion meets its limit earlier.
@discardableResult
public func onEvaluationThread(_ body: @escaping @Sendable () -> Void) -> EvaluationEnd {
  let end = EvaluationTrap.Post()
  guard let thread = startEvaluation(body, end) else {
    EvaluationStack.over(EvaluationStack.ofFirstThread, body)
    return .returned
  }
  end.wait()
  if let signal = end.signal { return .trapped(signal: signal) }
  pthread_join(thread, nil)
  return .returned
}

/// A thread with as much stack as there is; `nil` where the system has no thread at all.
private func startEvaluation(
  _ body: @escaping @Sendable () -> Void, _ end: EvaluationTrap.Post
) -> pthread_t? {
  var size = EvaluationStack.wanted
  while size >= EvaluationStack.least {
    let own = size
    let thread = ThreadBody {
      EvaluationTrap.guarding(end) { EvaluationStack.over(own - EvaluationStack.entry, body) }
      end.arrive()
    }
    if let thread = startThread(stack: size, thread) { return thread }
    size /= 2
  }
  return nil
}

private func startThread(stack: Int?, _ body: ThreadBody) -> pthread_t? {
  let box = Unmanaged.passRetained(body)
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  if let stack { pthread_attr_setstacksize(&attributes, stack) }
  var thread = pthread_t()
  let status = pthread_create(
    &thread, &attributes,
    { argument in
      Unmanaged<ThreadBody>.fromOpaque(argument!).takeRetainedValue().body()
      return nil
    }, box.toOpaque())
  if status == 0 { return thread }
  box.release()
  return nil
}

/// Runs `body` on a small thread of its own and does not wait for it; false where the system has no thread.
package func startDetached(_ body: @escaping @Sendable () -> Void) -> Bool {
  guard let thread = startThread(stack: nil, ThreadBody(body)) else { return false }
  pthread_detach(thread)
  return true
}

private final class ThreadBody: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

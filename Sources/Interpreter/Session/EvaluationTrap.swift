import Glibc
import Numerics
import Synchronization

/// The last line of defence: a thread that evaluates and traps is stopped where it is, and who waits for it is told.
///
/// Nothing it worked on can be trusted afterwards: who is told says so to the user and ends the process, or begins it
/// anew. A trap of any other thread ends the process as ever.
enum EvaluationTrap {
  /// Where the end of an evaluation is waited for. All that the signal's handler does with it is async-signal-safe.
  final class Post: @unchecked Sendable {
    private let arrival = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    private let trap = Atomic<Int32>(0)

    init() { sem_init(arrival, 0, 0) }

    deinit {
      // A thread that stands still may be waited for by none, but its post has been read.
      sem_destroy(arrival)
      arrival.deallocate()
    }

    var signal: Int32? {
      let signal = trap.load(ordering: .acquiring)
      return signal == 0 ? nil : signal
    }

    func arrive() { sem_post(arrival) }

    func wait() { while sem_wait(arrival) != 0 && errno == EINTR {} }

    fileprivate func stop(_ signal: Int32) {
      trap.store(signal, ordering: .releasing)
      sem_post(arrival)
    }
  }

  static let signals = [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT]

  /// A handler runs here: the stack itself may be what has come to its end.
  private static let handlerStack = 1 << 16

  /// Evaluates `body`; what traps on this thread or on one that works for it stops at `post`.
  static func guarding(_ post: Post, _ body: () -> Void) {
    let outer = current.load(ordering: .acquiring)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: handlerStack, alignment: 16)
    var stack = stack_t()
    stack.ss_sp = memory
    stack.ss_size = handlerStack
    sigaltstack(&stack, nil)
    pthread_setspecific(evaluates, memory)
    current.store(UInt(bitPattern: Unmanaged.passUnretained(post).toOpaque()), ordering: .releasing)
    // Made before a handler asks for it.
    _ = Workers.isWorker
    _ = isInstalled
    body()
    current.store(outer, ordering: .releasing)
    pthread_setspecific(evaluates, nil)
    stack.ss_flags = Int32(SS_DISABLE)
    sigaltstack(&stack, nil)
    memory.deallocate()
  }

  /// Once for the process, above what its signals did before.
  private static let isInstalled: Bool = {
    for signal in signals {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { EvaluationTrap.handle($0) }
      action.sa_flags = Int32(SA_ONSTACK)
      sigaction(signal, &action, previous + Int(signal))
    }
    return true
  }()

  private static func handle(_ signal: Int32) {
    let isOwn = pthread_getspecific(evaluates) != nil || Workers.isWorker
    guard isOwn, let post = UnsafeRawPointer(bitPattern: current.load(ordering: .acquiring)) else {
      // Back to where it happened, with what stood here before: it happens again.
      sigaction(signal, previous + Int(signal), nil)
      if signal == SIGABRT { raise(signal) }
      return
    }
    Unmanaged<Post>.fromOpaque(post)._withUnsafeGuaranteedRef { $0.stop(signal) }
    while true { pause() }
  }
}

/// The post of the evaluation that runs: an address, which a handler can read.
private let current = Atomic<UInt>(0)

/// Set on the thread that evaluates.
private let evaluates: pthread_key_t = {
  var key = pthread_key_t()
  pthread_key_create(&key, nil)
  return key
}()

/// What the signals did before, by their numbers.
nonisolated(unsafe) private let previous: UnsafeMutablePointer<sigaction> = {
  let actions = UnsafeMutablePointer<sigaction>.allocate(capacity: 65)
  actions.initialize(repeating: sigaction(), count: 65)
  return actions
}()

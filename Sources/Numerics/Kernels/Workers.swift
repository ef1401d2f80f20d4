import CVector
import Glibc
import Synchronization

/// A few threads that share the tiles of a large product and the blocks of large arrays. They see raw
/// pointers only, never a tensor.
///
/// What each tile computes does not depend on who computes it, so neither does the result.
package enum Workers {
  /// How many tiles are worked on at once: what `NABLA_THREADS` says, else the processors that the process may use.
  static let count: Int = {
    if let count = Processor.threads { return min(count, 64) }
    return max(1, min(16, Int(vector_processors())))
  }()

  private final class Job: @unchecked Sendable {
    /// Given up when the job is done: a thread may hold the job for a moment longer.
    var body: ((Int) -> Void)?
    let count: Int
    let next = Atomic<Int>(0)

    init(_ count: Int, _ body: @escaping (Int) -> Void) {
      self.count = count
      self.body = body
    }

    func work() {
      let body = body!
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        body(index)
      }
    }
  }

  /// What the threads wait on.
  private final class Board: @unchecked Sendable {
    let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    let posted = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    let done = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    var job: Job?
    var ticket = 0
    var busy = 0

    init() {
      pthread_mutex_init(mutex, nil)
      pthread_cond_init(posted, nil)
      pthread_cond_init(done, nil)
    }

    func start(_ threads: Int) {
      for _ in 0..<threads {
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, 8 << 20)
        pthread_create(
          &thread, &attributes,
          { board in
            Unmanaged<Board>.fromOpaque(board!).takeUnretainedValue().serve()
          }, Unmanaged.passUnretained(self).toOpaque())
        pthread_attr_destroy(&attributes)
      }
    }

    private func serve() -> Never {
      pthread_setspecific(Workers.key, UnsafeMutableRawPointer(bitPattern: 1))
      var seen = 0
      while true {
        pthread_mutex_lock(mutex)
        while ticket == seen || job == nil { pthread_cond_wait(posted, mutex) }
        seen = ticket
        let job = job!
        busy += 1
        pthread_mutex_unlock(mutex)
        job.work()
        pthread_mutex_lock(mutex)
        busy -= 1
        if busy == 0 { pthread_cond_signal(done) }
        pthread_mutex_unlock(mutex)
      }
    }

    func run(_ job: Job) {
      pthread_mutex_lock(mutex)
      self.job = job
      ticket += 1
      pthread_cond_broadcast(posted)
      pthread_mutex_unlock(mutex)
      job.work()
      pthread_mutex_lock(mutex)
      self.job = nil
      while busy > 0 { pthread_cond_wait(done, mutex) }
      pthread_mutex_unlock(mutex)
      job.body = nil
    }
  }

  /// Whether work is shared at all: tests compare with the work of one thread.
  nonisolated(unsafe) static var areUsed = count > 1

  /// Work, in additions, that is worth waking the others for: a sum of so many takes one thread 27 µs and two 35
  /// (measured), and the dearer steps that are given a weight gain from it.
  private static let leastShared = 1 << 18

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  /// Whether this thread is one of those that take parts. Async-signal-safe.
  package static var isWorker: Bool { pthread_getspecific(key) != nil }

  private static let board: Board = {
    let board = Board()
    board.start(count - 1)
    return board
  }()

  /// Calls `body` for 0 ..< `count`, in no particular order; throws where the evaluation was interrupted.
  static func forEach(_ count: Int, _ body: @escaping (Int) -> Void) throws {
    if count == 1 || !areUsed {
      for index in 0..<count {
        body(index)
        try NumericsInterruption.poll()
      }
    } else {
      board.run(Job(count, body))
      try NumericsInterruption.poll()
    }
  }

  /// The same for parts of `weight` additions each, on one thread where all are little work. An interruption
  /// leaves out the parts that were not begun.
  static func share(_ count: Int, weight: Int, _ body: (Int) -> Void) throws {
    let (work, isHuge) = count.multipliedReportingOverflow(by: weight)
    if count == 1 || !isHuge && work < leastShared || !areUsed {
      for part in 0..<count {
        body(part)
        try NumericsInterruption.poll()
      }
      return
    }
    try withoutActuallyEscaping(body) { body in
      try forEach(count) { part in if !NumericsInterruption.isRaised { body(part) } }
    }
  }
}

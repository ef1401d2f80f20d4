import Glibc
import Synchronization
import Wire

/// The signals of a kernel: SIGINT interrupts, SIGTERM ends. The handlers only leave a note and wake the front desk,
/// which knows whether there is anything to interrupt.
enum Signals {
  static func install(waking wakeUp: WakeUp) {
    wakeUpDescriptor.store(wakeUp.descriptor, ordering: .releasing)
    handle(SIGINT, SA_RESTART) { _ in
      interruptRequested.store(true, ordering: .releasing)
      wakeFrontDesk()
    }
    handle(SIGTERM, SA_RESTART) { _ in
      endRequested.store(true, ordering: .releasing)
      wakeFrontDesk()
    }
    signal(SIGPIPE, SIG_IGN)
  }

  static func takeInterrupt() -> Bool { interruptRequested.exchange(false, ordering: .acquiring) }

  static var isEndRequested: Bool { endRequested.load(ordering: .acquiring) }

  static func handle(_ signal: Int32, _ flags: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    action.sa_flags = flags
    sigaction(signal, &action, nil)
  }
}

// Handlers capture nothing, so their notes are globals.
private let interruptRequested = Atomic<Bool>(false)
private let endRequested = Atomic<Bool>(false)
private let wakeUpDescriptor = Atomic<Int32>(-1)

private func wakeFrontDesk() {
  let saved = errno
  var one: UInt64 = 1
  write(wakeUpDescriptor.load(ordering: .acquiring), &one, 8)
  errno = saved
}

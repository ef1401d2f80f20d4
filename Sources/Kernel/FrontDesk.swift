import Glibc
import Interpreter
import JSON
import Synchronization
import Wire

/// The thread that owns the shell, stdin and IOPub sockets. It takes requests in for the evaluation thread and
/// sends out what the outbox delivers, on all three in one order: output leaves before the reply that follows it,
/// the reply before the idle status. It never waits for the evaluation.
final class FrontDesk: Surroundings, Sendable {
  /// What other threads want done between two messages.
  private enum Errand: Sendable {
    /// Take in all that has come, then tell the number of the last arrival.
    case countArrivals(Answer)
    case interrupt(Answer)
  }

  /// The way back of an errand.
  private final class Answer: Sendable {
    private let value = Atomic<Int>(0)
    private let isThere = Semaphore()

    func give(_ number: Int) {
      value.store(number, ordering: .releasing)
      isThere.signal()
    }

    func wait() -> Int {
      isThere.wait()
      return value.load(ordering: .acquiring)
    }
  }

  private struct Work {
    var outgoing: [(channel: Channel, frames: [[UInt8]])] = []
    var errands: [Errand] = []
    /// No thread will want anything any more.
    var isOver = false
  }

  /// Nanoseconds after which an abort no longer waits for a client that never stops sending.
  private static let longestSettling: UInt64 = 250_000_000
  /// Nanoseconds after which no client will connect again, and microseconds in which its sockets follow each other:
  /// ZeroMQ tries every 100 ms.
  private static let longestReconnecting: UInt64 = 2_000_000_000
  private static let reconnecting: UInt32 = 300_000
  /// Requests taken in before what is to be sent has its turn: a client that never stops sending still gets its output.
  private static let batch = 64

  private let sockets: KernelSockets
  private let codec: MessageCodec
  private let inbox: Inbox
  private let streams: StandardStreams
  private let log: @Sendable (String) -> Void
  private let wakeUp: WakeUp
  private let work = Mutex(Work())
  private let question = Mutex<Question?>(nil)
  private let outboxSlot = Mutex<Outbox?>(nil)
  private let hasSubscriber = Atomic<Bool>(false)
  /// What comes on the shell for the kernel that begins after this one, where there will be one.
  private let keptForNext = Mutex<[[[UInt8]]]?>(nil)

  init(
    sockets: KernelSockets, codec: MessageCodec, inbox: Inbox, streams: StandardStreams, wakeUp: WakeUp,
    log: @escaping @Sendable (String) -> Void
  ) {
    self.sockets = sockets
    self.codec = codec
    self.inbox = inbox
    self.streams = streams
    self.wakeUp = wakeUp
    self.log = log
  }

  // MARK: Called by other threads

  /// Puts a message behind those that are to be sent.
  func deliver(_ message: OutgoingMessage) {
    let frames = codec.encode(message)
    let wasIdle = work.withLock { work -> Bool in
      work.outgoing.append((message.channel, frames))
      return work.outgoing.count == 1
    }
    if wasIdle { wakeUp.signal() }
  }

  func lastArrival(quiet milliseconds: UInt32) -> Int {
    let end = monotonicTime() + Self.longestSettling
    var last = done { .countArrivals($0) }
    while true {
      usleep(1000 * milliseconds)
      let now = done { .countArrivals($0) }
      if now == last || monotonicTime() > end { return now }
      last = now
    }
  }

  func hasWaiting(_ isSuch: (Message) -> Bool) -> Bool { inbox.contains(isSuch) }

  /// Returns when everything that had arrived before is interrupted.
  func interruptEvaluation() { _ = done { .interrupt($0) } }

  private func done(_ errand: (Answer) -> Errand) -> Int {
    let answer = Answer()
    let isOver = work.withLock { work -> Bool in
      if !work.isOver { work.errands.append(errand(answer)) }
      return work.isOver
    }
    if isOver { return 0 }
    wakeUp.signal()
    return answer.wait()
  }

  func answer(to message: OutgoingMessage) throws -> String {
    let own = Question()
    question.withLock { $0 = own }
    defer { question.withLock { $0 = nil } }
    if Interruption.isRaised { throw Interruption.Raised() }
    outbox?.send(message)
    guard let text = own.wait() else { throw Interruption.Raised() }
    return text
  }

  func withdrawQuestion() { question.withLock { $0 }?.withdraw() }

  func collectStrayOutput() { collectStrayOutput(flushing: true) }

  private func collectStrayOutput(flushing: Bool) {
    guard let outbox else { return }
    streams.collect(flushing: flushing) { outbox.write($0, to: $1) }
  }

  // MARK: The thread

  private var outbox: Outbox? { outboxSlot.withLock { $0 } }

  func connect(to outbox: Outbox) { outboxSlot.withLock { $0 = outbox } }

  enum Phase {
    case working
    /// Others are still to finish; the phase may change without a wake-up.
    case ending
    case over
  }

  /// - Parameter phase: asked before every turn.
  func run(_ phase: () -> Phase) {
    guard let outbox else { return }
    let poller = Poller(
      sockets: [sockets.shell, sockets.stdin, sockets.iopub],
      descriptors: [wakeUp.descriptor] + streams.descriptors)
    do {
      while true {
        let phase = phase()
        if phase == .over { break }
        let due = outbox.flushDue()
        try poller.wait(milliseconds: phase == .ending ? 10 : due)
        if poller.isReadable(3) { wakeUp.reset() }
        if Signals.takeInterrupt() { try interrupt() }
        if poller.isReadable(0) { try takeRequests(limit: Self.batch) }
        if poller.isReadable(1) { try takeAnswers() }
        if poller.isReadable(2) { try welcomeSubscribers() }
        if poller.isReadable(4) || poller.isReadable(5) { collectStrayOutput(flushing: false) }
        try sendAll()
      }
      collectStrayOutput(flushing: false)
      outbox.flush()
      try sendAll()
    } catch {
      log("the sockets failed: \(error)")
    }
    let left = work.withLock { work -> [Errand] in
      work.isOver = true
      return work.errands
    }
    for case .countArrivals(let answer) in left { answer.give(0) }
    for case .interrupt(let answer) in left { answer.give(0) }
  }

  /// From now on requests are kept, as they came, for the kernel that takes the place of this one.
  func keepForNext() { keptForNext.withLock { $0 = [] } }

  /// What has been kept, once the sockets are closed.
  var kept: [[[UInt8]]] { keptForNext.withLock { $0 ?? [] } }

  /// Requests that the kernel before this one kept.
  func take(kept: [[[UInt8]]]) {
    for frames in kept { if let message = decode(frames, on: .shell) { inbox.put(message) } }
  }

  func closeSockets(linger: Int32) {
    // What has arrived in the meantime.
    if keptForNext.withLock({ $0 != nil }) { try? takeRequests(limit: .max) }
    for socket in [sockets.shell, sockets.stdin, sockets.iopub] { socket.close(linger: linger) }
  }

  private func sendAll() throws(SocketError) {
    let (outgoing, errands) = work.withLock { work in
      let all = (work.outgoing, work.errands)
      work.outgoing = []
      work.errands = []
      return all
    }
    for (channel, frames) in outgoing {
      switch channel {
      case .shell: try sockets.shell.send(frames)
      case .stdin:
        // Answers to questions that were given up must not be taken for this one's.
        try takeAnswers()
        question.withLock { $0 }?.open()
        try sockets.stdin.send(frames)
      default: try sockets.iopub.send(frames)
      }
    }
    for errand in errands {
      switch errand {
      case .countArrivals(let answer):
        try takeRequests(limit: .max)
        answer.give(inbox.arrivals + kept.count)
      case .interrupt(let answer):
        try interrupt()
        answer.give(0)
      }
    }
  }

  private func interrupt() throws(SocketError) {
    try takeRequests(limit: .max)
    if inbox.interrupt() { withdrawQuestion() }
  }

  private func takeRequests(limit: Int) throws(SocketError) {
    var count = 0
    while count < limit, let frames = try sockets.shell.receive(waiting: false) {
      count += 1
      if keptForNext.withLock({ $0?.append(frames) }) != nil { continue }
      if let message = decode(frames, on: .shell) { inbox.put(message) }
    }
  }

  private func takeAnswers() throws(SocketError) {
    while let frames = try sockets.stdin.receive(waiting: false) {
      guard let message = decode(frames, on: .stdin), message.type == "input_reply" else { continue }
      question.withLock { $0 }?.answer(message.content["value"]?.string ?? "")
    }
  }

  /// Waits until somebody listens on IOPub, for as long as clients take to connect again, and a little longer for
  /// their other sockets: what is sent to one that is not there is lost.
  func awaitClients() {
    let end = monotonicTime() + Self.longestReconnecting
    while !hasSubscriber.load(ordering: .acquiring), monotonicTime() < end { usleep(1000) }
    usleep(Self.reconnecting)
  }

  /// Each new subscription is greeted under its own topic, so that a client knows it misses nothing any more.
  private func welcomeSubscribers() throws(SocketError) {
    while let frames = try sockets.iopub.receive(waiting: false) {
      guard let event = frames.first, event.first == 1,
        let topic = String(validating: event.dropFirst(), as: UTF8.self)
      else { continue }
      hasSubscriber.store(true, ordering: .releasing)
      let welcome = OutgoingMessage(
        "iopub_welcome", on: .iopub, to: [Array(event.dropFirst())], content: ["subscription": .string(topic)]
      )
      try sockets.iopub.send(codec.encode(welcome))
    }
  }

  private func decode(_ frames: [[UInt8]], on channel: Channel) -> Message? {
    do {
      return try codec.decode(frames)
    } catch {
      log("dropped a message on \(channel.rawValue): \(error)")
      return nil
    }
  }
}

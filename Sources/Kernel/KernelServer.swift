import Glibc
import Interpreter
import Synchronization
import Wire

/// A kernel on real sockets: binds, starts the threads, and ends.
///
/// | thread | owns |
/// | --- | --- |
/// | evaluation | the notebook's state; waits for the next request |
/// | front desk | shell, stdin, IOPub |
/// | control | control; the watch over the parent |
/// | heartbeat | heartbeat |
public enum KernelServer {
  public struct Options: Sendable {
    public var limits = Limits()
    /// Whether cells are remembered beyond this kernel. The environment's NABLA_HISTORY=off forbids it, too.
    public var keepsHistory = true
    /// The notebook's folder; Jupyter starts a kernel in it.
    public var folder = "."
    /// Whether the system keeps the kernel from files of others, from programs and from further sockets, where it can.
    public var isConfined = true
    let library: LibrarySource

    /// - Parameter library: what can be called by name.
    package init(library: @escaping LibrarySource) { self.library = library }
  }

  /// Runs a kernel until it is shut down or its parent ends. Returns the exit code of the process.
  public static func run(connectionFile: String, options: Options) -> Int32 {
    serve(connectionFile, options, after: nil)
  }

  /// - Parameter legacy: what the kernel left that this one takes the place of; `nil` where there was none.
  private static func serve(_ connectionFile: String, _ options: Options, after legacy: Restart.Legacy?)
    -> Int32
  {
    let restart = Restart { serve(connectionFile, options, after: $0) }
    let context = SocketContext()
    let history = options.keepsHistory ? HistoryFile.standardPath(environment: environmentVariable) : nil
    let connection: Connection
    let sockets: KernelSockets
    do {
      connection = try Connection(parsing: contents(of: connectionFile))
      // A folder must be there to be let in to.
      if let history { HistoryFile.makeFolders(for: history) }
      let confinement = KernelConfinement(connection, options, history: history)
      confinement.restrictFiles()
      sockets = try KernelSockets(binding: connection, in: context)
      confinement.restrictCalls()
    } catch {
      restart?.end()
      logLine("\(error)")
      return 1
    }
    if !connection.isLocal && connection.curve == nil {
      logLine("listening on \(connection.ip): messages are signed, but anyone on the way can read them")
    }
    let process = KernelProcess(
      connection: connection, context: context, sockets: sockets, options: options, history: history,
      legacy: legacy, canBeginAnew: restart != nil)
    let (code, isToBeginAnew) = process.run()
    guard isToBeginAnew, let restart else {
      restart?.end()
      process.removeFiles()
      return code
    }
    return restart.beginAnew(with: process.left)
  }

  private static func contents(of path: String) throws(ConnectionFileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ConnectionFileError(description: "cannot read \(path): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &bytes, bytes.count)
    return Array(bytes.prefix(max(count, 0)))
  }
}

private struct ConnectionFileError: Error, CustomStringConvertible {
  var description: String
}

/// The threads of a kernel and their common end.
private final class KernelProcess: Sendable {
  /// How long a running cell may take to notice that the kernel ends; then the process ends around it.
  static let patience: UInt64 = 250_000_000
  /// Milliseconds for the last messages to leave.
  static let linger: Int32 = 200
  /// Milliseconds without a request, of 250 at most, before a kernel that begins anew closes its sockets.
  static let quietBeforeClosing: UInt32 = 50
  /// Seconds to say that the evaluator trapped.
  static let longestTelling: UInt32 = 5

  private let connection: Connection
  private let context: SocketContext
  private let sockets: KernelSockets
  private let options: KernelServer.Options
  /// The file in which cells are remembered beyond this kernel.
  private let history: String?
  /// What the kernel before this one left, where there was one.
  private let legacy: Restart.Legacy?
  private let codec: MessageCodec
  private let inbox = Inbox { $0 ? Interruption.raise() : Interruption.clear() }
  private let desk: FrontDesk
  private let services: Services
  private let deskWakeUp = WakeUp()
  private let controlWakeUp = WakeUp()
  private let stopping: Flag
  private let evaluationEnded = Flag()
  private let evaluation = RunningEvaluation()
  /// Where the system had no room for a successor it ends after a trap, and a server starts the next.
  private let canBeginAnew: Bool

  init(
    connection: Connection, context: SocketContext, sockets: KernelSockets, options: KernelServer.Options,
    history: String?, legacy: Restart.Legacy?, canBeginAnew: Bool
  ) {
    let codec = MessageCodec(key: connection.key)
    let desk = FrontDesk(
      sockets: sockets, codec: codec, inbox: inbox, streams: StandardStreams(isCapturing: true),
      wakeUp: deskWakeUp,
      log: logLine)
    let outbox = Outbox { desk.deliver($0) }
    desk.connect(to: outbox)
    let stopping = Flag()
    let inbox = inbox
    let wakeUps = [deskWakeUp, controlWakeUp]
    services = Services(
      outbox: outbox, log: logLine,
      interruptEvaluation: { desk.interruptEvaluation() },
      stop: {
        stopping.raise()
        inbox.close()
        desk.withdrawQuestion()
        for wakeUp in wakeUps { wakeUp.signal() }
      })
    self.connection = connection
    self.context = context
    self.sockets = sockets
    self.options = options
    self.history = history
    self.legacy = legacy
    self.canBeginAnew = canBeginAnew
    self.codec = codec
    self.desk = desk
    self.stopping = stopping
  }

  /// The code to end with, and whether the evaluator trapped and a kernel is to begin anew.
  func run() -> (code: Int32, isToBeginAnew: Bool) {
    Signals.install(waking: deskWakeUp)
    services.outbox.send(OutgoingMessage("status", on: .iopub, content: ["execution_state": "starting"]))
    if let legacy { _ = BackgroundThread { legacy.deliverSignals() } }
    let heartbeat = BackgroundThread { [sockets] in echoHeartbeats(on: sockets.heartbeat) }
    let control = BackgroundThread { self.runControl() }
    let desk = BackgroundThread { self.runDesk() }
    let end = onEvaluationThread { self.runEvaluation() }
    if case .trapped(let signal) = end { tellOfTrap(signal) }
    evaluationEnded.raise()
    deskWakeUp.signal()
    desk.join()
    control.join()
    context.interruptWaits()
    heartbeat.join()
    context.terminate()
    return end == .returned ? (0, false) : (1, true)
  }

  /// What came and was not looked at, once the sockets are closed.
  var left: [[[UInt8]]] { desk.kept }

  /// The cell that ran has failed, and those behind it do not run: their variables are lost.
  private func tellOfTrap(_ signal: Int32) {
    // Where the thread that stands still holds a lock, nothing can be told; then the process ends after all.
    alarm(Self.longestTelling)
    desk.collectStrayOutput()
    if canBeginAnew { desk.keepForNext() }
    let waiting = inbox.withdraw()
    guard let (kernel, request) = evaluation.now else {
      logLine("the library could not be loaded: signal \(signal)")
      Glibc._exit(1)
    }
    kernel.giveUp(request, .trapped(signal: signal))
    for request in waiting {
      services.respond(to: request, publish: services.outbox.send, answer: services.outbox.send) { _ in
        kernel.abort()
      }
    }
    // Who runs all cells sends the next one at once: it is kept, where one that comes while the sockets close is lost.
    if canBeginAnew { _ = desk.lastArrival(quiet: Self.quietBeforeClosing) }
    services.stop()
  }

  private func runEvaluation() {
    let kernel = Kernel(
      services: services, surroundings: desk, history: History(file: history.map(HistoryFile.init))
    ) {
      [options] host in
      Session(host: host, limits: options.limits, folder: options.folder, library: options.library())
    }
    if let legacy {
      desk.take(kept: legacy.messages)
      desk.awaitClients()
    }
    var isPrepared = false
    while let request = inbox.take() {
      evaluation.now = (kernel, request)
      kernel.respond(to: request)
      evaluation.now = nil
      inbox.finished()
      if !isPrepared && inbox.isEmpty {
        kernel.prepare()
        isPrepared = true
      }
    }
  }

  private func runControl() {
    let desk = ControlDesk(
      socket: sockets.control, codec: codec, services: services, parent: .ofThisProcess(),
      wakeUp: controlWakeUp)
    desk.run { stopping.isRaised }
    sockets.control.close(linger: Self.linger)
  }

  private func runDesk() {
    var deadline: UInt64?
    desk.run {
      if Signals.isEndRequested && !stopping.isRaised { services.stop() }
      guard stopping.isRaised else { return .working }
      let end = deadline ?? monotonicTime() + Self.patience
      deadline = end
      return evaluationEnded.isRaised || monotonicTime() >= end ? .over : .ending
    }
    desk.closeSockets(linger: Self.linger)
    if !evaluationEnded.isRaised { abandonEvaluation() }
  }

  /// A cell that does not notice is no reason to stay. What was sent has had time to leave.
  private func abandonEvaluation() {
    usleep(20_000)
    removeFiles()
    _exit(0)
  }

  func removeFiles() { for path in connection.paths { unlink(path) } }
}

/// What the evaluation thread is at. It belongs to that thread, and to who takes over when that stands still.
private final class RunningEvaluation: @unchecked Sendable {
  var now: (kernel: Kernel, request: Request)?
}

/// A condition that comes true once, for all threads.
private final class Flag: Sendable {
  private let value = Atomic<Bool>(false)

  func raise() { value.store(true, ordering: .releasing) }

  var isRaised: Bool { value.load(ordering: .acquiring) }
}

@Sendable func environmentVariable(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}

import Foundation
import Glibc
import Interpreter

/// A worker as its driver sees it.
final class Child {
  enum End {
    case finished
    /// It held more memory than it may; what it tried last is written down.
    case grown
    case died(Fault)
  }

  let board: Board
  private(set) var job: Job
  private let errors: String
  private let options: Options
  private var process: pid_t = 0
  private var step = -1
  private var stepBegan = (wall: 0.0, processor: 0.0)
  private var isHanging = false

  /// Seconds of the processor after which a step counts as hanging: what it may take, and two more.
  private static let patience = Trial.time + 2
  /// Seconds of the clock on the wall, for what waits for ever; other programs of the machine count in it.
  private static let longestWait = 60.0

  init(_ job: Job, _ options: Options, board: Board, errors: String) {
    (self.job, self.options, self.board, self.errors) = (job, options, board, errors)
  }

  // MARK: Starting

  func start() {
    unlink(errors)
    let text = String(decoding: (try? JSONEncoder().encode(job)) ?? Data(), as: UTF8.self)
    let program = options.under + ["/proc/self/exe", "--worker", text]
    // Under another program /proc/self would be that one.
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? program[0]
    let words = program.map { $0 == "/proc/self/exe" ? own : $0 }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    let argv = words.map { strdup($0) } + [nil]
    let environment = Child.environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in argv + environment { free(text) } }
    guard posix_spawnp(&process, words[0], &actions, nil, argv, environment) == 0 else {
      quit("cannot start \(words[0])")
    }
    step = board.step
    stepBegan = (Clock.seconds, 0)
    isHanging = false
  }

  /// One thread for each process, since there is one for each processor; a trap ends it and asks nobody.
  private static let environment: [String: String] = {
    var environment = ProcessInfo.processInfo.environment
    environment["SWIFT_BACKTRACE"] = "enable=no"
    environment["NABLA_THREADS"] = "1"
    environment["NABLA_HISTORY"] = "off"
    // The sanitizer keeps each way by which memory was asked for, for ever: whole ways through programs that differ
    // were 2 GB after 6,000 programs, of five calls 0.5 GB.
    environment["ASAN_OPTIONS"] =
      "detect_leaks=0:exitcode=99:allocator_may_return_null=1:quarantine_size_mb=64:handle_abort=0"
      + ":malloc_context_size=5"
    return environment
  }()

  // MARK: Watching

  /// How it ended; nil while it runs.
  func poll() -> End? {
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) == process else {
      watchTime()
      return nil
    }
    if status == 0 { return .finished }
    if status >> 8 & 0xFF == Worker.grown, status & 0x7F == 0 { return .grown }
    return .died(Child.fault(status, text: lastWords, isHanging: isHanging))
  }

  /// Ends it, now.
  func kill() {
    Glibc.kill(process, SIGKILL)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
  }

  private func watchTime() {
    if board.step != step {
      step = board.step
      stepBegan = (Clock.seconds, processorSeconds)
      return
    }
    let wall = Clock.seconds - stepBegan.wall
    let slowness = options.slowness
    guard wall > Child.patience * slowness else { return }
    if isHanging {
      // It was asked where it is, and does not answer.
      if wall > (Child.patience + Child.longestWait) * slowness { Glibc.kill(process, SIGKILL) }
      return
    }
    let used = processorSeconds - stepBegan.processor
    guard used > Child.patience * slowness || wall > Child.longestWait * slowness else { return }
    isHanging = true
    stepBegan.wall = Clock.seconds - Child.patience * slowness
    Glibc.kill(process, SIGTERM)
  }

  private var processorSeconds: Double {
    var clock = clockid_t()
    var time = timespec()
    guard clock_getcpuclockid(process, &clock) == 0, clock_gettime(clock, &time) == 0 else { return 0 }
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private var lastWords: String {
    let data = FileManager.default.contents(atPath: errors) ?? Data()
    return String(decoding: data.suffix(1 << 16), as: UTF8.self)
  }

  // MARK: Naming

  /// What ended a process, named by the innermost calls of its own.
  private static func fault(_ status: Int32, text: String, isHanging: Bool) -> Fault {
    let signal = status & 0x7F
    let what =
      isHanging
      ? "hangs" : signal != 0 ? "ends by signal \(signal)" : "ends with code \(status >> 8 & 0xFF)"
    let lines = text.split(separator: "\n").map(String.init)
    let summary = lines.first { $0.contains("SUMMARY: ") || $0.contains("Fatal error") }
    let frames = Symbols.frames(lines)
    let place = isHanging ? nil : frames.first { !$0.contains("compiler-generated") && !$0.contains("??") }
    let name = [what, summary.map { String($0.prefix(160)) }, place].compactMap { $0 }.joined(separator: ": ")
    return Fault(name, ([summary].compactMap { $0 } + frames.prefix(12)).joined(separator: "\n"))
  }
}

import Glibc
import Notebook

/// Another program while it runs.
struct ChildProcess {
  private let identifier: pid_t

  /// Starts a program, found through PATH, its outputs going to descriptors.
  init(_ arguments: [String], output: Int32, errors: Int32) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)

    let argv = arguments.map { strdup($0) } + [nil]
    defer { for argument in argv { free(argument) } }
    var identifier: pid_t = 0
    let status = posix_spawnp(&identifier, arguments[0], &actions, nil, argv, environ)
    guard status == 0 else { throw FileProblem(arguments[0], errno: status) }
    self.identifier = identifier
  }

  /// Whether it has ended; afterwards it must not be asked again.
  func hasEnded() -> Bool {
    var status: Int32 = 0
    return waitpid(identifier, &status, WNOHANG) == identifier
  }

  /// The code it ended with, or one more than any where a signal ended it; nil while it runs. Not to be asked
  /// again after it answered.
  func exitStatus() -> Int32? {
    var status: Int32 = 0
    guard waitpid(identifier, &status, WNOHANG) == identifier else { return nil }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 256
  }

  /// Ends it, now.
  func kill() {
    Glibc.kill(identifier, SIGKILL)
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
  }

  /// What a program prints; an error where it ends with another code than 0.
  static func output(of arguments: [String]) throws -> String {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw FileProblem(arguments[0], errno: errno) }
    defer { close(ends[0]) }
    let process: ChildProcess
    do {
      defer { close(ends[1]) }
      process = try ChildProcess(arguments, output: ends[1], errors: STDERR_FILENO)
    }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(ends[0], &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }
      bytes += chunk[..<count]
    }
    var status: Int32 = 0
    while waitpid(process.identifier, &status, 0) < 0 && errno == EINTR {}
    guard status == 0 else { throw CommandFailure("\(arguments[0]) failed") }
    return String(decoding: bytes, as: UTF8.self)
  }
}

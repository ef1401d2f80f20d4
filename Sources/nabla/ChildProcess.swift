import Glibc
import Notebook
import System

/// Another program while it runs.
struct ChildProcess {
  private let identifier: pid_t

  /// The environment variable that names the process with which this one ends.
  private static let parent = "NABLA_PARENT"

  /// Starts a program, found through PATH, its outputs going to descriptors.
  ///
  /// - Parameters:
  ///   - others: descriptors that it gets as well, under these numbers.
  ///   - isPart: whether it is this program again, which then ends with this process, however that ends.
  init(
    _ arguments: [String], output: Int32, errors: Int32, others: [Int32: Int32] = [:], isPart: Bool = false
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
    for (number, descriptor) in others { posix_spawn_file_actions_adddup2(&actions, descriptor, number) }

    let argv = arguments.map { strdup($0) } + [nil]
    defer { for argument in argv { free(argument) } }
    let link = strdup("\(Self.parent)=\(getpid())")
    defer { free(link) }
    var variables: [UnsafeMutablePointer<CChar>?] = []
    var next = environ
    while let variable = next.pointee {
      variables.append(variable)
      next += 1
    }
    if isPart { variables.append(link) }
    variables.append(nil)
    var identifier: pid_t = 0
    let status = posix_spawnp(&identifier, arguments[0], &actions, nil, argv, variables)
    guard status == 0 else { throw FileProblem(arguments[0], errno: status) }
    self.identifier = identifier
  }

  /// In a process that is part of another: ends with it, now where it has ended already.
  static func endWithParent() {
    guard let value = environment(parent) else { return }
    unsetenv(parent)
    guard let parent = Int32(value), System.endWithParent(parent) else { exit(1) }
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

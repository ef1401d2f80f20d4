import Glibc
import Notebook

/// Several of this program at once.
enum Jobs {
  /// Runs it with each list of arguments, so many at a time; whether any ended with another code than 0.
  ///
  /// What they print comes in the order of the calls, whichever ends first. However this process ends, they end with it.
  ///
  /// - Parameters:
  ///   - descriptor: a number under which each gets a file to write a report to.
  ///   - take: takes the reports, in the order of the calls.
  static func run(
    _ calls: [[String]], atOnce: Int, descriptor: Int32? = nil, take: ([UInt8]) -> Void = { _ in }
  ) throws -> Bool {
    // They print to files, and would leave out the colours that a terminal gets.
    if isatty(STDERR_FILENO) == 1 { setenv("CLICOLOR_FORCE", "1", 1) }
    var waiting = calls[...]
    var jobs: [Job] = []
    var hasFailed = false
    while !waiting.isEmpty || !jobs.isEmpty {
      while jobs.count(where: { $0.status == nil }) < atOnce, let arguments = waiting.popFirst() {
        jobs.append(try Job(arguments, descriptor))
      }
      for index in jobs.indices where jobs[index].status == nil {
        jobs[index].status = jobs[index].process.exitStatus()
      }
      let ended = jobs.prefix { $0.status != nil }
      for job in ended {
        job.output.pass(to: STDOUT_FILENO)
        job.errors.pass(to: STDERR_FILENO)
        if let report = job.report { take(report.bytes()) }
        if job.status != 0 { hasFailed = true }
      }
      jobs.removeFirst(ended.count)
      if ended.isEmpty { usleep(2000) }
    }
    return hasFailed
  }

  private struct Job {
    let process: ChildProcess
    let output: HeldOutput
    let errors: HeldOutput
    let report: HeldOutput?
    /// The code it ended with; nil while it runs.
    var status: Int32?

    init(_ arguments: [String], _ descriptor: Int32?) throws {
      output = try HeldOutput()
      errors = try HeldOutput()
      report = descriptor == nil ? nil : try HeldOutput()
      var others: [Int32: Int32] = [:]
      if let descriptor { others[descriptor] = report?.descriptor }
      process = try ChildProcess(
        ["/proc/self/exe"] + arguments, output: output.descriptor, errors: errors.descriptor, others: others,
        isPart: true)
    }
  }
}

/// What a process prints, kept in a file without a name until it is its turn.
private final class HeldOutput {
  private let file: UnsafeMutablePointer<FILE>
  let descriptor: Int32

  init() throws {
    guard let file = tmpfile() else { throw FileProblem("a temporary file", errno: errno) }
    self.file = file
    descriptor = fileno(file)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { fclose(file) }

  func pass(to target: Int32) {
    each { chunk in
      var rest = chunk
      while !rest.isEmpty {
        let written = rest.withUnsafeBytes { Glibc.write(target, $0.baseAddress, $0.count) }
        if written < 0 && errno != EINTR { return false }
        rest = rest.dropFirst(max(written, 0))
      }
      return true
    }
  }

  func bytes() -> [UInt8] {
    var bytes: [UInt8] = []
    each { chunk in
      bytes += chunk
      return true
    }
    return bytes
  }

  /// Goes through what was printed, as long as `body` wants.
  private func each(_ body: (ArraySlice<UInt8>) -> Bool) {
    lseek(descriptor, 0, SEEK_SET)
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 || !body(chunk[..<count]) { return }
    }
  }
}

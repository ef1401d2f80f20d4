import Foundation
import Glibc
import Interpreter

/// The program: a worker where its driver started it, else the driver.
func runFuzzers() {
  let arguments = Array(ProcessInfo.processInfo.arguments.dropFirst())
  if arguments.first == "--worker" {
    let text = arguments.dropFirst().first ?? ""
    guard let job = try? JSONDecoder().decode(Job.self, from: Data(text.utf8)) else { quit("no job") }
    Worker.run(job)
  }
  let driver = Driver(Options(arguments))
  let hasFailed = driver.run()
  exit(hasFailed ? 1 : 0)
}

/// Divides the inputs among workers, starts one again behind the input that ended it, and keeps what failed.
final class Driver {
  private let options: Options
  private let workplace = Workplace()
  /// What was found, by kind and name, in the order of finding.
  private var found: [(kind: Kind, fault: Fault, seed: String, times: Int)] = []
  private var inputs = 0
  private var outcomes = Outcomes()
  /// More faults than this are counted, not made smaller.
  private static let mostMinimised = 30

  init(_ options: Options) { self.options = options }

  func run() -> Bool {
    defer { workplace.end() }
    if !options.replayed.isEmpty {
      for file in options.replayed { replayOne(file) }
      return !found.isEmpty
    }
    if !options.shown.isEmpty {
      show(options.kinds[0])
      return false
    }
    for kind in options.kinds {
      let start = Clock.seconds
      let before = (inputs, found.count)
      outcomes = Outcomes()
      replay(kind)
      search(kind)
      let seconds = Int((Clock.seconds - start).rounded())
      say(
        "\(kind.name): \(inputs - before.0) inputs, \(found.count - before.1) faults, \(seconds) s\(outcomes.text)\n"
      )
    }
    say("\(inputs) inputs, \(found.count) faults\n")
    return !found.isEmpty
  }

  // MARK: Inputs

  private func show(_ kind: Kind) {
    onEvaluationThread { [options] in
      for number in options.shown {
        var dice = Dice(seed: options.seed, of: kind.name, number: number)
        let input = kind.fuzzer.input(number, &dice)
        say("== \(kind.name) \(number)\n\(String(decoding: input, as: UTF8.self))\n")
      }
    }
  }

  private func replay(_ kind: Kind) {
    let files = Seeds.files(of: kind)
    guard !files.isEmpty else { return }
    var job = workplace.job(kind, worker: 0)
    (job.replayed, job.isThorough) = (files, true)
    work(kind, [job], isNew: false)
  }

  private func search(_ kind: Kind) {
    let deadline = options.seconds(of: kind).map { Clock.seconds + $0 }
    let jobs = (0..<options.processes).map { worker -> Job in
      var job = workplace.job(kind, worker: worker)
      (job.first, job.stride, job.end) = (worker, options.processes, options.count(of: kind))
      (job.seed, job.deadline) = (options.seed, deadline)
      return job
    }
    work(kind, jobs, isNew: true)
  }

  private func replayOne(_ file: String) {
    guard let data = FileManager.default.contents(atPath: file) else { quit("cannot read \(file)") }
    let faults = workplace.faults(of: Array(data), options.kinds[0], options)
    if faults.isEmpty { say("\(file): no fault\n") }
    for fault in faults {
      found.append((options.kinds[0], fault, file, 1))
      say("\(file): \(fault.name)\n\(fault.detail)\n")
    }
  }

  // MARK: Workers

  private func work(_ kind: Kind, _ jobs: [Job], isNew: Bool) {
    var running = jobs.map { job -> Child in
      let child = workplace.child(job, options)
      child.board.reset()
      child.start()
      return child
    }
    while !running.isEmpty {
      var next: [Child] = []
      for child in running {
        guard let end = child.poll() else {
          next.append(child)
          continue
        }
        for one in workplace.takeFaults(child.job) { meet(one.fault, Array(one.input), kind, isNew) }
        let board = child.board
        var done = board.done
        if case .died(let fault) = end {
          meet(fault, board.input, kind, isNew)
          done += 1
        }
        inputs += done
        outcomes += board.outcomes
        var job = child.job
        let count = job.replayed.isEmpty ? job.end : job.replayed.count
        if case .finished = end { continue }
        // One that dies before its first input does so again.
        guard board.number >= 0, board.number + job.stride < count else { continue }
        job.first = board.number + job.stride
        let successor = workplace.child(job, options)
        successor.board.reset()
        successor.start()
        next.append(successor)
      }
      running = next
      usleep(5000)
    }
  }

  // MARK: Faults

  private func meet(_ fault: Fault, _ input: [UInt8], _ kind: Kind, _ isNew: Bool) {
    if let known = found.firstIndex(where: { $0.kind.name == kind.name && $0.fault.name == fault.name }) {
      found[known].times += 1
      return
    }
    var smallest = input
    if isNew, found.count < Driver.mostMinimised {
      smallest = Minimiser(kind: kind, options: options, workplace: workplace).smallest(input, fault)
    }
    let name = isNew ? Seeds.keep(smallest, of: kind) : "kept before"
    found.append((kind, fault, name, 1))
    say("FAULT in \(kind.name) (\(name)): \(fault.name)\n\(indented(fault.detail, 20))")
    say("  of:\n\(indented(String(decoding: smallest.prefix(2000), as: UTF8.self), 40))")
  }

  private func indented(_ text: String, _ most: Int) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).prefix(most)
    return lines.isEmpty ? "" : lines.map { "    \($0)\n" }.joined()
  }
}

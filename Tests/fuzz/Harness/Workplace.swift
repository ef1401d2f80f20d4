import Foundation
import Glibc

/// A folder for what drivers and workers tell each other; nothing in it outlives them.
final class Workplace {
  let path: String

  init() {
    // Thousands of small files a second are nothing for a disk.
    let memory = "/dev/shm"
    let place =
      access(memory, W_OK) == 0 ? memory : FileManager.default.temporaryDirectory.path
    var template = Array("\(place)/fuzz-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { quit("cannot make a temporary folder") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  func end() { try? FileManager.default.removeItem(atPath: path) }

  /// A job for the worker of this number, without inputs yet.
  func job(_ kind: Kind, worker: Int) -> Job {
    Job(
      kind: kind.name, seed: 0, folder: "\(path)/folder-\(worker)", board: "\(path)/board-\(worker)",
      faults: "\(path)/faults-\(worker)")
  }

  func child(_ job: Job, _ options: Options) -> Child {
    Child(job, options, board: Board(path: job.board), errors: job.board + ".errors")
  }

  /// Takes what workers have written down.
  func takeFaults(_ job: Job) -> [FoundFault] {
    defer { unlink(job.faults) }
    guard let data = FileManager.default.contents(atPath: job.faults) else { return [] }
    return data.split(separator: 0x0A).compactMap {
      try? JSONDecoder().decode(FoundFault.self, from: Data($0))
    }
  }

  /// What is wrong with one input, in a process of its own that has seen no other.
  func faults(of input: [UInt8], _ kind: Kind, _ options: Options) -> [Fault] {
    var job = job(kind, worker: 99)
    let file = "\(path)/input"
    try? Data(input).write(to: URL(fileURLWithPath: file))
    (job.replayed, job.isThorough) = ([file], true)
    let child = child(job, options)
    child.board.reset()
    child.start()
    while true {
      guard let end = child.poll() else {
        usleep(3000)
        continue
      }
      var faults = takeFaults(job).map(\.fault)
      if case .died(let fault) = end { faults.append(fault) }
      return faults
    }
  }
}

import Interpreter
import Library
import Support

/// Programs, and what must hold for every one of them. A line `#---` begins another cell of the same notebook.
extension Trial {
  static let cellMark = "\n#---\n"

  /// What a program showed and how it ended.
  struct Answer {
    /// All that a reader sees, in order.
    var shown = ""
    var bundles: [Bundle] = []
    var failures: [Failure] = []
    /// Whether it depends on the clock how far it came.
    var wasStopped = false
  }

  func faults(ofProgram text: String) -> [Fault] {
    let digest = hash(text.utf8)
    let first = answer(to: text, interrupted: digest % 4 != 0)
    if first.answer.failures.isEmpty { board.outcomes.finished += 1 }
    if first.answer.failures.first?.kind == ErrorKind.syntax.rawValue { board.outcomes.unread += 1 }
    if first.answer.wasStopped { board.outcomes.stopped += 1 }
    var faults = first.faults
    if isThorough || digest % 8 == 1, !text.contains("@time"), !text.contains("progress") {
      faults += changes(of: text, first.answer)
    }
    if isThorough || digest % 8 == 2 { edit(text, digest) }
    for failure in first.answer.failures {
      faults += MessageCheck.faults(of: failure, in: text)
    }
    return faults
  }

  private func answer(to text: String, interrupted: Bool) -> (answer: Answer, faults: [Fault]) {
    tidy()
    let host = CollectingHost(canReplace: false)
    let session = session(host)
    var answer = Answer()
    for (number, cell) in text.split(separator: Trial.cellMark, omittingEmptySubsequences: false).enumerated()
    {
      let outcome = step(interrupted: interrupted) {
        session.run(String(cell), label: "cell [\(number + 1)]")
      }
      answer.shown += host.takeOutput()
      switch outcome {
      case .finished(let bundle):
        if let bundle {
          answer.bundles.append(bundle)
          answer.shown += bundle.entries.map { "\($0.mediaType)\n\($0.text)\n" }.joined()
        }
      case .failed(let failure):
        answer.failures.append(failure)
        answer.shown += failure.colouredReport.joined(separator: "\n") + "\n"
        if MessageCheck.dependsOnClock(failure) { answer.wasStopped = true }
      }
    }
    answer.bundles += host.displays.map(\.bundle) + host.updates.map(\.bundle)
    answer.shown += host.errors
    for shown in host.displays { answer.shown += shown.bundle["text/plain"] ?? "" }
    return (answer, afterwards(session))
  }

  /// Whatever a program did, the next cell has its value.
  func afterwards(_ session: Session) -> [Fault] {
    var outcome = step { session.run("1 + 1", label: "cell [0]") }
    // On a machine that is busy with others, even that may take longer than its time; not every time.
    for _ in 0..<5 {
      guard case .failed(let failure) = outcome, MessageCheck.dependsOnClock(failure) else { break }
      outcome = step { session.run("1 + 1", label: "cell [0]") }
    }
    switch outcome {
    case .finished(let bundle) where bundle == Bundle(plain: "2"): return []
    case .finished(let bundle):
      return [Fault("1 + 1 is not 2 afterwards", bundle?["text/plain"] ?? "nothing")]
    case .failed(let failure):
      return [Fault("1 + 1 fails afterwards", failure.report.joined(separator: "\n"))]
    }
  }

  /// The same program in a new notebook shows the same.
  private func changes(of text: String, _ first: Answer) -> [Fault] {
    guard !first.wasStopped else { return [] }
    let second = answer(to: text, interrupted: false).answer
    guard !second.wasStopped, !first.shown.utf8.elementsEqual(second.shown.utf8) else { return [] }
    let lines = zip(first.shown.split(separator: "\n"), second.shown.split(separator: "\n"))
    let (a, b) = lines.first { !$0.utf8.elementsEqual($1.utf8) } ?? ("…", "…")
    return [Fault("shows something else the second time", "\(a.prefix(300))\n\(b.prefix(300))")]
  }

  /// What a front end asks while somebody types.
  private func edit(_ text: String, _ digest: UInt64) {
    let session = session(CollectingHost())
    let count = text.unicodeScalars.count
    step { _ = Session.completeness(of: text) }
    for cursor in [0, count, Int(digest >> 32) % (count + 1), Int(digest >> 16 & 0xFFFF) % (count + 1)] {
      step {
        _ = session.complete(text, at: cursor)
        _ = session.inspect(text, at: cursor, detail: cursor & 1)
      }
    }
  }
}

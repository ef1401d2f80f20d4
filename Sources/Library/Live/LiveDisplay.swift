import Interpreter
import Numerics

/// Something shown that changes while it is computed: one output, replaced in place at most five times a
/// second, and once more at the end, so that the last state is always the one that stays.
///
/// How often it is drawn depends on the clock; so nothing else may depend on how often it is drawn.
final class LiveDisplay {
  private static let interval = 0.2

  private var id: String?
  private var due = 0.0
  /// Whether the state that is shown is older than the last one given.
  private(set) var isBehind = false

  /// - Parameter isLast: Shows the state whatever the time.
  func show(isLast: Bool = false, _ bundle: () throws -> Bundle?) throws {
    guard let session = Machine.session, Machine.repetitions == 0 else { return }
    isBehind = true
    let start = Clock.seconds
    guard isLast || (session.canReplace && start >= due), let bundle = try drawn(isLast, bundle) else {
      return
    }
    isBehind = false
    if let id {
      try session.update(bundle, id: id)
    } else {
      let new = session.newDisplayID()
      try session.display(bundle, id: new)
      id = new
    }
    // From the end of the drawing, and the later the longer it took: a slow picture takes a fifth of the time at most.
    let end = Clock.seconds
    due = end + max(LiveDisplay.interval, 4 * (end - start))
  }

  /// The picture of a state. Drawing calls functions of the notebook, which may draw random numbers, print, and note
  /// what is not finite; the computation finds all that as it was.
  private func drawn(_ isLast: Bool, _ bundle: () throws -> Bundle?) throws -> Bundle? {
    let (random, hasNoted) = (Random.state, Machine.hasNotedNonFinite)
    Machine.repetitions += 1
    defer {
      Machine.repetitions -= 1
      (Random.state, Machine.hasNotedNonFinite) = (random, hasNoted)
    }
    do {
      return try bundle()
    } catch  where id != nil && !isLast && !Interruption.isRaised {
      // A state between the first and the last that has no picture is passed over, as those that came too early are.
      return nil
    }
  }
}

/// How far a loop is, as one line of text.
final class ProgressBar: Unfinished {
  private static let width = 30

  private let total: Int
  private let start = Clock.seconds
  private let display = LiveDisplay()
  private var note = ""
  private var done = 0
  private(set) var isFinished = false

  init(total: Int) { self.total = total }

  func advance(to done: Int, note: String = "") throws {
    self.done = done
    self.note = note
    isFinished = done >= total
    try display.show(isLast: isFinished) { Bundle(plain: line) }
    if !isFinished { Machine.session?.finishLater(self) }
  }

  /// Shows where a loop stopped that did not reach its end.
  func finish() throws {
    if isFinished { return }
    isFinished = true
    try display.show(isLast: true) { Bundle(plain: line) }
  }

  private var line: String {
    // A program may say more is done than there is.
    let share = done < total ? Double(done) / Double(total) : 1
    let full = Int(clamping: share * Double(ProgressBar.width), to: 0...ProgressBar.width)
    var text = String(repeating: "━", count: full) + String(repeating: "─", count: ProgressBar.width - full)
    text += " \(done) of \(total)"
    if done > 0, !isFinished {
      text += ", \(Clock.duration((Clock.seconds - start) / share * (1 - share))) left"
    }
    return note.isEmpty ? text : text + "  " + note
  }
}

/// `progress(xs)`: goes through `xs` under a bar.
final class Progress: IterationGuide {
  private let source: Value

  init(over source: Value) { self.source = source }

  func each(_ body: (Value) throws -> Bool) throws {
    let bar = ProgressBar(total: count)
    var done = 0
    try bar.advance(to: 0)
    // Where the loop ends early, by an error too, the bar stays where it stopped.
    defer { try? bar.finish() }
    try Iteration.each(source) { item in
      let goesOn = try body(item)
      done += 1
      try bar.advance(to: done)
      return goesOn
    }
  }

  private var count: Int {
    switch source {
    case .tensor(let tensor): return tensor.isScalar ? 0 : tensor.shape[0]
    case .tuple(let tuple): return tuple.count
    case .record(let record): return (record.payload as? Progress)?.count ?? record.items.count
    case .string(let text): return text.string.count
    default: return 0
    }
  }
}

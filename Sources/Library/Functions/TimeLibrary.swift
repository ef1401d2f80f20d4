import Interpreter
import Numerics

extension LibraryBuilder {
  /// What the prelude's `at` and `fork` stand on: what is kept behind a Path or a history, and the random numbers of
  /// an earlier step.
  func addTime() {
    add(
      "kept(record, kind, show, time)",
      """
      For the library: the record as a `kind` ("" for a plain one) that shows as the figure `show(record)` unless that is
      `nothing`, with `time` behind it, which `time_of` reads. Where a field is replaced it is a plain record again.
      """
    ) { arguments in
      guard case .record(let record) = arguments.positional[0] else {
        throw Problem.wrongArgument(
          function: "kept", expected: "a record", got: arguments.positional[0].kindDescription)
      }
      let kind = try arguments.positional[1].string("kept")
      var show: Function?
      if case .nothing = arguments.positional[2] {
      } else {
        show = try arguments.positional[2].asFunction("kept")
      }
      return .record(
        Record(
          names: record.names, items: record.items, tag: kind.isEmpty ? nil : RecordTag(kind),
          payload: Keepsake(show: show, time: arguments.positional[3])))
    }
    add1("time_of(x)", "For the library: what `kept` put behind a record; `nothing` of anything else.") {
      if case .record(let record) = $0, let kept = record.payload as? Keepsake { return kept.time }
      return .nothing
    }
    add1("kind_of(x)", "For the library: what a record was made as, such as \"Path\"; \"\" of anything else.")
    {
      if case .record(let record) = $0, let tag = record.tag { return .text(tag.name) }
      return .text("")
    }
    add(
      "random_state()", "For the library: what random numbers come next, as four numbers that `seed` takes."
    ) {
      _ in RandomState.value(of: Random.state)
    }
    add2(
      "with_random(state, f)",
      "For the library: `(f(), state)` with random numbers from a state on, and the state after them; those of the notebook stay where they were."
    ) {
      let f = try $1.asFunction("with_random")
      let own = Random.state
      Random.state = try RandomState.read($0)
      defer { Random.state = own }
      let value = try f.call(Arguments([]))
      return .tuple(Tuple(value, RandomState.value(of: Random.state)))
    }
    addForwarding(
      "fork(path; at, method, steps, tol, point, seed)",
      """
      Goes on from the step `at` of a Path with something changed, as far as the original went, and shows both ways over
      one landscape and the step where they part. What may change: the options of its method (`rate`, `β` …), the whole
      `method`, `tol`, the `point` itself, or the random numbers (`seed`); `steps` is how many there are from there on. As a
      record it has `at`, `parts` (the first step whose points differ, or nothing), `original`, `changed` and `distances`
      (between the points of each step). Of the history of a training it shows both losses, and `changed` is `(θ, history)`.

      > f(x, y) = x² + 10 * y²
      > path = descend(f, (3, 1); method = momentum(rate = 0.02), steps = 100)
      > way = fork(path; at = 40, β = 0.5)
      > way.parts, round(norm(way.changed.final); digits = 4), round(norm(path.final); digits = 4)
      (41, 0.0003, 0.0114)

      See also: at, descend, train
      """
    ) { arguments in
      var named = arguments.named
      func take(_ name: String) -> Value {
        named.firstIndex { $0.name == name }.map { named.remove(at: $0).value } ?? .nothing
      }
      let own = ["at", "method", "steps", "tol", "point", "seed"].map(take)
      let changes = Record(names: named.map(\.name), items: named.map(\.value))
      guard case .function(let fork) = self.globals.cell("fork_at").value else { return .nothing }
      return try fork.call(Arguments(arguments.positional + own + [.record(changes)]))
    }
  }
}

/// What stands behind a record of the prelude: its picture, and what leads back to its steps.
final class Keepsake: ShownAsFigure {
  private let show: Function?
  let time: Value

  init(show: Function?, time: Value) {
    self.show = show
    self.time = time
  }

  func figure(of record: Record) throws -> FigureValue? {
    guard let show else { return nil }
    do {
      if case .figure(let figure) = try show.call(.record(record)) { return figure }
    } catch  where Display.isOfFigure(error) {
      // A descent never raises, and neither does showing it: what has no finite point shows as its numbers.
    }
    return nil
  }
}

/// The state of the random numbers as a value: seed and block, each in two halves, which numbers hold exactly.
enum RandomState {
  static func value(of state: Random.State) -> Value {
    let halves = [state.seed >> 32, state.seed & 0xFFFF_FFFF, state.block >> 32, state.block & 0xFFFF_FFFF]
    return .tensor(Tensor(halves.map { Double($0) }, shape: [4]))
  }

  static func read(_ value: Value) throws -> Random.State {
    guard case .tensor(let tensor) = value, tensor.rank == 1, tensor.count == 4,
      case let halves = tensor.doubles.compactMap({ UInt32(exactly: $0) }).map({ UInt64($0) }),
      halves.count == 4
    else {
      throw Problem.badValue(
        function: "seed",
        reason: "it takes a whole number, or the random state that at(path, step).random is")
    }
    return Random.State(seed: halves[0] << 32 | halves[1], block: halves[2] << 32 | halves[3])
  }
}

extension RecordTag {
  /// What `at` makes.
  static let moment = RecordTag("Moment")
}

import Explorables
import Interpreter
import Numerics

// While the function of an explorable is followed, `descend` and `descent` only note what they are asked for: a descent is
// one turn, written down with all that goes from turn to turn, and its figure is the frame that a page draws it into.

/// A descent one of whose turns has been written down.
final class FollowedDescent {
  let turns: Recomputed.Turns
  let method: [TextPiece]
  /// All registers that a turn has to find.
  let results: [Int32]
  /// The figure's title, where it has been asked for.
  var title: Text?

  init(turns: Recomputed.Turns, method: [TextPiece], results: [Int32]) {
    (self.turns, self.method, self.results) = (turns, method, results)
  }

  /// What stands for a Path or its figure: no field of it can be read.
  var value: Value { .record(Record(names: [], items: [], tag: RecordTag("Path"), payload: self)) }
}

/// The two functions in their following form.
struct DescentFollower {
  let library: Globals
  let trace: PlanTrace

  /// Something that a page cannot do.
  private struct Unfollowed: Error {}

  private static let replaced = ["descend", "descent"]

  /// Runs `body` while both names mean what is here; a notebook's own function of such a name is that.
  func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    let kept = DescentFollower.replaced.map { library.cell($0).value }
    defer { for (name, value) in zip(DescentFollower.replaced, kept) { library.cell(name).value = value } }
    library.cell("descend").value = .function(
      Builtin(
        Signature(parsing: "descend(f, x₀; method, steps, tol, live)"), arity: 2...2, documentation: "",
        numberUse: .untraced
      ) { try self.descend($0, kept[0]) })
    library.cell("descent").value = .function(
      Builtin(
        Signature(parsing: "descent(f, path; \(DescentFollower.options.joined(separator: ", ")))"),
        arity: 2...2, documentation: "", numberUse: .untraced
      ) { try self.descent($0) })
    return try body()
  }

  private func descend(_ arguments: Arguments, _ original: Value) throws -> Value {
    guard case .function(let f) = arguments.positional[0], !f.reachesFollowedNumbers,
      case .function(let closure as Closure) = original
    else { throw Unfollowed() }
    func option(_ name: String) throws -> Value {
      try arguments[name] ?? closure.fallback(of: name, Arguments(arguments.positional))
    }
    guard case .tensor(let steps) = try option("steps"), steps.isPlain, steps.isScalar,
      let most = Int(exactly: steps.value()), most >= 0,
      case .tensor(let tolerance) = try option("tol"), tolerance.isPlain, tolerance.isScalar,
      tolerance.type == .f64, case .tensor(let live) = try option("live"), live.truth == false,
      case .record(let method) = try usedMethod(option("method")),
      case .string(let name)? = method["name"], case .function(let start)? = method["init"],
      case .function? = method["update"]
    else { throw Unfollowed() }
    let x = arguments.positional[1]
    start.willBeCalledByLibrary()
    let state = try start.call(x)
    var places: [(place: [Int32], first: [Int32])] = []
    let point = try carried(x, &places)
    let coordinates = places.flatMap(\.place)
    let memory = try carried(state, &places)
    let turn = trace.carried(Tensor(1))
    let made = try function("descent_turn")
    made.willBeCalledByLibrary()
    let slope = Value.function(Differentiation.valueAndGradient(f.ofPoint))
    guard
      case .tuple(let found) = try made.call(
        Arguments([slope, method["update"] ?? .nothing, point, memory, .tensor(turn)])),
      found.count == 4, let loss = number(found[0]), let norm = number(found[1])
    else { throw Unfollowed() }
    let results = try leaves(found[2]) + leaves(found[3])
    guard results.map(\.count) == places.map(\.place.count) else { throw Unfollowed() }
    let numbers = zip(places, results).flatMap { before, after in
      after.indices.map {
        (place: Int(before.place[$0]), first: Int(before.first[$0]), result: Int(after[$0]))
      }
    }
    let turns = Recomputed.Turns(
      carried: numbers, point: coordinates.map(Int.init), turn: Int(trace.places(of: turn)[0]),
      loss: Int(loss),
      norm: Int(norm), steps: most, tolerance: tolerance.scalar)
    return FollowedDescent(
      turns: turns, method: name.pieces ?? [.text(name.string)],
      results: results.flatMap(\.self) + places.flatMap(\.first) + [loss, norm]
    ).value
  }

  private static let options = [
    "title", "limits", "xlimits", "ylimits", "xlabel", "ylabel", "color", "width", "size",
  ]

  private func descent(_ arguments: Arguments) throws -> Value {
    guard case .function(let f) = arguments.positional[0], !f.reachesFollowedNumbers,
      case .record(let path) = arguments.positional[1], let descent = path.payload as? FollowedDescent
    else { throw Unfollowed() }
    for (name, value) in arguments.named {
      switch value {
      case .string(let title) where name == "title": descent.title = title
      case .string(let text) where text.pieces == nil: break
      default: guard value.isAlwaysTheSame else { throw Unfollowed() }
      }
    }
    return descent.value
  }

  /// Of a method that is named nothing is asked: it may hold numbers that are followed.
  private func usedMethod(_ method: Value) throws -> Value {
    if case .nothing = method { try function("method_or_sgd").call(method) } else { method }
  }

  private func function(_ name: String) throws -> Function {
    guard case .function(let function) = library.cell(name).value else { throw Unfollowed() }
    return function
  }

  /// A tree whose numbers go from turn to turn.
  private func carried(
    _ value: Value, _ places: inout [(place: [Int32], first: [Int32])]
  ) throws -> Value {
    try Trees.map(value) { leaf in
      guard case .tensor(let tensor) = leaf, PlanTrace.canCarry(tensor) else { throw Unfollowed() }
      let first = trace.places(of: tensor)
      guard first.count == tensor.count else { throw Unfollowed() }
      let new = trace.carried(tensor)
      places.append((trace.places(of: new), first))
      return .tensor(new)
    }
  }

  private func leaves(_ value: Value) throws -> [[Int32]] {
    try Trees.leaves(value).map { leaf in
      guard case .tensor(let tensor) = leaf, tensor.type == .f64 else { throw Unfollowed() }
      let places = trace.places(of: tensor)
      guard places.count == tensor.count else { throw Unfollowed() }
      return places
    }
  }

  private func number(_ value: Value) -> Int32? {
    guard case .tensor(let tensor) = value, tensor.isScalar, tensor.type == .f64 else { return nil }
    return trace.places(of: tensor).first
  }
}

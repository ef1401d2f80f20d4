import Interpreter
import Numerics

extension LibraryBuilder {
  /// What shows how far a computation is. The clock is in here: programs see no time.
  func addProgress() {
    add1(
      "progress(xs)",
      """
      Goes through `xs` like `for` does by itself, and shows a bar that updates in place.

      > for i in progress(1:3)
      >   x = i^2
      > end
      ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 3 of 3

      See also: for, train, display
      """
    ) {
      guard Iteration.isIterable($0) else { throw Problem.notIterable(kind: $0.kindDescription) }
      if Tape.depth > 0 { return $0 }
      return .record(Record(names: ["items"], items: [$0], tag: .progress, payload: Progress(over: $0)))
    }
    add1(
      "live_display(draw)",
      """
      For the library: a function that shows `draw(args...)` in one output, replaced in place at most five times a second; calls in
      between draw nothing, but `last = true` always does.
      """
    ) {
      let draw = try $0.asFunction("live_display")
      let display = LiveDisplay()
      let header = Signature(parsing: "live(args...; last = false)")
      return .function(
        Builtin(header, arity: 0...Int.max, documentation: "Shows the present state.") { arguments in
          let isLast = try arguments["last"]?.tensor("live").truth ?? false
          try display.show(isLast: isLast) {
            try Display.bundle(of: try draw.call(Arguments(arguments.positional)))
          }
          // What stands there in its last state need not be shown again as the value of the cell.
          if isLast, arguments.positional.count == 1 { Machine.session?.shown = arguments.positional[0] }
          return .nothing
        })
    }
    add(
      "progress_bar(total)",
      "For the library: a function of how much of `total` is done and of a text, which shows both as a bar that updates in place."
    ) {
      let bar = ProgressBar(total: try $0.positional[0].whole("progress_bar"))
      let header = Signature(parsing: "bar(done, note)")
      return .function(
        Builtin(header, arity: 2...2, documentation: "Moves the bar.") { arguments in
          try bar.advance(
            to: arguments.positional[0].whole("progress_bar"),
            note: arguments.positional[1].string("progress_bar"))
          return .nothing
        })
    }
    add2(
      "with_data(f, data)",
      "For the library: `f` with the fields of a record, or the parts of a tuple in order, as its named arguments: a function of the others alone."
    ) {
      let f = try $0.asFunction(Problem.caller)
      let named = try LibraryBuilder.named($1, for: f)
      return .function(
        Derived(f.signature.name, from: f) { f, arguments in
          try f.call(Arguments(arguments.positional, named: arguments.named + named))
        })
    }
  }
  /// What `data` says as named arguments of a function: the fields of a record as they are called; the parts of a
  /// tuple, or one value, in the order of the parameters.
  static func named(_ data: Value, for f: Function) throws -> [(name: String, value: Value)] {
    let all = f.signature.named
    let required = all.filter { f.signature.fallbacks[$0] == nil }
    let items: [Value]
    switch data {
    case .record(let record): return zip(record.names, record.items).map { (name: $0, value: $1) }
    case .tuple(let tuple): items = tuple.items
    case _ where required.count == 1: items = [data]
    default:
      throw Problem.wrongArgument(
        function: f.signature.description, expected: "its data as a record, such as (; X, y)",
        got: data.kindDescription)
    }
    let names = required.count == items.count ? required : all
    guard items.count <= names.count, items.count >= required.count else {
      throw Problem.badValue(
        function: "data",
        reason: "\(f.signature.description) wants \(required.joined(separator: ", ")) by name,"
          + " and the data has \(items.count == 1 ? "1 part" : "\(items.count) parts")")
    }
    return zip(names, items).map { (name: $0, value: $1) }
  }
}

extension RecordTag {
  /// What `progress` answers.
  fileprivate static let progress = RecordTag("Progress")
}

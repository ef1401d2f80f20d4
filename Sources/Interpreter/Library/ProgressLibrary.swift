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
      return .record(Record(names: ["items"], items: [$0], tag: Progress.tag))
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
      "For the library: `f` with the fields of a record as its named arguments: a function of the others alone."
    ) {
      let f = try $0.asFunction("with_data")
      guard case .record(let record) = $1 else {
        throw Problem.wrongArgument(
          function: "with_data", expected: "a record, such as (; X, y)", got: $1.kindDescription)
      }
      let named = zip(record.names, record.items).map { (name: $0, value: $1) }
      return .function(
        Derived(f.signature.name, from: f) {
          try f.call(Arguments($0.positional, named: $0.named + named))
        })
    }
  }
}

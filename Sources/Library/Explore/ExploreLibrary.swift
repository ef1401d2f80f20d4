import Explorables
import Interpreter
import Numerics

extension RecordTag {
  static let explorable = RecordTag("Explorable")
}

extension LibraryBuilder {
  func addExplore() {
    addForwarding(
      "explore(f)",
      """
      Puts one to three parameters of `f` on controls: `explore(β -> …; β = 0..0.99)`. An interval is a slider (`steps`
      from one end to the other, or a record of them by name), a list of numbers a slider over them, other lists are
      menus, bools a box. `start = (β = 0.9,)` is where they stand at first. All values of `f`, figures, grids, numbers,
      tensors or texts, are computed at once and travel with the output, so that the controls work in a notebook, in an
      exported page and offline, without a kernel. Where `f` only computes with numbers of intervals, or is the figure of
      one `descend` of two variables, the page computes it itself between the states. Where ipywidgets' manager is
      installed beside Jupyter, an output below has sliders for all others that stand anywhere: the running kernel computes
      what they ask for, with the definitions as they are then. `save("page.html", …)` writes a page of its own. A record
      with the fields `parameters` and `values`. Of a Path it is a scrubber over its steps.

      > explore(k -> k²; k = 1:3)
      Explorable, k in 1, 2, 3: 3 states. At k = 1: 1
      > explore((a, wave) -> wave == "sine" ? sin(a) : cos(a); a = 0..1, wave = ("sine", "cosine"), steps = 4)
      Explorable, a in 0 … 1; wave in sine, cosine: 10 states. At a = 0, wave = sine: 0

      See also: descent, grid, save
      """
    ) { arguments in
      if case .record(let path)? = arguments.positional.first, path.tag?.name == "Path" {
        return try scrubber(path, arguments)
      }
      let f = try arguments.function(0, "explore")
      guard arguments.positional.count == 1 else {
        throw Problem.badValue(
          function: "explore",
          reason: "it takes the function alone, and its parameters by name: explore(β -> …; β = 0..0.99)")
      }
      let own = Set(f.signature.positional + f.signature.named)
      var (ranges, starts, steps): ([(name: String, value: Value)], Value?, Value?) = ([], nil, nil)
      for (name, value) in arguments.named {
        switch name {
        case "start" where !own.contains("start"): starts = value
        case "steps" where !own.contains("steps"): steps = value
        default: ranges.append((name, value))
        }
      }
      guard (1...3).contains(ranges.count) else {
        throw Problem.badValue(
          function: "explore", reason: "it moves one to three parameters: explore(β -> …; β = 0..0.99)")
      }
      ranges = try ordered(ranges, f)
      let stops = try ranges.map { name, range in
        try Stops(
          name, range, steps: whole(steps, name), usual: Exploration.usualSteps[ranges.count - 1],
          start: named(starts, name, alone: ranges.count == 1, "start"))
      }
      return try explorable(f, stops)
    }
  }

  private func explorable(_ f: Function, _ stops: [Stops]) throws -> Value {
    let exploration = try Exploration(f, stops, globals)
    let parameters = Value.record(Record(names: stops.map(\.name), items: stops.map { .items($0.values) }))
    return .record(
      Record(
        names: ["parameters", "values"], items: [parameters, .items(exploration.values)], tag: .explorable,
        payload: exploration))
  }

  /// The way as far as each step, of long ones as far as some.
  private func scrubber(_ path: Record, _ arguments: Arguments) throws -> Value {
    guard arguments.positional.count == 1, case .tensor(let count)? = path["steps"],
      case .function(let until) = globals.cell("path_until").value
    else {
      throw Problem.badValue(
        function: "explore", reason: "of a Path it takes the Path alone, and start or steps")
    }
    for (name, _) in arguments.named where name != "start" && name != "steps" {
      throw Problem.unknownArgument(name, signature: Signature(parsing: "explore(path; start, steps)"))
    }
    let last = Int(clamping: count.scalar)
    let wanted = try arguments["steps"].map { try $0.whole("explore", from: 1) } ?? LibraryBuilder.scrubbed
    let parts = max(1, min(last, wanted))
    let places = last == 0 ? [0] : (0...parts).map { last * $0 / parts }
    var stops = try Stops(
      "step", .tensor(Tensor(places.map(Double.init))), steps: nil, usual: parts,
      start: named(arguments["start"], "step", alone: true, "start"))
    if parts < last { stops.reach = (0, Double(last), 1) }
    let value = Value.record(path)
    let scrub = Builtin(Signature(parsing: "scrub(step)"), arity: 1...1, documentation: "") {
      try until.call(Arguments([value, $0.positional[0]]))
    }
    return try explorable(scrub, [stops])
  }

  /// Steps of a scrubber where a path has more.
  private static let scrubbed = 60

  /// In the order in which the function takes them.
  private func ordered(
    _ ranges: [(name: String, value: Value)], _ f: Function
  ) throws -> [(name: String, value: Value)] {
    let (positional, named) = (f.signature.positional, Set(f.signature.named))
    let unnamed = ranges.filter { !named.contains($0.name) }
    guard !positional.isEmpty, f.signature.rest == nil else { return ranges }
    guard unnamed.count == positional.count, unnamed.allSatisfy({ positional.contains($0.name) }) else {
      throw Problem.badValue(
        function: "explore",
        reason: "the function takes \(positional.joined(separator: ", ")): name a range for each of them")
    }
    return positional.compactMap { name in unnamed.first { $0.name == name } }
      + ranges.filter { named.contains($0.name) }
  }

  private func whole(_ steps: Value?, _ name: String) throws -> Int? {
    try named(steps, name, alone: true, "steps").map { try $0.whole("explore", from: 1) }
  }

  /// What a record, or one value for all, says of a parameter.
  private func named(_ value: Value?, _ name: String, alone: Bool, _ option: String) throws -> Value? {
    switch value {
    case nil, .nothing?: return nil
    case .record(let record)? where record.tag == nil: return record[name]
    case let value? where alone: return value
    case _?:
      throw Problem.badValue(
        function: "explore", reason: "\(option) names the parameters: \(option) = (\(name) = …,)")
    }
  }
}

import Explorables
import Figures
import Interpreter
import Numerics

/// The values of a function for all positions of its controls, and how they show.
final class Exploration: ShownAsFigure {
  private let function: Function
  private let library: Globals
  private(set) var stops: [Stops]
  /// Where the random numbers of every state begin.
  private let random = Random.state
  /// For each combination, the last parameter running fastest.
  private(set) var values: [Value] = []
  /// What the sizes allowed of what was asked for.
  private var wanted = 0
  private var drawn: (explorable: Explorable, packed: String, picture: String)?
  /// The starting state in the frame that all share, and the greatest limit of their scales where all have one.
  private(set) var steadied: (start: Figure, limit: Double?)?

  /// What an output may be, in bytes.
  private static let mostBytes = 2 << 20
  private static let mostStates = 10_000
  /// Stops of each of one, two and three sliders where nothing is said of it.
  static let usualSteps = [30, 12, 6]

  init(_ function: Function, _ stops: [Stops], _ library: Globals) throws {
    (self.function, self.stops, self.library) = (function, stops, library)
    wanted = stops.reduce(1) { min(1 << 40, $0 * $1.values.count) }
    try Exploration.check(wanted)
    try evaluate()
  }

  /// Throws where there are too many states.
  static func check(_ count: Int) throws {
    guard count > mostStates else { return }
    throw Problem.badValue(
      function: "explore",
      reason: "\(count) states are more than a page can hold; name fewer steps or shorter lists")
  }

  private var start: Int { stops.reduce(0) { $0 * $1.values.count + $1.start } }

  /// Every state begins with the same random numbers, and the notebook goes on with those of the first that is seen.
  private func evaluate() throws {
    var after = random
    Machine.repetitions += 1
    defer { Machine.repetitions -= 1 }
    for state in 0..<wanted {
      Random.state = random
      do {
        values.append(try call(at: state))
      } catch let error where state != start && !Interruption.isRaised {
        values.append(try Exploration.words(of: error))
      }
      if state == start { after = Random.state }
      try NumericsInterruption.poll()
    }
    Random.state = after
  }

  private func call(at state: Int) throws -> Value {
    var rest = state
    var chosen: [Value] = []
    for stop in stops.reversed() {
      chosen.append(stop.values[rest % stop.values.count])
      rest /= stop.values.count
    }
    return try function.call(arguments(chosen.reversed()))
  }

  /// The value at any position of the controls, with the random numbers of every state; those of the notebook are not
  /// put back.
  func value(at position: [Value]) throws -> Value {
    Random.state = random
    return try function.call(arguments(position))
  }

  /// What the function is called with where the controls stand so.
  private func arguments(_ chosen: [Value]) -> Arguments {
    let named = Set(function.signature.named)
    var arguments = Arguments([])
    for (stop, value) in zip(stops, chosen) {
      if named.contains(stop.name) {
        arguments.named.append((name: stop.name, value: value))
      } else {
        arguments.positional.append(value)
      }
    }
    return arguments
  }

  /// A state that has no value shows what stands in its way.
  static func words(of error: any Error) throws -> Value {
    guard let (kind, message) = Display.words(of: error) else { throw error }
    return .text("\(kind): \(message)")
  }

  // MARK: Showing

  func figure(of record: Record) throws -> FigureValue? { try Exploration.figure(values[start]) }

  static func figure(_ value: Value) throws -> FigureValue? {
    switch value {
    case .figure(let figure): figure
    case .record(let record): try Display.figure(of: record)
    default: nil
    }
  }

  /// All states, fewer where they would be more than an output may hold.
  func shown() throws -> (explorable: Explorable, packed: String, picture: String) {
    if let drawn { return drawn }
    var figures = try values.map(Exploration.figure)
    let limits = figures.compactMap { $0?.scale?.limit }
    let greatest = limits.count == figures.count ? limits.max() : nil
    if let greatest {
      figures = try figures.map { figure in
        try figure.map { FigureValue(try $0.scale?.draw(greatest) ?? $0.figure) }
      }
    }
    // A state in words, such as an error, is seen among the others.
    let places = figures.indices.filter { figures[$0] != nil }
    do {
      for (place, steady) in zip(places, try Figure.steady(places.compactMap { figures[$0]?.figure })) {
        figures[place] = FigureValue(steady)
      }
    } catch let error where Display.isOfFigure(error) && !Interruption.isRaised {
      // One that cannot be laid out: each stands as it would alone.
    }
    steadied = figures[start].map { ($0.figure, greatest) }
    var picture = ""
    var states: [Explorable.State] = []
    for (index, figure) in figures.enumerated() {
      guard let figure else {
        states.append(.text(try Exploration.text(values[index])))
        continue
      }
      do {
        let drawn = try figure.figure.drawn()
        if index == start { picture = drawn.html }
        states.append(.figure(svg: drawn.svg, sentence: drawn.sentence))
      } catch let error where index != start && Display.isOfFigure(error) && !Interruption.isRaised {
        states.append(.text("This state cannot be drawn."))
      }
      try NumericsInterruption.poll()
    }
    var explorable = Explorable(stops.map(\.parameter), states)
    var packed = try explorable.packed()
    var pictures = figures.map { $0?.figure }
    while packed.utf8.count > Exploration.mostBytes, let longest = longest(explorable) {
      thin(&explorable, &pictures, longest)
      packed = try explorable.packed()
    }
    if stops.allSatisfy(\.isContinuous) {
      var other = explorable
      other.recomputed = try Recomputing(function: function, library: library).recomputed(
        at: stops.map { $0.startingNumber }, arguments, explorable, pictures)
      let text = other.recomputed == nil ? packed : try other.packed()
      if text.utf8.count <= Exploration.mostBytes { (explorable, packed) = (other, text) }
    }
    drawn = (explorable, packed, picture)
    return (explorable, packed, picture)
  }

  static func text(_ value: Value) throws -> String {
    if case .string(let text) = value { return text.string }
    return try Display.bundle(of: value)?["text/plain"] ?? ""
  }

  /// The slider with the most stops, as long as there is one to thin.
  private func longest(_ explorable: Explorable) -> Int? {
    let candidates = stops.indices.filter { stops[$0].control == .slider && stops[$0].values.count > 3 }
    return candidates.max { stops[$0].values.count < stops[$1].values.count }
  }

  private func thin(_ explorable: inout Explorable, _ pictures: inout [Figure?], _ parameter: Int) {
    let before = stops
    stops[parameter].thin()
    let kept = Set(stops[parameter].texts)
    var states: [Explorable.State] = []
    var left: [Value] = []
    var drawn: [Figure?] = []
    for (index, state) in explorable.states.enumerated() {
      var rest = index
      for place in before.indices.reversed() where place > parameter { rest /= before[place].values.count }
      guard kept.contains(before[parameter].texts[rest % before[parameter].values.count]) else { continue }
      states.append(state)
      left.append(values[index])
      drawn.append(pictures[index])
    }
    (values, pictures) = (left, drawn)
    explorable = Explorable(stops.map(\.parameter), states)
  }

  /// What a reader without the page is told.
  func sentence(_ explorable: Explorable) -> String {
    let ranges = explorable.parameters.map { parameter in
      let stops = parameter.stops
      let range = stops.count > 4 ? "\(stops[0]) … \(stops[stops.count - 1])" : stops.joined(separator: ", ")
      return "\(parameter.name) in \(range)"
    }
    var text = "Explorable, \(ranges.joined(separator: "; ")): \(explorable.states.count) states"
    if explorable.states.count < wanted { text += " of \(wanted), as many as an output holds" }
    return text
      + ". At \(explorable.position(of: explorable.start)): \(explorable.states[explorable.start].sentence)"
  }

  func bundle() throws -> Bundle {
    let (explorable, packed, picture) = try shown()
    var entries = [Bundle.Entry("text/html", explorable.html(packed: packed, picture: picture))]
    if case .figure(let svg, _) = explorable.states[explorable.start] {
      entries.append(Bundle.Entry("image/svg+xml", svg))
    }
    return Bundle(entries + [Bundle.Entry("text/plain", sentence(explorable))])
  }
}

import Figures
import Interpreter
import Numerics

extension LibraryBuilder {
  /// Every mark becomes a function of its name; what it may be called with is read from its row.
  func addMarks() {
    for row in Marks.all { add(row) }
    add(
      "grid(figures...; columns, size, title, share)",
      """
      Figures in rows of `columns` (about square unless named), as `[a b; c d]` lays them out. A tuple of figures is
      spread. `size = (w, h)` is that of all together, in pixels, and `title` stands over them all. Axes that show the same
      variable (they have one name, or are those of nameless clouds of points) have the same limits; with `share = false`
      each panel has its own.

      > grid(plot([1, 2]), plot([2, 1]); columns = 2)
      A line of 2 points, y from 1 to 2 over x from 1 to 2. A line of 2 points, y from 1 to 2 over x from 1 to 2.

      See also: plot, image
      """
    ) { arguments in
      var figures: [FigureValue] = []
      func collect(_ value: Value) throws {
        switch value {
        case .figure(let figure): figures.append(figure)
        case .tuple(let tuple): for item in tuple.items { try collect(item) }
        case .record(let record):
          guard let figure = try Display.figure(of: record) else { fallthrough }
          figures.append(figure)
        default:
          throw Problem.wrongArgument(function: "grid", expected: "figures", got: value.kindDescription)
        }
      }
      for value in arguments.positional { try collect(value) }
      guard !figures.isEmpty else {
        throw Problem.badValue(function: "grid", reason: "there is no figure to lay out")
      }
      var columns = Int(clamping: Double(figures.count).squareRoot().rounded(.up))
      if let named = arguments["columns"], case .tensor = named { columns = try named.whole("grid", from: 1) }
      let rows = stride(from: 0, to: figures.count, by: columns).map {
        Array(figures[$0..<min($0 + columns, figures.count)])
      }
      var sharesAxes = true
      switch arguments["share"] {
      case nil, .nothing?: break
      case .tensor(let tensor)? where tensor.truth != nil: sharesAxes = tensor.truth ?? true
      case let named?: throw Problem.badOption("grid", "share", named)
      }
      var grid = try FigureScale.grid(rows, sharesAxes: sharesAxes)
      if let named = arguments["title"], case .string(let title) = named {
        grid = try grid.map { $0.titled(title.string) }
      }
      switch arguments["size"] {
      case nil, .nothing?: break
      case let named?:
        let sides = try Stacking.stack(try Iteration.items(named))
        guard case .tensor(let sides) = sides, sides.rank == 1 else {
          throw Problem.badOption("grid", "size", named)
        }
        grid = try grid.map { try $0.sized(sides.doubles, by: "grid") }
      }
      return .figure(grid)
    }
    add2(
      "on_one_scale(limit, draw)",
      "For the library: the figure `draw(limit)`, which in a grid is drawn with the greatest limit of those that stand beside it."
    ) {
      let limit = try $0.number("on_one_scale")
      let draw = try $1.asFunction("on_one_scale")
      func drawn(_ limit: Double) throws -> Figure {
        guard case .figure(let figure) = try draw.call(.number(limit)) else {
          throw Problem.wrongArgument(
            function: "on_one_scale", expected: "a function that draws a figure", got: "another")
        }
        return figure.figure
      }
      return .figure(FigureValue(try drawn(limit), scale: FigureScale(limit: limit, draw: drawn)))
    }
    add("ends(interval)", "For the library: the two ends of an interval, or of what has two elements.") {
      arguments in
      let items: [Value]
      switch arguments.positional[0] {
      case .interval(let interval): items = [.number(interval.lower), .number(interval.upper)]
      case let other: items = try Iteration.items(other)
      }
      guard items.count == 2 else {
        throw Problem.badValue(function: "a figure", reason: "it takes an interval low..high for each axis")
      }
      return .tuple(Tuple(items))
    }
  }

  /// What is said of a figure where it cannot be seen.
  func addDescription() {
    add2(
      "described(figure, sentence)",
      """
      The figure with a sentence of its own, which stands for it in a terminal, for a reader of the screen and in the
      log of a test, in the place of what its parts say.

      > described(plot([1, 4, 9]), "The squares of 1, 2 and 3.")
      The squares of 1, 2 and 3.

      See also: grid, text
      """
    ) {
      guard case .figure(let figure) = $0 else {
        throw Problem.wrongArgument(
          function: "described", expected: "a figure", got: $0.kindDescription)
      }
      return .figure(FigureValue(figure.figure.described(as: try $1.string("described"))))
    }
  }

  private func add(_ row: MarkRow) {
    var header = Signature(parsing: row.signatures.first ?? row.name)
    header.name = row.name
    header.rest = header.rest ?? "more"
    header.named = row.options.map(\.name)
    let options = row.options.map { "- `\($0.name)` (\($0.defaultText)): \($0.documentation)" }
    let documentation = ([row.documentation, "", "Options:"] + options).joined(separator: "\n")
    set(
      row.name,
      .function(
        Builtin(
          header, arity: 0...Int.max, documentation: documentation, usages: row.signatures
        ) { arguments in
          let point = FigureData.point(of: arguments.positional)
          let channels = try arguments.positional.map { try FigureData.channel($0, row, point: point) }
          var named: [String: OptionValue] = [:]
          for (name, value) in arguments.named {
            // What a prelude's own function was not given, it hands on as nothing.
            if case .nothing = value { continue }
            named[name] = try FigureData.option(value, name, row)
          }
          return .figure(FigureValue(try row.build(channels, named)))
        }))
  }
}

/// Language values as the figures take them.
enum FigureData {
  /// What a function beside paths is called with: a point as the first of them has it, a record or a matrix, say.
  static func point(of arguments: [Value]) -> Value? {
    for case .record(let record) in arguments where record.tag == .path { return record["final"] }
    return nil
  }

  /// - Parameter point: what the point of a function looks like, where there is an example.
  static func channel(_ value: Value, _ row: MarkRow, point: Value? = nil) throws -> Channel {
    switch value {
    case .tensor(let tensor):
      try Memory.reserve(tensor.count * MemoryLayout<Double>.stride)
      if tensor.rank == 2, row.takesEigenvalues { return try eigenvalues(tensor) }
      if tensor.rank == 2 {
        return .matrix(rows: tensor.shape[0], columns: tensor.shape[1], tensor.doubles)
      }
      if tensor.rank > 2 { return .tensor(shape: Array(tensor.shape), tensor.doubles) }
      return .numbers(tensor.isScalar ? [tensor.value()] : tensor.doubles)
    case .tuple:
      // Points may be tuples as well.
      let items = try Iteration.items(value).map { item in
        if case .tuple = item { try Stacking.stack(try Iteration.items(item)) } else { item }
      }
      if case .tensor(let tensor) = try Stacking.stack(items), (1...2).contains(tensor.rank) {
        return try channel(.tensor(tensor), row)
      }
    case .interval(let interval): return .interval(interval.lower, interval.upper)
    case .string(let text): return .text(text.string)
    case .record(let record) where row.takesEigenvalues:
      if case .tensor(let real)? = record["re"], case .tensor(let imaginary)? = record["im"] {
        return .complex(real: real.doubles, imaginary: imaginary.doubles)
      }
    case .record(let record) where record.tag == .path: return .path(try path(record))
    case .function(let function):
      switch row.function {
      case .curve?:
        return .curve(
          { try number(try function.call(.number($0)), row) },
          atOnce: { try numbers(of: function, $0, row) { try function.call($0[0]) } })
      case .vectorField?:
        let isOfPoint = function.positionalCount ?? 1 == 1
        func value(_ x: Value, _ y: Value) throws -> Value {
          isOfPoint ? try function.call(Stacking.stack([x, y])) : try function.call(x, y)
        }
        return .vectorField(
          { try pair(value(.number($0), .number($1)), row) },
          atOnce: { try pairs(of: function, $0, row) { try value($0[0], $0[1]) } })
      case .objective?: return objective(function, row, like: point)
      case .surface?:
        let isOfPoint = function.positionalCount ?? 1 == 1
        func value(_ x: Value, _ y: Value) throws -> Value {
          isOfPoint ? try function.call(Stacking.stack([x, y])) : try function.call(x, y)
        }
        return .surface(
          { try number(value(.number($0), .number($1)), row) },
          atOnce: { try numbers(of: function, $0, row) { try value($0[0], $0[1]) } })
      case nil: break
      }
    default: break
    }
    throw Problem.wrongArgument(
      function: row.name, expected: row.signatures.joined(separator: " or "), got: value.kindDescription)
  }

  /// A function of a whole point, which is handed on as it is in the path that was given: a number, a vector, or the
  /// numbers put back into a matrix or a tree.
  private static func objective(_ function: Function, _ row: MarkRow, like pattern: Value?) -> Channel {
    let function = function.ofPoint
    let size = pattern.flatMap { try? Trees.flattenUnlessTensor($0).count }
    let isFlat = if case .tensor(let tensor)? = pattern { tensor.rank < 2 } else { pattern == nil }
    func value(_ point: [Double]) throws -> Value {
      let flat = Tensor(point, shape: Shape([point.count]))
      if let pattern, !isFlat, size == point.count {
        return try function.call(try Trees.unflatten(flat, pattern))
      }
      return try function.call(point.count == 1 ? .number(point[0]) : .tensor(flat))
    }
    // Of a tree the parts would have to be put together from coordinates that are written down.
    guard pattern == nil || isFlat else { return .objective { try number(value($0), row) } }
    return .objective(
      { try number(value($0), row) },
      atOnce: {
        try numbers(of: function, $0, row) { try function.call($0.count == 1 ? $0[0] : Stacking.stack($0)) }
      })
  }

  /// The values of a function at many places, a list for each coordinate, by plans where that pays.
  private static func numbers(
    of function: Function, _ coordinates: [[Double]], _ row: MarkRow, _ call: ([Value]) throws -> Value
  ) throws -> [Double] {
    let values = try points(of: function, coordinates) {
      let value = try call($0)
      _ = try number(value, row)
      return value
    }
    if case .stacked(let tensor) = values { return tensor.doubles }
    return try values.separate.map { try number($0, row) }
  }

  /// The same where a value is a pair.
  private static func pairs(
    of function: Function, _ coordinates: [[Double]], _ row: MarkRow, _ call: ([Value]) throws -> Value
  ) throws -> [Double] {
    let values = try points(of: function, coordinates) {
      let value = try call($0)
      _ = try pair(value, row)
      if case .tuple(let tuple) = value { return try Stacking.stack(tuple.items) }
      return value
    }
    if case .stacked(let tensor) = values { return tensor.doubles }
    return try values.separate.flatMap { value in
      let (u, v) = try pair(value, row)
      return [u, v]
    }
  }

  private static func points(
    of function: Function, _ coordinates: [[Double]], _ call: ([Value]) throws -> Value
  ) throws -> PointPlanner.Values {
    try PointPlanner.values(
      of: function, coordinates.map { .numbers($0) }, count: coordinates[0].count, site: Tape.site, call)
  }

  private static func number(_ value: Value, _ row: MarkRow) throws -> Double {
    if case .tensor(let tensor) = value, tensor.isScalar { return tensor.value() }
    throw Problem.wrongArgument(
      function: row.name, expected: "a function whose value is a number", got: value.kindDescription)
  }

  private static func pair(_ value: Value, _ row: MarkRow) throws -> (Double, Double) {
    switch value {
    case .tensor(let tensor) where tensor.rank == 1 && tensor.count == 2:
      return (tensor.doubles[0], tensor.doubles[1])
    case .tuple(let tuple) where tuple.items.count == 2:
      return (try number(tuple.items[0], row), try number(tuple.items[1], row))
    default:
      throw Problem.wrongArgument(
        function: row.name, expected: "a function whose value is a vector or tuple of two numbers",
        got: value.kindDescription)
    }
  }

  private static func eigenvalues(_ matrix: Tensor) throws -> Channel {
    let (real, imaginary) = try Operations.eigenvalues(matrix)
    return .complex(real: real.doubles, imaginary: imaginary.doubles)
  }

  static func option(_ value: Value, _ name: String, _ row: MarkRow) throws -> OptionValue {
    switch value {
    case .string(let text): return .text(text.string)
    case .interval(let interval): return .numbers([interval.lower, interval.upper])
    case .tensor(let tensor):
      if let truth = tensor.truth { return .flag(truth) }
      return tensor.isScalar ? .number(tensor.value()) : .numbers(tensor.doubles)
    case .tuple(let tuple):
      let texts = tuple.items.compactMap { if case .string(let text) = $0 { text.string } else { nil } }
      if texts.count == tuple.items.count { return .texts(texts) }
      var numbers: [Double] = []
      for item in tuple.items {
        switch item {
        case .interval(let interval): numbers += [interval.lower, interval.upper]
        case .tensor(let tensor) where tensor.isScalar: numbers.append(tensor.value())
        default: throw Problem.badOption(row.name, name, item)
        }
      }
      return .numbers(numbers)
    default: throw Problem.badOption(row.name, name, value)
    }
  }

  /// The record that `descend` makes, as the figures take it.
  private static func path(_ record: Record) throws -> PathData {
    func tensor(_ name: String) throws -> Tensor {
      guard case .tensor(let tensor)? = record[name] else {
        throw Problem.unknownField(name, known: record.names)
      }
      return tensor
    }
    func text(_ name: String) -> String? {
      if case .string(let text)? = record[name] { return text.string }
      return nil
    }
    let points = try tensor("points")
    let count = points.isScalar ? 1 : points.shape[0]
    let width = points.count / max(count, 1)
    let flat = points.doubles
    let (values, norms) = try (tensor("values").doubles, tensor("gradnorms").doubles)
    guard values.count == count, norms.count == count else {
      throw Problem.badValue(
        function: "track",
        reason:
          "a path of \(count) points needs as many values and gradnorms, not \(values.count) and \(norms.count)"
      )
    }
    let steps = try tensor("steps")
    guard steps.isScalar, let whole = Int(exactly: steps.value()), whole >= 0 else {
      throw Problem.badValue(function: "track", reason: "the steps of a path must be a whole number from 0")
    }
    return PathData(
      points: (0..<count).map { Array(flat[($0 * width)..<(($0 + 1) * width)]) }, values: values,
      gradientNorms: norms, steps: whole, status: text("status") ?? "stopped", method: text("method") ?? "",
      label: text("label"))
  }
}

extension Problem {
  static func badOption(_ mark: String, _ name: String, _ value: Value) -> Problem {
    .wrongArgument(
      function: mark, expected: "\(name) to be a number, a text, an interval or several of these",
      got: value.kindDescription)
  }
}

extension RecordTag {
  /// What `descend` makes.
  static let path = RecordTag("Path")
}

import Support

/// Programs of the grammar: statements by its rules, expressions of a kind that fits most of the time, so that there is
/// something to evaluate. Some are the random programs that differentiation is tested with.
struct GrammarPrograms: TextFuzzer {
  func text(_ number: Int, _ dice: inout Dice) -> String {
    if dice.once(in: 12) {
      var programs = RandomPrograms(seed: dice.next())
      return programs.program()
    }
    var writer = ProgramWriter(dice)
    defer { dice = writer.dice }
    let start = writer.dice.once(in: 4) ? "" : writer.definitions()
    let cells = (0...(writer.dice.once(in: 5) ? 2 : 0)).map { _ in writer.body(1...7) }
    return start + cells.joined(separator: Trial.cellMark)
  }

  func faults(of text: String, _ trial: Trial) -> [Fault] { trial.faults(ofProgram: text) }
}

/// Writes statements.
struct ProgramWriter {
  /// What an expression is to be; `any` leaves it open.
  enum Wanted: CaseIterable {
    case number, vector, matrix, bool, string, function, tree, interval, figure, any
  }

  var dice: Dice
  /// What has been assigned, with what it is likely to be.
  var names: [(name: String, kind: Wanted)] = []
  /// How many expressions may still be made of others in this statement.
  var room = 0
  private var depth = 0
  private var loops = 0
  private var loopDepth = 0
  private var functionDepth = 0

  init(_ dice: Dice) { self.dice = dice }

  private static let spellings = [
    "x", "y", "θ", "w₁", "f", "g", "A", "B", "x̂", "损失", "n", "s", "t", "L", "σ", "sum", "_a", "hₜ",
  ]

  /// One name of each kind, so that the rest has something to use.
  mutating func definitions() -> String {
    names += [
      ("x", .number), ("y", .vector), ("A", .matrix), ("f", .function), ("θ", .tree), ("s", .string),
      ("t", .interval),
      ("g", .function),
    ]
    let number = dice.pick(["2", "0.5", "f32(3)", "-1", "0"])
    let vector = dice.pick(["[1, 2, 3]", "[0.5, -1]", "zeros(0)", "f32([1, 2])", "randn(4)"])
    return """
      x = \(number); y = \(vector); A = \(dice.pick(["[1 2; 3 4]", "randn(3, 3)", "eye(2)", "zeros(2, 0)"]))
      f(x) = \(dice.pick(["x^2", "sin(x) * x", "x > 1 ? x : 2x", "sum(x)"])); s = "a"; t = 0..1
      g(x; k = 2) = k * x; θ = \(dice.pick(["(a = 1, b = [2, 3])", "(1, 2)", "(a = (b = 1,),)"]))

      """
  }

  mutating func name() -> String { dice.pick(ProgramWriter.spellings) }

  mutating func body(_ count: ClosedRange<Int>, indent: String = "") -> String {
    let separators = ["\n", "\n", "\n", "\n", "; ", "\n\n", " # why\n", "\n#= one\n #= two =# =#\n"]
    var text = ""
    for _ in 0..<count.lowerBound + dice.below(count.count) {
      if !text.isEmpty { text += dice.pick(separators) }
      text += indent + statement(indent)
    }
    return text + (dice.once(in: 6) ? ";" : "")
  }

  mutating func statement(_ indent: String) -> String {
    depth += 1
    if depth == 1 { room = 12 + dice.below(30) }
    defer { depth -= 1 }
    let kind = dice.pick(Wanted.allCases)
    switch depth > 3 ? dice.below(8) : dice.below(22) {
    case 0...3:
      let value = expression(kind)
      let name = name()
      names.append((name, kind))
      return "\(name) = \(value)"
    case 4: return expression(kind)
    case 5:
      return "\(target(single: true)) \(dice.pick(["+=", "-=", "*=", "/=", "^="])) \(expression(.number))"
    case 6: return "\(target()) = \(expression(dice.once(in: 2) ? .number : kind))"
    case 7: return "\(name()), \(dice.pick(["_", name(), "(\(name()), _)"])) = \(expression(.tree))"
    case 8, 9: return definition(kind)
    case 10, 11: return block(indent)
    case 12: return "if \(expression(.bool))\n\(inner(indent))\n\(indent)\(otherwise(indent))end"
    case 13, 14:
      loops += 1
      let name = dice.once(in: 4) ? "(k, v)" : "i\(loops)"
      names.append(("i\(loops)", .number))
      let over = dice.pick([
        "1:\(dice.below(6))", "enumerate([1, 2])", "pairs((a = 1, b = 2))", "zip([1, 2], [3])",
        expression(.vector),
        expression(.any), "progress(1:3)", "zeros(0, 3)",
      ])
      return "for \(name) \(dice.pick(["in", "∈"])) \(over)\n\(turn(indent))\n\(indent)end"
    case 15:
      loops += 1
      let count = "n\(loops)"
      return
        "\(count) = 0\n\(indent)while \(count) < \(dice.below(5)) && \(expression(.bool))\n\(indent)  \(count) += 1\n\(turn(indent))\n\(indent)end"
    case 16:
      return
        "try\n\(inner(indent))\n\(indent)catch \(dice.once(in: 2) ? "e" : "")\n\(inner(indent))\n\(indent)end"
    case 17:
      let leaves = ["return \(expression(kind))", "return", "return 1, \(expression(kind))"]
      return dice.pick(
        (loopDepth > 0 || dice.once(in: 20) ? ["break", "continue"] : ["x"])
          + (functionDepth > 0 || dice.once(in: 20) ? leaves : ["y"]))
    case 18:
      return
        "\(dice.pick(["@show", "@show", "@assert", "@code", "@plan", "@time"])) \(expression(dice.once(in: 2) ? .bool : .any))"
    case 19: return "\(dice.pick(["print", "println", "display", "eprintln", "string"]))(\(expression(kind)))"
    case 20: return "error(\(expression(.string)))"
    default: return "?\(dice.pick(["sum", "x", "^", "∇", name()]))"
    }
  }

  private mutating func inner(_ indent: String) -> String { body(1...3, indent: indent + "  ") }

  private mutating func turn(_ indent: String) -> String {
    loopDepth += 1
    defer { loopDepth -= 1 }
    return inner(indent)
  }

  private mutating func otherwise(_ indent: String) -> String {
    switch dice.below(3) {
    case 0: ""
    case 1: "else\n\(inner(indent))\n\(indent)"
    default: "elseif \(expression(.bool))\n\(inner(indent))\n\(indent)else\n\(inner(indent))\n\(indent)"
    }
  }

  private mutating func target(single isSingle: Bool = false) -> String {
    let name = names.isEmpty ? "x" : dice.pick(names).name
    switch isSingle ? dice.below(3) * 3 : dice.below(6) {
    case 0: return "\(name)[\(index())]"
    case 1: return "\(name)[\(index()), \(index())]"
    case 2: return "\(name).a"
    case 3: return "\(name).a[\(index())].b"
    case 4: return "(\(name), \(self.name()))"
    default: return name
    }
  }

  mutating func index() -> String {
    dice.pick([
      "1", "end", ":", "2:end", "[1, 1, 2]", "end - 1", "1:2", "0", "2^62", "[]", "1:0", "[true, false]",
      "\(expression(.number))", "\(expression(.bool))", "\(expression(.vector))",
    ])
  }

  private mutating func parameters() -> (text: String, names: [String]) {
    let positional = Array(["x", "y", "z", "θ", "u"].shuffled(using: &dice).prefix(dice.below(4)))
    var text = positional.joined(separator: ", ")
    if dice.once(in: 8) { text += (text.isEmpty ? "" : ", ") + "rest..." }
    if dice.once(in: 4) { text += "; k\(dice.once(in: 2) ? " = \(expression(.number))" : ""), X = x" }
    return (text, positional)
  }

  private mutating func definition(_ kind: Wanted) -> String {
    let name = dice.pick(["f", "g", "h", "L", "φ"])
    let (text, own) = parameters()
    let outer = names
    names += own.map { ($0, dice.pick([.number, .vector, .any])) }
    names.append((name, .function))
    functionDepth += 1
    defer {
      functionDepth -= 1
      names = outer + [(name, .function)]
    }
    if dice.once(in: 2) { return "\(name)(\(text)) = \(expression(kind))" }
    return "function \(name)(\(text))\n\(body(1...4, indent: "  "))\n  \(expression(kind))\nend"
  }

  private mutating func block(_ indent: String) -> String {
    "\(name()) = begin\n\(inner(indent))\n\(indent)  \(expression(.any))\n\(indent)end"
  }
}

import Support

/// Writes expressions.
extension ProgramWriter {
  mutating func expression(_ wanted: Wanted, _ level: Int = 0) -> String {
    let text = bare(wanted, level)
    // How operators bind is left to them now and then.
    guard level > 0, text.contains(where: { " :.-√'".contains($0) }), !dice.once(in: 6) else { return text }
    return "(\(text))"
  }

  private mutating func bare(_ wanted: Wanted, _ level: Int) -> String {
    // Now and then something else than what fits.
    let wanted = dice.once(in: 12) ? dice.pick(Wanted.allCases) : wanted
    if level > 4 || room <= 0 || dice.once(in: 5) { return leaf(wanted) }
    room -= 1
    if dice.once(in: 10) { return general(wanted, level + 1) }
    switch wanted {
    case .number: return number(level + 1)
    case .vector: return vector(level + 1)
    case .matrix: return matrix(level + 1)
    case .bool: return bool(level + 1)
    case .string: return string(level + 1)
    case .function: return function(level + 1)
    case .tree: return tree(level + 1)
    case .interval: return "\(expression(.number, level + 1))..\(expression(.number, level + 1))"
    case .figure: return figure(level + 1)
    case .any:
      return expression(dice.pick([.number, .vector, .matrix, .bool, .string, .tree, .function]), level)
    }
  }

  private mutating func leaf(_ wanted: Wanted) -> String {
    let fitting = names.filter { $0.kind == wanted || wanted == .any }
    if !fitting.isEmpty, dice.once(in: 2) { return dice.pick(fitting).name }
    if dice.once(in: 25) { return dice.pick(ExtremeValues.all) }
    switch wanted {
    case .number:
      return dice.pick([
        "0", "1", "2", "-1", "0.5", "1e-3", "3", "π", "Inf", "NaN", "0xff", "1_000", ".5", "0b101", "1e300",
        "2^62", "f32(2)",
        "f16(0.1)", "-0.0", "5e-324",
      ])
    case .vector:
      return dice.pick([
        "[1, 2, 3]", "1:3", "0:0.25:1", "[]", "[0.5, -1]", "zeros(3)", "f32([1, 2])", "randn(3)", "[NaN, 1]",
      ])
    case .matrix:
      return dice.pick([
        "[1 2; 3 4]", "eye(2)", "randn(2, 3)", "zeros(0, 2)", "[1 2]", "ones(3, 3)", "[1; 2]",
      ])
    case .bool: return dice.pick(["true", "false", "1 < 2", "isnan(0)"])
    case .string:
      return dice.pick(["\"a\"", "\"\"", "\"x = $x\"", "\"$(1 + 1)\\n\"", "\"\"\"\n  a\n   b\n  \"\"\""])
    case .function:
      return dice.pick(["sin", "x -> x^2", "σ", "sum", "(x, y) -> x * y", "() -> 1", "∇(x -> x^3)", "relu"])
    case .tree:
      return dice.pick(["(1, 2)", "()", "(a = 1, b = [2, 3])", "(;)", "((1, 2), 3)", "(1,)", "(; x)"])
    case .interval: return dice.pick(["-2..2", "0..1", "1..1", "-Inf..Inf"])
    case .figure: return dice.pick(["plot([1, 2])", "scatter([1, 2], [3, 4])", "heatmap([1 2; 3 4])"])
    case .any: return dice.pick(["nothing", "1", "x"])
    }
  }

  /// What every kind can be written as.
  private mutating func general(_ wanted: Wanted, _ level: Int) -> String {
    let inner = expression(wanted, level)
    return switch dice.below(10) {
    case 0: "(\(inner))"
    case 1: "(\(expression(.bool, level)) ? \(inner) : \(expression(wanted, level)))"
    case 2: "if \(expression(.bool, level)) \(inner) else \(expression(wanted, level)) end"
    case 3: "(() -> \(inner))()"
    case 4: "begin\n  \(inner)\nend"
    case 5: "(x -> x)(\(inner))"
    case 6: "(\(inner) |> x -> x)"
    case 7: "(a = \(inner), b = 1).a"
    case 8: "(\(inner), 1)[1]"
    default: "try \(inner) catch e; \(expression(wanted, level)) end"
    }
  }

  private mutating func number(_ level: Int) -> String {
    let a = expression(.number, level)
    switch dice.below(14) {
    case 0...2:
      return
        "\(a) \(dice.pick(["+", "-", "*", "/", "%", "÷", "^", ".*", ".^", "⊙"])) \(expression(.number, level))"
    case 3: return "\(dice.pick(["-", "√", "2", "0.1", "!"]))(\(a))"
    case 4: return "(\(a))\(dice.pick(["²", "⁻¹", "^2", "^-2", "^0.5", "³"]))"
    case 5:
      return
        "\(dice.pick(["sin", "exp", "log", "abs", "σ", "relu", "sqrt", "gamma", "floor", "tanh", "erf"]))(\(a))"
    case 6:
      let name = dice.pick([
        "sum", "mean", "maximum", "norm", "prod", "std", "length", "minimum", "argmax", "logsumexp",
      ])
      return "\(name)(\(expression(.vector, level)))"
    case 7: return "\(expression(.vector, level)) ⋅ \(expression(.vector, level))"
    case 8: return "(\(expression(.vector, level)))[\(index())]"
    case 9: return "∇(\(expression(.function, level)))(\(a))"
    case 10: return "(\(expression(.function, level)))\(dice.pick(["′", "'", "″"]))(\(a))"
    case 11: return "\(dice.pick(["f", "g", "h", "L"]))(\(a))"
    case 12: return "\(dice.pick(["det", "trace", "norm", "sum"]))(\(expression(.matrix, level)))"
    default: return "sum(\(a) for i in 1:\(dice.below(4)))"
    }
  }

  private mutating func vector(_ level: Int) -> String {
    let a = expression(.vector, level)
    switch dice.below(13) {
    case 0:
      return
        "[\(dice.several(0...4) { _ in 0 }.map { _ in expression(.number, level) }.joined(separator: ", "))]"
    case 1, 2:
      return
        "\(a) \(dice.pick(["+", "-", "⊙", "/", ".^", "%", ".*"])) \(expression(dice.once(in: 2) ? .number : .vector, level))"
    case 3: return "\(expression(.matrix, level)) * \(a)"
    case 4: return "\(expression(.matrix, level)) \\ \(a)"
    case 5: return "(\(a))[\(index())]"
    case 6:
      return
        "\(dice.pick(["sin", "exp", "cumsum", "sort", "softmax", "flip", "diff", "abs", "unique", "relu"]))(\(a))"
    case 7:
      return
        "[\(expression(.number, level)) for i in \(a)\(dice.once(in: 3) ? " if \(expression(.bool, level))" : "")]"
    case 8: return "∇(x -> sum(\(a) ⊙ x))(\(expression(.vector, level)))"
    case 9: return "\(expression(.number, level)):\(expression(.number, level))"
    case 10:
      let name = dice.pick(["sum", "mean", "maximum", "prod", "norm", "argmin"])
      return "\(name)(\(expression(.matrix, level)), axis = \(dice.pick(["1", "2", "(1, 2)", "3", "0"])))"
    case 11: return "reshape(\(a), \(expression(.number, level)))"
    default: return "[\(a)..., \(expression(.number, level))]"
    }
  }

  private mutating func matrix(_ level: Int) -> String {
    let a = expression(.matrix, level)
    switch dice.below(11) {
    case 0: return "[\(expression(.number, level)) \(expression(.number, level)); \(leaf(.number)) -1]"
    case 1, 2: return "\(a) \(dice.pick(["*", "+", "-", "⊙", "/"])) \(expression(.matrix, level))"
    case 3: return "(\(a))\(dice.pick(["'", "ᵀ"]))"
    case 4: return "\(expression(.vector, level)) ⊗ \(expression(.vector, level))"
    case 5: return "\(dice.pick(["inv", "cholesky", "tril", "exp", "pinv", "softmax", "expm"]))(\(a))"
    case 6: return "reshape(\(expression(.vector, level)), \(dice.below(4)), \(dice.below(4)))"
    case 7: return "hessian(x -> sum(x^3))(\(expression(.vector, level)))"
    case 8: return "jacobian(x -> \(a) * x)(\(expression(.vector, level)))"
    case 9: return "[\(leaf(.vector)) \(leaf(.vector)); \(leaf(.number)) 0]"
    default: return "(\(a))[\(index()), \(index())]"
    }
  }

  private mutating func bool(_ level: Int) -> String {
    let sign = dice.pick(["<", "<=", "==", "!=", "≈", ">", "≥"])
    let comparison = "\(expression(.number, level)) \(sign) \(expression(.number, level))"
    switch dice.below(8) {
    case 0...2: return comparison
    case 3: return "\(comparison) \(dice.pick(["&&", "||", "&", "|"])) \(expression(.bool, level))"
    case 4: return "!(\(expression(.bool, level)))"
    case 5:
      return "\(expression(.any, level)) \(dice.pick(["==", "∈", "in", "≈"])) \(expression(.any, level))"
    case 6: return "all(\(expression(.vector, level)) > \(expression(.number, level)))"
    default: return "\(leaf(.number)) < \(expression(.number, level)) <= \(leaf(.number))"
    }
  }

  private mutating func string(_ level: Int) -> String {
    switch dice.below(5) {
    case 0: "string(\(expression(.any, level)), \"b\")"
    case 1: "\"v: $(\(expression(.any, level)))\""
    case 2: "join(split(\(leaf(.string)), \(leaf(.string))), \"-\")"
    case 3: "format(\(expression(.number, level)); digits = \(expression(.number, level)))"
    default: "(\(expression(.string, level)))[\(index())]"
    }
  }

  private mutating func function(_ level: Int) -> String {
    let outer = names
    names += [("x", .number), ("y", .vector)]
    defer { names = outer }
    switch dice.below(8) {
    case 0...2: return "(x -> \(expression(.number, level)))"
    case 3: return "((x, y; k = \(leaf(.number))) -> \(expression(.any, level)))"
    case 4: return "\(dice.pick(["∇", "∇²"]))(\(expression(.function, level)))"
    case 5: return "(\(expression(.function, level)) ∘ \(expression(.function, level)))"
    case 6:
      return
        "\(dice.pick(["grad", "vmap", "checkpoint", "jacobian", "value_and_grad", "stop"]))(\(expression(.function, level)))"
    default: return "(\(expression(.function, level)))\(dice.pick(["′", "″", "'"]))"
    }
  }

  private mutating func tree(_ level: Int) -> String {
    let a = expression(.tree, level)
    switch dice.below(9) {
    case 0: return "(\(expression(.any, level)), \(expression(.any, level)))"
    case 1: return "(a = \(expression(.any, level)), b = \(expression(.any, level)))"
    case 2: return "\(a) \(dice.pick(["+", "-"])) \(expression(.tree, level))"
    case 3: return "\(leaf(.number)) * \(a)"
    case 4: return "(\(a)..., \(expression(.any, level)))"
    case 5: return "map(\(expression(.function, level)), \(a))"
    case 6: return "\(dice.pick(["zeros_like", "leaves", "flatten", "pairs", "keys", "enumerate"]))(\(a))"
    case 7: return "merge(\(a), (b = \(expression(.any, level))))"
    default: return "value_and_grad(\(expression(.function, level)))(\(expression(.any, level)))"
    }
  }

  private mutating func figure(_ level: Int) -> String {
    switch dice.below(6) {
    case 0: "plot(\(expression(.vector, level)))"
    case 1: "plot(\(expression(.function, level)), \(expression(.interval, level)))"
    case 2: "heatmap(\(expression(.matrix, level)))"
    case 3: "(\(expression(.figure, level)) + \(expression(.figure, level)))"
    case 4: "[\(expression(.figure, level)) \(expression(.figure, level))]"
    default: "hist(\(expression(.vector, level)); bins = \(expression(.number, level)))"
    }
  }
}

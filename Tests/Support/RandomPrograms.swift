/// Programs of numbers, elements, decisions, loops and calls, which print gradients at points on both sides of their
/// decisions.
package struct RandomPrograms {
  private var state: UInt64
  private var locals: [String] = []
  private var depth = 0

  package init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  private mutating func below(_ count: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state >> 11) % count
  }

  private mutating func pick(_ choices: [String]) -> String { choices[below(choices.count)] }

  package mutating func program() -> String {
    locals = ["x"]
    var lines = ["c = \(number())", "v = [\(number()), \(number())]"]
    lines.append("h(x) = \(expression(2))")
    locals = ["x", "k"]
    lines.append("g(x; k = \(number())) = \(expression(2))")
    locals = ["x", "y[1]", "y[2]", "y[3]"]
    lines.append("function f(x, y)")
    lines += statements(4 + below(4), indent: "  ")
    lines += ["  \(expression(3))", "end"]
    lines.append("for i in 1:24")
    lines.append("  a = sin(3i) * 3")
    lines.append("  println(value_and_grad(f)(a, [cos(i), i / 8 - 1, a * i]))")
    lines.append("  println(∇h(a))")
    switch below(4) {
    case 0: lines.append("  if i == 12\n    c = \(number())\n  end")
    case 1: lines.append("  if i == 12\n    h = x -> \(number()) * x^2\n  end")
    case 2: lines.append("  if i == 12\n    v[1] = \(number())\n  end")
    default: break
    }
    lines.append("end")
    return lines.joined(separator: "\n")
  }

  private mutating func number() -> String { pick(["0", "1", "2", "3", "0.5", "-1", "1.25", "0.1"]) }

  private mutating func statements(_ count: Int, indent: String) -> [String] {
    (0..<count).flatMap { _ in statement(indent) }
  }

  private mutating func statement(_ indent: String) -> [String] {
    depth += 1
    defer { depth -= 1 }
    let inner = indent + "  "
    switch depth > 2 ? 0 : below(6) {
    case 0, 1:
      let value = expression(3)
      return [indent + "\(local()) = \(value)"]
    case 2: return [indent + "\(local(known: true)) \(pick(["+=", "-=", "*="])) \(expression(2))"]
    case 3:
      let test = condition()
      // Assigned on both sides, or known before.
      let name = local(known: true)
      return [
        indent + "if \(test)", inner + "\(name) = \(expression(2))", indent + "else",
        inner + "\(name) = \(expression(2))", indent + "end",
      ]
    case 4:
      let name = local(known: true)
      let loop = "for i\(depth) in 1:\(1 + below(4))"
      return [indent + loop, inner + "\(name) = \(expression(2)) / (i\(depth) + 1)", indent + "end"]
    default:
      let name = local(known: true)
      return [
        indent + "n = 0", indent + "while n < \(1 + below(3)) && (\(condition()))",
        inner + "\(name) = 0.5\(name) + \(expression(1))", inner + "n += 1", indent + "end",
      ]
    }
  }

  /// A name to assign to.
  private mutating func local(known: Bool = false) -> String {
    let assigned = locals.filter { $0.hasPrefix("t") }
    if known {
      return assigned.isEmpty ? "x" : assigned[below(assigned.count)]
    }
    let name = "t\(below(4))"
    if !locals.contains(name) { locals.append(name) }
    return name
  }

  private mutating func condition() -> String {
    let test = "\(expression(1)) \(pick(["<", ">", "<=", ">=", "==", "!="])) \(expression(1))"
    return below(3) == 0 ? "(\(test)) \(pick(["&&", "||"])) \(expression(0)) < \(number())" : test
  }

  private mutating func expression(_ level: Int) -> String {
    guard level > 0 else {
      switch below(5) {
      case 0: return number().hasPrefix("-") ? "2" : "c"
      case 1: return "v[\(1 + below(2))]"
      default: return locals[below(locals.count)]
      }
    }
    let a = expression(level - 1)
    switch below(12) {
    case 0, 1: return "(\(a) + \(expression(level - 1)))"
    case 2: return "(\(a) - \(expression(level - 1)))"
    case 3, 4: return "\(a) * \(expression(level - 1))"
    case 5: return "(\(a)) / (2 + (\(expression(level - 1)))^2)"
    case 6: return "(\(a))^\(pick(["2", "3", "1", "0", "-1"]))"
    case 7: return "\(pick(["sin", "cos", "tanh", "exp", "σ", "abs", "relu", "atan", "log1p"]))(\(a))"
    case 8: return "\(pick(["max", "min", "atan2"]))(\(a), \(expression(level - 1)))"
    case 9: return "(\(condition()) ? \(a) : \(expression(level - 1)))"
    case 10: return depth == 0 ? "-(\(a))" : pick(["h(\(a))", "g(\(a))", "g(\(a); k = \(expression(0)))"])
    default: return "\(number()) * (\(a))"
    }
  }
}

/// Programs of one loop that a seed decides.
struct RandomLoops {
  private var state: UInt64
  private var numbers = ["a", "b", "c", "i", "v[1]", "v[2]", "2", "0.5", "-1", "3", "d[i]", "p.x", "p.y"]

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  private mutating func below(_ count: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state % UInt64(count))
  }

  private mutating func pick(_ list: [String]) -> String { list[below(list.count)] }

  private mutating func number(_ depth: Int) -> String {
    guard depth > 0 else { return pick(numbers) }
    let (x, y) = (number(depth - 1), number(below(depth)))
    switch below(14) {
    case 0...2: return "(\(x) + \(y))"
    case 3...4: return "(\(x) - \(y))"
    case 5...6: return "(\(x) * \(y))"
    case 7: return "(\(x) / (1 + \(y)^2))"
    case 8: return "sin(\(x))"
    case 9: return "(\(x) > \(y) ? \(x) : \(number(depth - 1)))"
    case 10: return "tanh(\(x))^2"
    case 11: return "abs(\(x))"
    case 12: return "∇g(\(x))"
    default: return "h(\(x), \(y))"
    }
  }

  private mutating func statement() -> String {
    switch below(9) {
    case 0...2: return "\(pick(["a", "b", "c"])) = \(number(1 + below(3)))"
    case 3: return "v = 0.5v + [\(number(1)), \(number(1))]"
    case 4: return "v = v - 0.01∇q(v)"
    case 5: return "p = (x = \(number(1)), y = \(number(1)) / 2)"
    case 6 where below(3) == 0: return "v = v / (1 + norm(v))"
    case 6: return "if \(number(1)) < \(number(1))\n\(statement())\nelse\n\(statement())\nend"
    case 7: return "out[i] = \(number(1))"
    default: return "a, b = b, a"
    }
  }

  mutating func program() -> String {
    let body = (0..<(1 + below(5))).map { _ in statement() }.joined(separator: "\n")
    let definitions = """
      g(x) = x > 1 ? x^2 * c : sin(x) + k * x
      q(v) = (v[1] - 1)^2 + v[1] * v[2]
      h(x, y) = x * y / (1 + x^2) + k
      k = 0.75
      """
    let start = "a, b, c = 1.0, 2.0, 3.0\nv = [0.5, -0.5]\np = (x = 1.0, y = 2.0)\nd = 1:40\nout = zeros(40)"
    let loop = "for i in 1:40\n\(body)\nend"
    let end = "println(a, \" \", b, \" \", c, \" \", v, \" \", p, \" \", sum(out))"
    if below(2) == 0 { return "\(definitions)\n\(start)\n\(loop)\n\(end)" }
    return "\(definitions)\nc = 1\nfunction run()\n\(start)\n\(loop)\n\(end)\nend\nrun()"
  }

  // MARK: Points

  /// Comprehensions and slices of random expressions.
  mutating func points() -> String {
    numbers += ["e", "e", "w[2]", "w[i]"]
    let sources = ["1:20", "linspace(-2, 2, 25)", "[0.5, -0.0, Inf, NaN, 1, 2, 3, 4]", "1:3"]
    var lines = [
      "g(x) = x > 1 ? x^2 * c : sin(x) + k * x", "h(x, y) = x * y / (1 + x^2) + k",
      "k, a, b, c = 0.75, 1, 2, 3",
      "v = [0.5, -0.5]", "p = (x = 1.0, y = 2.0)", "d = 1:40", "w = [1.0, 2.0, 3.0]",
    ]
    for _ in 0..<(1 + below(3)) {
      let (i, e) = (pick(sources), pick(sources))
      let body = below(3) == 0 ? "[\(number(2)), \(number(1))]" : number(1 + below(3))
      switch below(4) {
      case 0: lines.append("println([\(body) for i in \(i), e in \(e)])")
      case 1: lines.append("println([\(body) for e in \(e), i in \(i)])")
      case 2: lines.append("println(vmap((i, e) -> \(body))(1:20, linspace(-2, 2, 20)))")
      default: lines.append("e = \(pick(["2", "[1.0, 2.0]"]))\nprintln([\(body) for i in \(i)])")
      }
    }
    return lines.joined(separator: "\n")
  }

  // MARK: Loops that run again

  private let changes = [
    "k = 0.25", "k = k + 1", "g(x) = x^2 - k", "g(x) = cos(x) * k", "h(x, y) = x - y", "w[2] = 3.5",
    "w = [4.0, 1.0, 2.0]",
    "w = [4.0, 1.0]", "c = 7", "z = 2", "z = [1.0, 2.0]", "u = (s = 3.0, t = 1.0)", "d = 2:41", "",
  ]

  /// A loop in a function that is called again and again, with other arguments, functions and variables around it.
  mutating func repeats() -> String {
    numbers += ["e", "e", "w[2]", "u.s", "r(i)", "z"]
    let isWhile = below(3) == 0
    let body = (0..<(1 + below(4))).map { _ in statement() }.joined(separator: "\n")
    let loop = isWhile ? "i = 0\nwhile i < n\ni = i + 1\n\(body)\nend" : "for i in 1:n\n\(body)\nend"
    var lines = [
      "g(x) = x > 1 ? x^2 * c : sin(x) + k * x", "q(v) = (v[1] - 1)^2 + v[1] * v[2]",
      "h(x, y) = x * y / (1 + x^2) + k", "k, c, z = 0.75, 1, 3", "w = [1.0, 2.0, 3.0]",
      "u = (s = 1.0, t = 2.0)",
      "d = 1:40", "out = zeros(40)", "maker(s) = x -> s * x + k",
      """
      function run(n, e, r)
      a, b, c = 1.0, 2.0, 3.0
      v = [0.5, -0.5]
      p = (x = 1.0, y = 2.0)
      out = zeros(40)
      \(below(2) == 0 ? "z = e" : "")
      \(loop)
      println(a, " ", b, " ", c, " ", v, " ", p, " ", sum(out))
      end
      """,
    ]
    for _ in 0..<(2 + below(6)) {
      let change = changes[below(changes.count)]
      if !change.isEmpty { lines.append(change) }
      lines.append(
        "run(\(pick(["5", "12", "40", "3"])), \(pick(["1", "2.5", "1", "0.5"])), maker(\(pick(["1", "2", "1"]))))"
      )
    }
    return lines.joined(separator: "\n")
  }
}

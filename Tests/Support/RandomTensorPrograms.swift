/// Programs that ask for gradients of random functions of tensors, again and again: with other batches, other shapes,
/// other variables around them.
package struct RandomTensorPrograms {
  private var state: UInt64
  private var rows = 1
  private var isShort = false
  /// Fields of the parameters, with their values.
  private var fields: [String] = []
  private var body: [String] = []

  package init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  private mutating func below(_ count: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state >> 11) % count
  }

  private mutating func pick(_ choices: [String]) -> String { choices[below(choices.count)] }

  private mutating func chance(_ one: Int) -> Bool { below(one) == 0 }

  private mutating func width() -> Int { [1, 2, 3, 4, 5, 7, 16, 17][below(8)] }

  private func typed(_ text: String) -> String { isShort ? "f32(\(text))" : text }

  private mutating func matrix(_ rows: Int, _ columns: Int) -> String {
    typed("m(\(rows), \(columns), \(pick(["0.3", "0.7", "1.1", "2.9"])))")
  }

  private mutating func vector(_ count: Int) -> String { typed("v(\(count), \(pick(["0.4", "1.3", "2"])))") }

  private mutating func field(_ value: String) -> String {
    let name = "p\(fields.count)"
    fields.append("\(name) = \(value)")
    return "θ.\(name)"
  }

  package mutating func program() -> String {
    isShort = chance(3)
    rows = chance(12) ? 0 : [1, 2, 3, 5, 8, 33][below(6)]
    let isVector = chance(6)
    var lines = [
      "m(r, c, k) = reshape(sin(k * (1:(r * c))), r, c)", "v(n, k) = cos(k * (1:n))",
      "function dump(g)\n  for x in flatten(g); println(x) end\nend",
    ]
    let (features, outputs) = (width(), width())
    lines.append("C = \(vector(1))")
    body = []
    fields = []
    network(from: features, to: outputs, isVector)
    lines.append("function L(θ; X, y)")
    lines += body.map { "  " + $0 }
    lines += ["  " + loss(), "end"]
    lines.append("θ = (\(fields.joined(separator: ", ")))")
    let shape = isVector ? "v(\(features), 0.2 + i / 9)" : "m(\(rows), \(features), 0.2 + i / 9)"
    let target = isVector ? "v(\(outputs), i / 5)" : "m(\(rows), \(outputs), i / 5)"
    lines += [
      "X = \(typed("1 * " + shape.replacing("i", by: "1")))", "y = \(typed(target.replacing("i", by: "1")))",
    ]
    lines.append("for i in 1:12")
    if chance(2) { lines += ["  X = \(typed(shape))", "  y = \(typed("abs(" + target + ")"))"] }
    lines += events(features, outputs, isVector)
    lines.append("  r = value_and_grad(L)(θ; X = X, y = y)")
    lines += ["  println(r[1])", "  dump(r[2])"]
    lines.append("  θ = θ - \(pick(["0.05", "0.3", "1"])) * r[2]")
    lines.append("end")
    return lines.joined(separator: "\n")
  }

  private mutating func network(from features: Int, to outputs: Int, _ isVector: Bool) {
    var width = features
    body.append("h = X")
    for _ in 0..<1 + below(3) {
      let next = chance(4) ? width : self.width()
      layer(from: width, to: next)
      width = next
      if chance(4), width > 0 { body.append(mixture(width, isVector)) }
    }
    layer(from: width, to: outputs)
    if chance(5) { fields.append("unused = \(vector(3))") }
  }

  private mutating func layer(from width: Int, to next: Int) {
    let weights = field(matrix(width, next))
    body.append("k = h * \(weights)" + (chance(5) ? "" : " + \(field(vector(next)))"))
    if next == width, chance(2) { body.append("k = k * \(weights) + h") }
    body.append("h = \(activation("k"))")
    if next == width, chance(3) { body.append("h = h \(pick(["+", "-", "⊙"])) k") }
  }

  private mutating func activation(_ x: String) -> String {
    pick([
      "tanh(\(x))", "sigmoid(\(x))", "relu(\(x))", "softplus(\(x))", "silu(\(x))", "gelu(\(x))", "sin(\(x))",
      "cos(\(x))", "abs(\(x))", "exp(\(x))", "\(x)^2", "\(x)^3", "\(x)^1.5", "1 / (1 + \(x)²)", "-\(x)",
      "2\(x) - 1",
      "√(1 + \(x)^2)", "log(1 + exp(\(x)))", "log1p(\(x)²)", "expm1(\(x))", "softmax(\(x))",
      "logsoftmax(\(x))",
      "max(\(x), 0.1\(x))", "\(x) / 3", "\(x)^-1", "log(\(x))", "√\(x)", "erf(\(x))", "atan(\(x))",
      "\(x) ⊙ \(x)", x,
    ])
  }

  private mutating func mixture(_ width: Int, _ isVector: Bool) -> String {
    let last = isVector ? "1" : "2"
    return pick([
      "h = h * \(field(typed("0.5")))", "h = h ⊙ \(field(vector(width)))",
      "h = h / (1 + sum(abs(h); axis = \(last), keep = true))",
      "h = h - mean(h; axis = \(last), keep = true)", "h = h + mean(h; axis = 1)", "h = h * C[1]",
      "h = h + C",
      "h = h + \(field(vector(width)))[1]", "h = h + \(field(matrix(3, width)))[2]",
      "h = h / (0.1 + norm(h))", "h = \(field(typed("0.7"))) - h", "h = h - logsumexp(h)", "h = h ⊙ sum(h)",
    ])
  }

  private mutating func loss() -> String {
    pick([
      "mse(h, y)", "mse(h, y)", "mae(h, y)", "mean(h)", "sum(h^2)", "bce(h, y)", "sum(h ⊙ y) / 3",
      "norm(h - y)",
      "mean(logsumexp(h; axis = 1))", "0.5sum((h - y)²) + 0.01sum(\(field(vector(2)))²)", "dot(h, y)",
      "hinge(h, y)",
      "mean(sum(h; axis = 1)^2)",
    ])
  }

  /// What changes under way.
  private mutating func events(_ features: Int, _ outputs: Int, _ isVector: Bool) -> [String] {
    var lines: [String] = []
    func at(_ turn: Int, _ statement: String) { lines.append("  if i == \(turn)\n    \(statement)\n  end") }
    if chance(3) { at(7, "C = \(vector(1))") }
    if chance(3), rows > 0 || isVector { at(8, isVector ? "X[1] = 0.5" : "X[1, 1] = 0.5") }
    if chance(4) { at(10, "θ = 1e200 * θ") }
    if chance(4), !isVector {
      let count = rows + 1
      at(9, "X = \(typed("m(\(count), \(features), 0.9)"))")
      at(9, "y = \(typed("m(\(count), \(outputs), 0.9)"))")
    }
    if chance(5) { at(6, "C[1] = 2") }
    return lines
  }
}

extension String {
  fileprivate func replacing(_ name: String, by value: String) -> String {
    split(separator: " ", omittingEmptySubsequences: false).map { part in
      part == Substring(name) ? value : String(part)
    }.joined(separator: " ")
  }
}

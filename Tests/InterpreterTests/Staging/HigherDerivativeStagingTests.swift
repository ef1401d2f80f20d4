import Foundation
import Numerics
import Support
import XCTest

@testable import Interpreter

/// Derivatives of derivatives, and of functions of tensors, by plans of all that tapes compute cannot be told from those
/// of the tapes.
final class HigherDerivativeStagingTests: XCTestCase {
  /// - Parameter replays: how often a plan must have stood for a derivative at least; `0...0` for never.
  private func compare(
    _ code: String, replays: ClosedRange<Int> = 1...Int.max, interrupting: Int? = nil,
    file: StaticString = #filePath, line: UInt = #line
  ) {
    StagedRun.compare(
      Self.preamble + code, \.directionReplays, replays, interrupting: interrupting, file: file, line: line)
  }

  /// The same for gradients.
  private func compareGradients(
    _ code: String, replays: ClosedRange<Int> = 1...Int.max, file: StaticString = #filePath,
    line: UInt = #line
  ) {
    StagedRun.compare(Self.preamble + code, \.replays, replays, file: file, line: line)
  }

  /// The same for turns of loops.
  private func compareTurns(
    _ code: String, turns: ClosedRange<Int> = 30...Int.max, file: StaticString = #filePath,
    line: UInt = #line
  ) {
    for values in [false, true] {
      StagedRun.compare(
        Self.preamble + code, \.turns, turns, options: (true, values), file: file, line: line)
    }
  }

  private static let preamble = """
    m(r, c, k) = reshape(sin(k * (1:(r * c))), r, c)
    v(n, k) = cos(k * (1:n))

    """
  private let never = 0...0

  // MARK: Random programs

  func testRandomPrograms() {
    var (replays, planned) = (0, 0)
    for seed in 1...400 {
      var generator = RandomPrograms(seed: UInt64(seed))
      let code = generator.program()
        .replacingOccurrences(
          of: "println(∇h(a))", with: "println((h″(a), hessian(h)(a), hvp(h, a, 0.5)))"
        )
        .replacingOccurrences(
          of: "value_and_grad(f)(a, [cos(i), i / 8 - 1, a * i])",
          with: seed % 2 == 0
            ? "hvp(f, (a, [cos(i), i / 8 - 1, a * i]), (cos(2i), [1 - i % 3, -a, i % 2]))"
            : "hessian(f)(a, [cos(i), i / 8 - 1, a * i])")
      XCTAssert(code.contains("h″"))
      (replays, planned) = run(code, seed, (replays, planned))
    }
    XCTAssertGreaterThan(replays, 3000)
    XCTAssertGreaterThan(planned, 150)
  }

  func testRandomTensorPrograms() {
    var (replays, planned) = (0, 0)
    let derivatives = [
      "hvp(L, θ, 0.3θ; X = X, y = y)", "jvp(t -> L(t; X = X, y = y), θ, 0.3θ)", "jvp(L, θ, θ; X = X, y = y)",
      "∇(t -> dot(∇L(t; X = X, y = y), θ))(θ)",
    ]
    for seed in 1...500 {
      var generator = RandomTensorPrograms(seed: UInt64(seed))
      let code = generator.program()
        .replacingOccurrences(
          of: "  println(r[1])", with: "  dump((\(derivatives[seed % 4]),))\n  println(r[1])")
      (replays, planned) = run(code, seed, (replays, planned))
    }
    XCTAssertGreaterThan(replays, 200)
    XCTAssertGreaterThan(planned, 30)
  }

  private func run(_ code: String, _ seed: Int, _ counts: (Int, Int)) -> (Int, Int) {
    let plain = StagedRun(code, name: "random", staged: false)
    let staged = StagedRun(code, name: "random", staged: true)
    XCTAssertEqual(staged, plain, "seed \(seed):\n\(code)")
    XCTAssertEqual(staged.failedTrials, 0, "seed \(seed):\n\(code)")
    return (counts.0 + staged.directionReplays, counts.1 + (staged.directionReplays > 0 ? 1 : 0))
  }

  /// Every row that works on numbers, of one and of two.
  func testEveryRow() {
    var planned = 0
    for operation in Operations.all where operation.isNumberFunction {
      let name = operation.name
      let code = """
        f(x) = \(name)(x) * x
        g(a, b) = \(name)(a, b) * a
        s(x) = sum(\(name)(x) ⊙ x)
        for i in 1:9
          println(try f″(i / 13) catch e; e.message end)
          println(try hessian(g)(i / 13, 2.5 - i / 5) catch e; e.message end)
          println(try hvp(s, sin(i * (1:3)) / 2, [1, i, 2]) catch e; e.message end)
          println(try hvp(s, sin(i * (1:40)) / 2, cos(i * (1:40))) catch e; e.message end)
          println(try jvp(s, f32(sin(i * (1:40)) / 2), cos(i * (1:40))) catch e; e.message end)
        end
        """
      let plain = StagedRun(code, name: "program", staged: false)
      let staged = StagedRun(code, name: "program", staged: true)
      XCTAssertEqual(staged, plain, name)
      XCTAssertEqual(staged.failedTrials, 0, name)
      planned += staged.directionReplays > 0 ? 1 : 0
    }
    XCTAssertGreaterThan(planned, 20)
  }

  // MARK: What has a plan

  func testNumbers() {
    compare("f(x) = sin(x)^3 / (1 + x^2)\nfor i in 1:9; println(f″(i / 3)) end", replays: 5...9)
    compare("f(x) = x^5 - exp(x)\nfor i in 1:9; println(f'''(i / 3)) end", replays: 5...9)
    compare("f(x) = x^5 - exp(x)\nfor i in 1:9; println(hessian(f)(i / 3)) end", replays: 5...9)
    compareGradients("f(x) = x^5 - exp(x)\nfor i in 1:9; println(∇(f')(i / 3)) end", replays: 5...9)
    compareGradients(
      "f(x) = x^5\ng(x) = f'(x)^2 + f(x)\nfor i in 1:9; println(∇g(i / 3)) end", replays: 5...9)
    compare("f(x) = x^5\ng(x) = f'(x)^2 + f(x)\nfor i in 1:9; println(g'(i / 3)) end", replays: 5...9)
  }

  func testPointsOfNumbers() {
    let valley = "f(x) = (1 - x[1])^2 + 100(x[2] - x[1]^2)^2\n"
    compare(valley + "for i in 1:9; println(hessian(f)([i / 3, 1 - i])) end", replays: 5...9)
    compare(valley + "for i in 1:9; println(hvp(f, [i / 3, 1 - i], [1, i])) end", replays: 5...9)
    compare("f(x, y) = (1 - x)^2 * y^3\nfor i in 1:9; println(hessian(f)(i, 2 - i)) end", replays: 5...9)
    compare(
      "f(x, y) = (1 - x)^2 * y^3\nfor i in 1:9; println(hvp(f, (i, 2 - i), (1, i))) end", replays: 5...9)
    compare(
      "f(p) = p.a^2 * p.b[2]^3\nfor i in 1:9; println(hvp(f, (a = i, b = [1, 2i]), (a = 1, b = [i, i]))) end",
      replays: 5...9)
    compare(
      "f(x) = x[1] * x[2] * x[3] * x[4] * x[5]\nfor i in 1:9; println(hessian(f)(v(5, i))) end",
      replays: 5...9)
    compare(
      "f(x) = [x[1] * x[2], x[1]^2, exp(x[2])]\nfor i in 1:9; println((jacobian(f)(v(2, i)), jvp(f, v(2, i), [1, i]), vjp(f, v(2, i), [1, i, 2]))) end",
      replays: 15...27)
  }

  func testTensors() {
    for value in [
      "sum(x^3)", "sum(tanh(x)²)", "x ⋅ tanh(x)", "sum(sin(x) ⊙ cos(2x)) * sum(x)", "mean(exp(x / 3))",
      "sum((x - mean(x))²)", "sum(1 / (1 + x²))", "log(sum(exp(x)))", "sum(σ(x) * x[1])",
    ] {
      for count in [1, 2, 7, 32, 33, 50] {
        for type in ["f64", "f32"] {
          compare(
            "f(x) = \(value)\nfor i in 1:8; println((hvp(f, \(type)(v(\(count), i)), v(\(count), 2i)), jvp(f, \(type)(v(\(count), i)), v(\(count), 2i)))) end",
            replays: type == "f32" && count < 33 ? 0...16 : 1...16)
        }
      }
    }
    compare("f(x) = tanh(2x)\nfor i in 1:8; println((f'(v(40, i)), f″(v(40, i)), f'(v(3, i)))) end")
    compare("A = m(40, 40, 3)\nf(x) = x ⋅ (A * x)\nfor i in 1:8; println(hvp(f, v(40, i), v(40, 2i))) end")
    compare("f(x) = sum(x)\nfor i in 1:8; println(jvp(f, zeros(0), zeros(0))) end", replays: 0...8)
  }

  /// The matrix of a function of tensors, as one pass of rows and row by row.
  func testHessiansOfTensors() {
    for value in [
      "sum(x^3)", "sum(tanh(x)²)", "x ⋅ tanh(x)", "sum(sin(x)) * sum(x²)", "mean(exp(x / 3))",
      "sum((x - mean(x))²)", "log(sum(exp(x)))", "sum(x * x[1]) + x[2]^3", "x ⋅ (A * x)", "sum(tanh(A * x)²)",
    ] {
      for count in [2, 3, 4, 5, 6, 9] {
        compare(
          "A = m(\(count), \(count), 3)\nf(x) = \(value)\nfor i in 1:8; println(hessian(f)(v(\(count), i))) end",
          replays: 0...8)
      }
    }
    compare("f(x) = sum(tanh(x)²)\nfor i in 1:8; println(hessian(f)(v(4, i))) end")
    compare("A = m(4, 4, 3)\nf(x) = sum(tanh(A * x)²)\nfor i in 1:8; println(hessian(f)(v(4, i))) end")
    compare("f(W) = sum((W * W)²)\nfor i in 1:8; println(hessian(f)(m(2, 2, i))) end", replays: 0...8)
  }

  func testNetworks() {
    let net = """
      L(θ; X, y) = mse(tanh(X * θ.W + θ.b) * θ.V, y)
      θ = (W = m(2, 5, 1), b = v(5, 2), V = m(5, 1, 3))
      u = (W = m(2, 5, 3), b = v(5, 1), V = m(5, 1, 2))

      """
    compare(
      net
        + "for i in 1:12; println(hvp(L, θ, u; X = m(i < 9 ? 7 : 4, 2, i), y = m(i < 9 ? 7 : 4, 1, i))) end",
      replays: 5...12)
    compare(
      net + "for i in 1:12; println(jvp(L, θ, u; X = m(7, 2, i), y = m(7, 1, i))) end", replays: 5...12)
    compareGradients(
      "X = m(7, 2, 1)\nL(w) = sum(tanh(X * w)²)\nu = v(2, 3)\nG(w) = ∇L(w) ⋅ u\nfor i in 1:12; println(∇G(v(2, i))) end",
      replays: 5...Int.max)
    compareGradients(
      "L(w) = sum(tanh(w)^3)\nu = v(50, 3)\nfor i in 1:3; println(∇(w -> ∇L(w) ⋅ u)(v(50, i))) end\nG(w) = ∇L(w) ⋅ u\nfor i in 1:12; println(∇G(v(50, i))) end",
      replays: 5...Int.max)
  }

  // MARK: Guards

  func testDecisions() {
    compare("f(x) = x > 0 ? x^3 : -x^2\nfor i in 1:40; println((f″((-1)^i * i), hessian(f)((-1)^i * i))) end")
    compare("f(x) = x[1] > 0 ? sum(x^3) : sum(x²)\nfor i in 1:40; println(hvp(f, v(3, i), v(3, 1))) end")
    compare(
      "f(x) = x[1] > 0 ? sum(x^3) : sum(x²)\nfor i in 1:40; println(hvp(f, v(40, i), v(40, 1))) end",
      replays: never)
    for term in [
      "relu(x)^2", "max(x, 1)^3", "abs(x)^3", "where(x > 2, x, x^2)", "floor(x) * x^2", "sign(x - 2) * x^3",
      "stop(x) * x^2", "x ÷ 2 + x^2", "clamp(x, 1, 2)^2", "gelu(x)", "x^x", "asinh(x)", "norm([x, 2])",
    ] {
      compare("f(x) = \(term)\nfor i in -6:8; println((f″(i / 2), hessian(f)(i / 2))) end", replays: 0...30)
      compare(
        "f(x) = sum(\(term.replacingOccurrences(of: "[x, 2]", with: "x")))\nfor i in 1:9; println((try hvp(f, v(3, i), v(3, 1)) catch e; e.message end, try hvp(f, 3v(40, i), v(40, 1)) catch e; e.message end, try jvp(f, 3v(40, i), v(40, 1)) catch e; e.message end)) end",
        replays: 0...30)
    }
  }

  func testVariablesThatChange() {
    compare(
      "c = 2\nf(x) = c * x^4\nfor i in 1:40\n println((f″(i), hessian(f)(i)))\n  if i % 5 == 0\n    c = c + 1\n  end\nend"
    )
    compare(
      "g(x) = x^2\nf(x) = 3g(x)^2\nfor i in 1:6; println(f″(i)) end\ng(x) = x^3\nfor i in 1:6; println(f″(i)) end"
    )
    compare(
      "L(w; X) = sum(tanh(X * w)²)\nfor i in 1:20; println(hvp(L, v(2, i), v(2, 1); X = m(i < 9 ? 3 : 4, 2, i < 15 ? i : 15))) end"
    )
    compare(
      "f(x; k = 2) = k * x^3\nfor i in 1:12; println((hessian(f)(i; k = i), jvp(f, i, 1; k = 3), hvp(f, i, 1; k = i))) end"
    )
  }

  func testOtherArguments() {
    compare(
      """
      f(x) = sum(x^3) / 2
      for i in 1:6; println(hvp(f, v(3, i), v(3, 1))) end
      println(hvp(f, v(4, 1), v(4, 2)))
      println(hvp(f, f32(v(3, 1)), v(3, 2)), hvp(f, f16(v(3, 1)), v(3, 2)))
      println(try hvp(f, v(3, 1), v(2, 1)) catch e; e.message end)
      println(try hvp(f, [true, false], v(2, 1)) catch e; e.message end)
      println(try hessian(f)("a") catch e; e.message end)
      println(try hessian(f)() catch e; e.message end)
      println(hvp(f, 2, 3), hvp(f, v(0, 1), v(0, 1)))
      for i in 1:6; println((hvp(f, f16(v(3, i)), v(3, 1)), hessian(f)(f32(v(3, i))))) end
      h = hvp(f, v(3, 1), v(3, 2))
      println(h + [1, 2])
      """)
  }

  // MARK: Effects, notes, limits

  func testWhatLeavesTheFunction() {
    for body in ["println(x); x^3", "x^2 * rand()", "@show x^3"] {
      compare("f(x) = begin \(body) end\nfor i in 1:7; println((f″(i), hessian(f)(i))) end", replays: never)
      compare(
        "f(x) = begin \(body); sum(x^2) end\nfor i in 1:7; println((hvp(f, v(3, i), v(3, 1)))) end",
        replays: never)
    }
    compare("f(x) = x > 5 ? error(\"too far\") : x^3\nfor i in 1:9; println(f″(i)) end")
    compare("f(x) = x[1] > 5 ? error(\"too far\") : x[1]^3\nfor i in 1:9; println(hessian(f)([i, 1])) end")
  }

  func testNotesOfWhatIsNotFinite() {
    for point in ["x", "[x, 1]"] {
      for term in ["√x", "log(x)", "exp(300x)", "x^1.5", "abs(x)", "x^2 * 1e200", "√(x²)", "relu(x) * √x"] {
        let body = point == "x" ? term : "sum(\(term))"
        compare(
          "f(x) = \(body)\nfor x in (1, 2, 3, 4, 0, 0, -1, 2, 1e200, Inf, NaN); println((hessian(f)(\(point)), hvp(f, \(point), \(point)))) end",
          replays: 0...22)
      }
    }
    compare("f(x) = √x + x\nfor x in (1, 2, 3, 4, 0, 0, -1, 2); println(f″(x)) end")
  }

  func testSignsOfZeros() {
    compare("f(x) = -x^2\nfor i in 1:9; println(1 / hvp(f, i, i % 2 == 0 ? 0 : -0.0)) end")
    compare("f(x) = sum(-x^3)\nfor i in 1:9; println(1 / hvp(f, i % 2 * v(3, i), -0.0 * v(3, 1))) end")
    compare("f(x) = sum(-x^3)\nfor i in 1:9; println(1 / hessian(f)(i % 2 * v(2, i))) end", replays: 0...9)
  }

  func testInterrupts() {
    for turn in 1...8 {
      compare(
        "f(x) = sum(x^3)\nfor i in 1:9\n ; println(i)\n  g = hvp(f, v(3, i), v(3, 1))\nend\n",
        replays: 0...10,
        interrupting: turn)
    }
  }

  // MARK: Turns of loops

  func testTurns() {
    compareTurns("f(x) = x^4 - 3x\nx = 2\nfor i in 1:40; x = x - f'(x) / (f″(x) + 1) end\nprintln(x)")
    compareTurns("f(x, y) = x^2 * y\nx = 2\nfor i in 1:40; x = x - 0.01(∂f/∂x)(x, i) end\nprintln(x)")
    compareTurns(
      "f(x, y) = x^2 * y\nx = 2\nfor i in 1:40; x = x - 0.001grad(f, 2)(x, i) end\nprintln(x)", turns: 0...40)
    compareTurns("f(x; k = 2) = k * x^2\nx = 2\nfor i in 1:40; x = x - 0.01(∂f/∂k)(x; k = i) end\nprintln(x)")
    compareTurns(
      "f(x) = (1 - x[1])^2 + 3(x[2] - x[1]^2)^2\nx = v(2, 1)\nfor i in 1:40; x = x - 0.001hvp(f, x, ∇f(x)) / (1 + norm(x)) end\nprintln(x)"
    )
    compareTurns(
      "f(x) = (1 - x[1])^2 + 3(x[2] - x[1]^2)^2\nx = [1.0, 2.0]\nfor i in 1:40; H = hessian(f)(x); x = x - 0.01[H[1, 1] * x[1], H[2, 2]] end\nprintln(x)",
      turns: 0...40)
    compareTurns(
      "f(x) = sum(tanh(x)²)\nx = v(3, 1)\nfor i in 1:40; x = x - 0.1jvp(f, x, x) * x end\nprintln(x)")
    compareTurns(
      "f(x) = [x[1] * x[2], sin(x[1])]\nx = v(2, 1)\nfor i in 1:40; x = 0.5vjp(f, x, x) + 0.1jvp(f, x, [1, i / 9]) end\nprintln(x)"
    )
    compareTurns(
      "f(x) = x > 1 ? x^3 : x^2\nx = 3\nfor i in 1:60; x = 1.2x - 0.1f″(x) end\nprintln(x)", turns: 1...60)
    compareTurns(
      "f(x) = √x\nx = 3\nfor i in 1:40; x = i == 20 ? 0 : x + 0.1f″(x + 1) end\nprintln(x)", turns: 1...40)
    compareTurns("f(x) = relu(x)^2\nx = 3\nfor i in 1:40; x = x - 0.1f″(x) end\nprintln(x)", turns: 0...40)
    compareTurns(
      "function f(x)\n  println(x)\n  x^3\nend\nx = 1\nfor i in 1:9; x = x - 0.01f″(x) end\nprintln(x)",
      turns: never)
  }

  func testPoints() {
    compareTurns(
      "f(x) = sin(x)^3\nprintln([f″(x) for x in linspace(-2, 2, 40)])\nprintln(vmap(f″)(linspace(-2, 2, 40)))",
      turns: 0...Int.max)
  }

  func testRandomLoops() {
    var turns = 0
    let derivatives = ["g″(", "hessian(g)(", "(∂h/∂x)(k, ", "(t -> hvp(g, t, 0.5))(", "grad(h, 2)(a, "]
    for seed in 1...400 {
      var generator = RandomLoops(seed: UInt64(seed))
      var code =
        seed % 3 == 0 ? generator.points() : seed % 3 == 1 ? generator.program() : generator.repeats()
      guard code.contains("∇g(") else { continue }
      code = code.replacingOccurrences(of: "∇g(", with: derivatives[seed % 5])
      let plain = StagedRun(code, name: "random", staged: false)
      let staged = StagedRun(code, name: "random", staged: true, loops: true, values: seed % 5 == 0)
      XCTAssertEqual(staged, plain, "seed \(seed):\n\(code)")
      turns += staged.turns
    }
    XCTAssertGreaterThan(turns, 500)
  }
}

import Foundation
import Numerics
import Support
import XCTest

@testable import Interpreter

/// Values by plans cannot be told from those of the functions themselves.
final class ValueStagingTests: XCTestCase {
  /// - Parameter replays: how often a plan must have stood for a value at least; `0...0` for never.
  private func compare(
    _ code: String, replays: ClosedRange<Int> = 1...Int.max, interrupting: Int? = nil,
    file: StaticString = #filePath, line: UInt = #line
  ) {
    StagedRun.compare(
      Self.preamble + code, \.valueReplays, replays, options: (false, true), interrupting: interrupting,
      file: file, line: line)
  }

  /// What is planned here is below: these are not.
  private static let preamble = """
    m = (r, c, k) -> try reshape(sin(k * (1:(r * c))), r, c) catch e; error(e.message) end
    v = (n, k) -> try cos(k * (1:n)) catch e; error(e.message) end

    """
  private let never = 0...0

  // MARK: Programs

  func testProgramsOfTheTests() throws {
    var replays = 0
    try StagedRun.programsOfTheTests { code, name, folder in
      let plain = StagedRun(code, name: name, staged: false, folder: folder)
      for loops in [false, true] {
        let staged = StagedRun(code, name: name, staged: true, loops: loops, values: true, folder: folder)
        XCTAssertEqual(staged, plain, name)
        XCTAssertEqual(staged.failedTrials, plain.failedTrials, name)
        replays += staged.valueReplays
      }
    }
    XCTAssertGreaterThan(replays, 1000)
  }

  func testRandomPrograms() {
    var (replays, planned) = (0, 0)
    for seed in 1...700 {
      var generator = RandomPrograms(seed: UInt64(seed))
      var code = generator.program().replacing("println(∇h(a))", with: "println((h(a), ∇h(a)))")
      if seed % 2 == 0 { code = code.replacing("value_and_grad(f)(", with: "f(") }
      code = code.replacing("x, y)\n", with: "x, y)\n  z = (c > 100)\n")
      (replays, planned) = run(code, seed, (replays, planned))
    }
    XCTAssertGreaterThan(replays, 5000)
    XCTAssertGreaterThan(planned, 500)
  }

  func testRandomProgramsOfTensors() {
    var (replays, planned) = (0, 0)
    for seed in 1...700 {
      var generator = RandomTensorPrograms(seed: UInt64(seed))
      var code = generator.program().replacing(
        "value_and_grad(L)(θ; X = X, y = y)", with: "(L(θ; X = X, y = y), θ)")
      if seed % 3 == 0 {
        // The last state as well.
        code = code.replacing("function L(θ; X, y)", with: "function L(θ; X, y)\n  q = 0X")
          .replacing("println(r[1])", with: "println(r[1])\n  println(L(0.5θ; X = X, y = y))")
      }
      (replays, planned) = run(code, seed, (replays, planned))
    }
    XCTAssertGreaterThan(replays, 3000)
    XCTAssertGreaterThan(planned, 400)
  }

  func testRandomLoops() {
    var (replays, planned) = (0, 0)
    for seed in 1...700 {
      var generator = RandomLoops(seed: UInt64(seed))
      let code = seed % 2 == 0 ? generator.program() : generator.repeats()
      (replays, planned) = run(code, seed, (replays, planned), loops: seed % 4 < 2)
    }
    XCTAssertGreaterThan(replays, 5000)
    XCTAssertGreaterThan(planned, 100)
  }

  private func run(
    _ code: String, _ seed: Int, _ counts: (Int, Int), loops: Bool = false
  ) -> (Int, Int) {
    let plain = StagedRun(code, name: "random", staged: false)
    let staged = StagedRun(code, name: "random", staged: true, loops: loops, values: true)
    XCTAssertEqual(staged, plain, "seed \(seed):\n\(code)")
    XCTAssertEqual(staged.failedTrials, 0, "seed \(seed):\n\(code)")
    return (counts.0 + staged.valueReplays, counts.1 + (staged.valueReplays > 0 ? 1 : 0))
  }

  /// Every row that works on numbers, of one and of two.
  func testEveryRow() {
    var planned = 0
    for operation in Operations.all where operation.isNumberFunction {
      let code = """
        f(x) = \(operation.name)(x) + x
        g(a, b) = \(operation.name)(a, b) * a
        for i in 1:12
          println(try f(i / 13) catch e; e.message end)
          println(try f(2i - 11.5) catch e; e.message end)
          println(try f([i / 3, -i, 0.0, -0.0]) catch e; e.message end)
          println(try g(i / 13, 2.5 - i / 5) catch e; e.message end)
          println(try g(cos(i * (1:40)), 2.5 - i / 5) catch e; e.message end)
        end
        """
      let plain = StagedRun(code, name: "program", staged: false)
      let staged = StagedRun(code, name: "program", staged: true, values: true)
      XCTAssertEqual(staged, plain, operation.name)
      XCTAssertEqual(staged.failedTrials, 0, operation.name)
      planned += staged.valueReplays > 0 ? 1 : 0
    }
    XCTAssertGreaterThan(planned, 40)
  }

  // MARK: What has a plan

  func testArgumentsAndValues() {
    compare("f(x) = sin(x)^2 + 3x / (1 + x^2)\nfor x in 1:9; println(f(x)) end")
    compare("f(x) = (1 - x[1])^2 + 100(x[2] - x[1]^2)^2\nfor i in 1:9; println(f([i / 3, 1 - i])) end")
    compare("f(a, b) = a * exp(b) - a / b\nfor i in 1:9; println(f(i, 2 - i / 3)) end")
    compare("f(a, b, c) = a * exp(b) - a / c\nfor i in 1:9; println(f(i, 2 - i / 3, 2)) end")
    compare("f(a, b, c, d) = a * exp(b) - a / c + d\nfor i in 1:9; println(f(i, 2 - i / 3, 2, i)) end")
    compare(
      "f(a; b = 2a, c = 1) = a * b - c\nfor i in 1:9; println((f(i), f(i; b = i), f(i; c = 2i, b = 3))) end")
    compare("f(p) = p.a * p.b[2] + p.c[1]^3\nfor i in 1:9; println(f((a = i, b = [1, i], c = (i, 2)))) end")
    compare(
      "f(x) = (x, 2x, (a = x[1], b = x / 3, c = 5))\nfor i in 1:9; println(f([i, 1])) end",
      replays: never)
    compare("f(x) = (2x, (a = x[1], b = x / 3, c = 5))\nfor i in 1:9; println(f([i, 1])) end")
    compare(
      "f(x, v) = (x + 0.1v, v - 0.1x)\nx, v = [1, 0], [0, 1]\nfor i in 1:9\n  x, v = f(x, v)\n  println(x, v)\nend"
    )
    compare("f(x) = (x > 3, x ≠ 2)\nfor i in 1:9; println(f(i)) end")
    compare("f(x) = 2x - x * x\nfor i in 1:9; println(f(f32(i))) end")
    compare("f(x, g) = g(x) + g(2x)\nfor i in 1:12; println(f(i, i < 8 ? sin : cos)) end")
    compare("f(x) = 1 / -x\nfor i in 1:9; println((f(0), f(-0.0), f(Inf), f(NaN), f([0.0, -0.0]))) end")
  }

  func testTensors() {
    compare("f(A, x) = A * x + 1\nfor i in 1:9; println(f(m(7, 9, i), v(9, i))) end")
    compare(
      "f(A) = (sum(A; axis = 1), A', 2A, A[2], mean(A), A[1] ⋅ A[2])\nfor i in 1:9; println(f(m(6, 7, i))) end",
      replays: 0...9
    )
    compare("f(A, t) = tanh(t * A) / (t + 1)\nfor i in 1:9; println(sum(f(m(20, 7, i), i / 3))) end")
    compare(
      "f(A, n) = sum(reshape(A, n, 2); axis = 1)\nfor i in 1:12; println(f(m(20, 7, i), 70)) end",
      replays: 0...9)
    compare("f(A) = tanh(A) ⊙ A\nfor i in 1:9; println(sum(f(f32(m(20, 7, i))))) end")
    compare("f(A) = -A\nfor i in 1:9; println(1 / f(0 * m(6, 7, i))[1]) end")
    compare("f(A) = log(A)\nfor i in 1:9; println(f(m(6, 7, i))) end")
    compare(
      "f(A) = sum(tanh(A)^2) + norm(A)\nfor n in (0, 0, 0, 0, 1, 1, 1, 1, 2, 40, 40, 40, 40); println(try f(v(n, 1)) catch e; e.message end) end"
    )
    compare("f(A) = 2A\nfor n in (0, 0, 0, 0, 1, 1, 1, 1, 2, 40, 40, 40, 40); println(f(v(n, 1))) end")
    compare(
      "L(W; X, y) = mse(tanh(X * W), y)\nfor i in 1:14; println(L(m(2, 3, i); X = m(i < 8 ? 14 : 15, 2, i), y = m(i < 8 ? 14 : 15, 3, 2))) end"
    )
    compare(
      "L(W, y) = crossentropy(W, y)\nfor i in 1:9; println(L(m(12, 4, i), 1 + (1:12) % 4)) end",
      replays: 0...9)
    // Larger than the caches.
    compare("f(x) = sum(tanh(x * 0.5 + 1)^2 - x / 3)\nfor i in 1:6; println(f(sin(i * (1:50000)))) end")
    compare("f(x, a) = a * x^2 - x / 3\nfor i in 1:6; println(sum(f(sin(i * (1:50000)), i))) end")
  }

  /// Where tensors were made is part of errors.
  func testPlacesInErrors() {
    compare("f(x) = 2x + 1\nfor i in 1:6; println(f([i, 2])) end\ny = f([1, 2])\nprintln(y + [1, 2, 3])")
    compare("f(x) = 2x + 1\nfor i in 1:6; println(f(v(40, i))) end\ny = f(v(40, 2))\nprintln(y + [1, 2, 3])")
    compare(
      "f(x) = x\nfor i in 1:6; println(f([i, 2])) end\ny = f([1, 2])\nprintln(y + [1, 2, 3])", replays: never)
    compare(
      "f(x) = (2x, x)\nfor i in 1:6; println(f([i, 2])) end\ny = f([1, 2])\nprintln(y[2] + [1, 2, 3])",
      replays: never)
  }

  func testAValueBelongsToItsOwner() {
    compare(
      """
      f(x) = 2x
      kept = []
      for i in 1:8
        g = f([i, 2])
        h = g
        g[1] = 100
        kept = (kept..., h)
        println(g)
      end
      println(kept)
      """)
    compare(
      "c = [1, 2]\nf(x) = (x + 1, c)\nfor i in 1:8\n  y, d = f(i)\n  d[1] = i\n  println(y, d, c)\nend")
  }

  // MARK: Guards

  func testDecisions() {
    compare("f(x) = x > 0 ? x^2 : -x\nfor i in 1:40; println(f((-1)^i * i)) end")
    compare(
      "f(x) = x == 2 || x ≠ x ? x^3 : 5x\nfor x in (1, 3, 4, 5, 2, NaN, 1, 3, 2, 2, 2, NaN, NaN); println(f(x)) end"
    )
    compare(
      "f(x) = x % 7 < 1 ? x : x % 7 < 2 ? 2x : x % 7 < 3 ? 3x : x % 7 < 4 ? 4x : x % 7 < 5 ? 5x : x^2\nfor i in 1:300; println(f(i)) end",
      replays: 0...300)
    compare("f(x) = norm(x) > 4 ? x / norm(x) : x^2\nfor i in 1:12; println(f([i, 1])) end")
    compare(
      "f(x) = norm(x) > 4 ? x / norm(x) : 2x\nfor i in 1:12; println(f(i * v(40, 1))) end", replays: 0...20)
    compare("w = [1, 5, 9]\nf(x) = 2w[x]\nfor i in 1:9; println(f(1 + i % 3)) end", replays: 0...9)
    compare(
      "w = [1, 5, 9]\nf(x) = 2w[x]\nfor i in 1:9; println(try f(i) catch e; e.message end) end",
      replays: 0...9)
    for term in [
      "x * floor(x)", "x * sign(x - 2)", "x * stop(x)", "x ≈ 2 ? x : x^2", "x ÷ 2 + x",
      "where(x > 2, x, x^2)", "round(x)", "length(1:x) + x", "zeros(x) + 1", "x in (1, 2) ? x : 3x",
      "max(x, 2)", "sort([x, 2, 1])[1]", "argmax([x, 2])",
    ] {
      compare("f(x) = \(term)\nfor i in 1:9; println(f(i)) end", replays: 0...9)
    }
  }

  func testVariablesThatChange() {
    compare(
      "c = 2\nf(x) = c * x^2\nfor i in 1:40\n println(f(i))\n  if i % 5 == 0\n    c = c + 1\n  end\nend")
    compare(
      "a = [1, 2, 3]\nf(x) = a[1] * x^2\nfor i in 1:20\n println(f(i))\n  if i > 10\n    a[1] = i\n  end\nend"
    )
    compare(
      "make(k) = x -> k * x^3\nfs = [make(1), make(2)]\nfor i in 1:8\n for f in fs; println(f(i)) end\nend")
    compare(
      "g(x) = x^2\nf(x) = 3g(x) + σ(x)\nfor i in 1:6; println(f(i)) end\ng(x) = x^3\nfor i in 1:6; println(f(i)) end\nσ(x) = 2x\nfor i in 1:6; println(f(i)) end"
    )
    compare(
      """
      function run(n)
        k = 1
        f(x) = k * x + n
        for i in 1:12
          println(f(i))
          if i % 4 == 0
            k = k + 1
          end
        end
      end
      for n in 1:3; run(n) end
      """)
  }

  // MARK: Effects, errors, notes

  func testWhatLeavesTheFunction() {
    compare("function f(x)\n  println(x)\n  x^2\nend\nfor i in 1:7; println(f(i)) end", replays: never)
    compare("f(x) = x * rand()\nfor i in 1:7; println(f(i)) end\nprintln(rand())", replays: never)
    compare("function f(x)\n  seed(3)\n  2x\nend\nfor i in 1:7; println(f(i) + rand()) end", replays: never)
    compare(
      "g(x) = x * randn(2)\nf(x) = x + g(x)\nfor i in 1:7; println(f(i)) end\nprintln(rand())", replays: never
    )
    compare("f(x) = @show x^2\nfor i in 1:7; println(f(i)) end", replays: never)
    compare("f(x) = try x^2 catch e; 0 end\nfor i in 1:7; println(f(i)) end", replays: never)
    compare("f(x) = begin @assert x > 0; x^2 end\nfor i in (1, 2, 3, -1); println(f(i)) end", replays: never)
    compare("function f(x)\n  k = x\n  k += 1\n  k\nend\nk = 7\nfor i in 1:7; println((f(i), k)) end")
    compare(
      "function f(x)\n  x[1] = 5\n  2x\nend\na = [1, 2]\nfor i in 1:7; println((f(a), a)) end", replays: 0...7
    )
  }

  func testErrors() {
    compare("f(x) = x > 5 ? error(\"too far\") : x^2\nfor i in 1:9; println(f(i)) end")
    compare("c = 1\nf(x) = c * x\nfor i in 1:9\n ; println(f(i))\n  if i == 6\n    c = \"no\"\n  end\nend")
    compare("f(x) = x^2\nfor i in 1:7; println(f(i)) end\nprintln(f(\"a\"))")
    compare("f(x) = x^2\nfor i in 1:7; println(f(i)) end\nprintln(f(1, 2))")
    compare("f(x, y) = x * y\nfor i in 1:7; println(f(i, 2)) end\nprintln(f(1))")
    compare("f(x; k = 1) = k * x\nfor i in 1:7; println(f(i; k = 2)) end\nprintln(f(1; q = 2))")
    compare(
      "f(x) = x[1]^2 + x[3]\nfor x in ([1, 2, 3], [3, 4, 5], [5, 6, 7], [7, 8, 9], [1, 2]); println(f(x)) end"
    )
    compare(
      "f(A, x) = A * x\nfor i in 1:7; println(f(m(7, 9, i), v(9, i))) end\nprintln(f(m(7, 9, 1), v(8, 1)))")
    compare(
      "g(x, n) = n == 0 ? x : g(x, n - 1)\nf(x) = g(x, 9980)^2\nh(n) = n == 0 ? f(2) : h(n - 1)\nfor i in 1:6; println(f(i)) end\nprintln(h(5))\nprintln(h(40))"
    )
    compare("fib(n) = n < 2 ? n : fib(n - 1) + fib(n - 2)\nprintln(fib(15))", replays: never)
    compare(
      "even(n) = n == 0 ? 1 : odd(n - 1)\nodd(n) = n == 0 ? 0 : even(n - 1)\nfor i in 1:30; println(even(i)) end",
      replays: 0...1000)
  }

  func testDerivativesInside() {
    compare("f(x) = x^4\ng(x) = ∇f(x)^2\nfor i in 1:9; println(g(i)) end")
    compare("f(x) = x^4\ng(x) = f'(x)^2\nfor i in 1:9; println(g(i)) end", replays: 0...9)
    compare("f(x) = √x\ng(x) = ∇f(x)^2\nfor x in (1, 2, 3, 4, 0, 0, -1, 2); println(g(x)) end")
    compare("f(x) = x^4 + x\nfor i in 1:9; println((f(i), ∇f(i), f'(i), f″(i), jvp(f, i, 2))) end")
    compare(
      "f(x) = sum(x^4) + x[1]\nfor i in 1:9; println((f([i, 1]), ∇f([i, 1]), hvp(f, [i, 2], [1, 0]))) end")
    compare(
      "f(x) = x^2 + 1\nprintln(descend(f, 3; steps = 20).values)\nprintln([f(i) for i in 1:100])\nprintln(vmap(f)(1:50))"
    )
    compare("f(θ, x) = θ * x^2\nfor i in 1:6; println(flow(f, i, 2).f) end", replays: 0...6)
  }

  func testInterrupts() {
    for turn in 1...8 {
      compare(
        "f(x) = x^3 - 2x\nfor i in 1:9\n ; println(i)\n  g = f(i)\nend\n", replays: 0...10, interrupting: turn
      )
    }
  }

  /// A session has done with what it planned at the end of a cell.
  func testMemoryIsGivenBack() {
    nonisolated(unsafe) var growth: [Int] = []
    onEvaluationThread {
      let session = Session(host: CollectingHost(), folder: ".")
      for _ in 0..<4 {
        _ = session.run(
          "a = ones(100000)\nf(x) = a[1] * x^2 + 2x - 1 / (x + 1)\nfor i in 1:100\n  f(i)\n  s = \"\"\nend\nf = 0\na = 0",
          label: "cell")
        growth.append(Memory.live)
      }
    }
    XCTAssertLessThan(growth[3] - growth[1], 10_000)
  }
}

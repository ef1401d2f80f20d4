import Foundation
import Numerics
import Support
import XCTest

@testable import Interpreter

/// A gradient computed from a recording cannot be told from one that the function itself gave: the same bits, the
/// same errors with the same places, the same notes.
final class StagingTests: XCTestCase {
  /// - Parameter replays: how often a recording must have stood for a function at least; `0...0` for never.
  private func compare(
    _ code: String, replays: ClosedRange<Int> = 1...Int.max, interrupting: Int? = nil,
    file: StaticString = #filePath, line: UInt = #line
  ) {
    StagedRun.compare(code, \.replays, replays, interrupting: interrupting, file: file, line: line)
  }

  func testProgramsOfTheTests() throws {
    var replays = 0
    try StagedRun.programsOfTheTests { code, name, folder in
      let plain = StagedRun(code, name: name, staged: false, folder: folder)
      let staged = StagedRun(code, name: name, staged: true, folder: folder)
      XCTAssertEqual(staged, plain, name)
      replays += staged.replays
    }
    XCTAssertGreaterThan(replays, 1000)
  }

  func testRandomPrograms() {
    var replays = 0
    for seed in 1...400 {
      var generator = RandomPrograms(seed: UInt64(seed))
      let code = generator.program()
      let plain = StagedRun(code, name: "random", staged: false)
      let staged = StagedRun(code, name: "random", staged: true)
      XCTAssertEqual(staged, plain, "seed \(seed):\n\(code)")
      replays += staged.replays
    }
    XCTAssertGreaterThan(replays, 4000)
  }

  // MARK: What is staged

  func testNumbersVectorsAndTrees() {
    compare("f(x) = sin(x)^2 + 3x / (1 + x^2)\nfor x in 1:9; println(∇f(x)) end")
    compare("f(x) = (1 - x[1])^2 + 100(x[2] - x[1]^2)^2\nfor i in 1:9; println(∇f([i / 3, 1 - i])) end")
    compare("f(a, b) = a * exp(b) - max(a, b)\nfor i in 1:9; println(∇f(i, 2 - i / 3)) end")
    compare("f(p) = p.a * p.b[2] + p.c[1]^3\nfor i in 1:9; println(∇f((a = i, b = [1, i], c = (i, 2)))) end")
    compare("f(x) = x^3\nfor i in 1:9; println(value_and_grad(f)(i)) end")
    compare(
      "f(x, y) = x² - y²\nprintln(descend(f, (1, 0.1); method = momentum(rate = 0.1), steps = 40).points)")
  }

  func testControlFlow() {
    compare(
      """
      function f(x)
        s = 0
        while s < x
          s += x / 7 + 0.3
        end
        for i in 1:3
          if i == 2 && x > 2
            continue
          end
          s = s > 4 ? s - x * i : s * x
        end
        s
      end
      for round in 1:4
        for i in 1:5; println(∇f(i / 2)) end
      end
      """)
    compare("g(x, n) = n == 0 ? x : x * g(x, n - 1)\nf(x) = g(x, 5)\nfor i in 1:9; println(∇f(i / 3)) end")
  }

  /// By one argument of several, with names, by more than two.
  func testSomeOfTheArguments() {
    let definition = "f(x, y) = (1 - x)^2 + 100(y - x^2)^2 + sin(x * y) / (1 + y^2)\n"
    compare(definition + "for i in 1:12; println(((∂f/∂x)(i / 3, 2 - i), grad(f, 2)(i / 3, 2 - i))) end")
    compare(definition + "for i in 1:12; println(((∂f/∂x)(i, 2), (∂f/∂y)(0.0, i), ∇f(1, i))) end")
    compare("f(x, y) = y[1] * x^2 + y[2]^x\nfor i in 1:12; println((∂f/∂x)(i / 2, [i, i % 3])) end")
    compare("f(x, y) = y[1] * x^2 + y[2]^x\nfor i in 1:12; println((∂f/∂y)(i / 2, [i, i % 3])) end")
    compare("f(x, y) = x^y\nfor i in 1:12; println(((∂f/∂x)(i - 4, i % 4), (∂f/∂y)(i, i % 4))) end")
    compare("f(x, y) = y > 3 ? x^2 * y : x * y\nfor i in 1:24; println((∂f/∂x)(i, i % 7)) end")
    compare(
      "f(x; a = 1, b) = a * x^2 + b / x\nfor i in 1:12; println((∇f(i; b = i), ∇f(i; a = -i, b = 2i))) end")
    compare("f(x; g) = g(x)^2\nfor i in 1:12; println(∇f(i; g = i < 7 ? sin : cos)) end")
    compare("f(x, y, z) = x * y^2 + z[1] / x\nfor i in 1:12; println(∇f(i, 2 - i, [i, 1])) end")
    compare("f(x, y, z) = x * y^2 + sum(z^2) * x\nfor i in 1:12; println(∇f(i, 2 - i, [i, 1])) end")
    compare(
      "f(x, y) = x * sum(y^2)\nfor i in 1:12; println(((∂f/∂x)(i, [i, 1, 2]), (∂f/∂y)(i, [i, 1, 2]))) end",
      replays: 0...24)
    compare("f(x, y) = √x * y\nfor i in 1:12; println((∂f/∂x)(9 - i, i)) end")
    compare("f(x, y) = x * floor(y)\nfor i in 1:12; println((∂f/∂x)(i, i / 3)) end", replays: 0...12)
    compare("f(x, y) = x * stop(y)\nfor i in 1:12; println((∂f/∂x)(i, i / 3)) end", replays: 0...12)
    compare(
      "w = [1, 5, 9]\nf(x, y) = x * w[y]\nfor i in 1:12; println((∂f/∂x)(i, 1 + i % 3)) end", replays: 0...12)
    compare("f(x, y) = x * f32(y)\nfor i in 1:12; println((∂f/∂x)(f32(i), i)) end", replays: 0...12)
    compare("f(x, y) = y > 8 ? error(\"no\") : x * y\nfor i in 1:12; println((∂f/∂x)(i, i)) end")
    compare("f(x, y) = x * y\nfor i in 1:6; println((∂f/∂x)(i, i)) end\nprintln((∂f/∂x)(1))")
    compare(
      "k = 1\nf(x, y) = k * x * y\nfor i in 1:30\n  k = k + (i % 6 == 0)\n  println((∂f/∂x)(i, i))\nend")
    compare(
      "h(x, y) = x^2 * y\nf(x) = (∂h/∂x)(x, 3)^2\nfor i in 1:12; println((f(i), ∇f(i))) end", replays: 0...24)
  }

  // MARK: Guards

  func testAnArgumentOfAnotherKind() {
    compare(
      """
      function f(x)
        s = 0
        for i in 1:2; s += x[i]^2 end
        s
      end
      for i in 1:4; println(∇f([i, 2i])) end
      println(∇f([1, 2, 3]))
      println(∇f(f32([1, 2])))
      println(∇f((1, 2)))
      for i in 1:4; println(∇f([i, 2i])) end
      println(try ∇f([1]) catch e; e.message end)
      println(try ∇f([true, false]) catch e; e.message end)
      println(∇f([1 2; 3 4][1]))
      """)
    compare("f(x) = x^2\nfor x in (1, 2, f32(3), 4, f16(2), 5); println(∇f(x)) end")
  }

  func testAVariableThatChanges() {
    compare(
      """
      c = 2
      f(x) = c * x^2
      for i in 1:40
        println(∇f(i))
        if i % 5 == 0
          c = c + 1
        end
      end
      """)
    compare(
      """
      a = [1, 2, 3]
      f(x) = a[1] * x^2
      for i in 1:20
        println(∇f(i))
        if i > 10
          a[1] = i
        end
      end
      """)
    compare(
      """
      function turns()
        k = 1
        f = x -> x^2 * k
        for i in 1:12
          println(∇f(i))
          if i == 6
            k = 5
          end
        end
      end
      turns()
      """)
    compare(
      """
      make(k) = x -> k * x^3
      fs = [make(1), make(2)]
      for i in 1:8
        for f in fs; println(∇f(i)) end
      end
      """)
  }

  func testAFunctionThatIsReplaced() {
    compare(
      """
      g(x) = x^2
      f(x) = 3g(x) + σ(x)
      for i in 1:5; println(∇f(i)) end
      g(x) = x^3
      for i in 1:5; println(∇f(i)) end
      σ(x) = 2x
      for i in 1:5; println(∇f(i)) end
      f(x) = x
      for i in 1:5; println(∇f(i)) end
      """)
    compare("for k in 1:5\n  f(x) = x^k\n  for i in 1:5; println(∇f(i)) end\nend")
  }

  func testDecisions() {
    compare("f(x) = x > 0 ? x^2 : -x\nfor i in 1:40; println(∇f((-1)^i * i)) end")
    compare(
      "f(x) = (0 < x < 3) + x * (x ≥ 2)\nfor i in -5:5; println(try ∇f(i) catch e; e.message end) end",
      replays: 0...0)
    compare("f(x) = x == 2 || x ≠ x ? x^3 : 5x\nfor x in (1, 2, NaN, 3, 2, 1, NaN, NaN); println(∇f(x)) end")
    compare("f(x) = x[1] == [1, 2][1] ? x[1]^2 : x[2]\nfor i in 1:9; println(∇f([i % 3, i])) end")
    compare("f(x) = relu(x[1]) * x[2] + abs(x[2])\nfor i in -9:9; println(∇f([i, -i])) end")
  }

  func testANumberThatSteersTheProgram() {
    let never = 0...0
    compare("f(x) = x[floor(x[1])]^2\nfor i in 1:6; println(∇f([1 + i % 3, 5, 7])) end", replays: never)
    compare("v = [1, 5, 9]\nf(x) = x * v[x]\nfor i in 1:6; println(∇f(1 + i % 3)) end", replays: never)
    compare("v = (1, 5, 9)\nf(x) = x * v[x]\nfor i in 1:6; println(∇f(1 + i % 3)) end", replays: never)
    compare(
      """
      function f(x)
        s = x
        for i in 1:x; s += x^i end
        s
      end
      for i in 1:6; println(∇f(1 + i % 3)) end
      """, replays: never)
    compare("f(x) = x * floor(x)\nfor i in 1:6; println(∇f(i / 2)) end", replays: never)
    compare("f(x) = x * sign(x - 2)\nfor i in 1:6; println(∇f(i)) end", replays: never)
    compare("f(x) = x * stop(x)\nfor i in 1:6; println(∇f(i)) end", replays: never)
    compare("f(x) = x ≈ 2 ? x : x^2\nfor i in 1:6; println(∇f(i)) end", replays: never)
    compare("f(x) = (x, 1) == (2, 1) ? x : x^2\nfor i in 1:6; println(∇f(i)) end", replays: never)
    compare("f(x) = x ÷ 2 + x\nfor i in 1:6; println(∇f(i)) end", replays: never)
    compare("f(x) = where(x > 2, x, x^2)\nfor i in 1:6; println(∇f(i)) end", replays: never)
  }

  // MARK: Effects

  func testWhatLeavesTheFunction() {
    let never = 0...0
    compare("function f(x)\n  println(x)\n  x^2\nend\nfor i in 1:5; println(∇f(i)) end", replays: never)
    compare("f(x) = x * rand()\nfor i in 1:5; println(∇f(i)) end", replays: never)
    compare("g(x) = x * rand()\nf(x) = x + g(x)\nfor i in 1:5; println(∇f(i)) end", replays: never)
    compare("f(x) = @show x^2\nfor i in 1:5; println(∇f(i)) end", replays: never)
    compare("f(x) = try x^2 catch e; 0 end\nfor i in 1:5; println(∇f(i)) end", replays: never)
    compare(
      "p = progress(1:2)\nfunction f(x)\n  s = x\n  for i in p; s = s * x end\n  s\nend\nfor i in 1:5; println(∇f(i)) end",
      replays: never)
    compare("f(x) = begin @assert x > 0; x^2 end\nfor i in (1, 2, 3, -1); println(∇f(i)) end", replays: never)
  }

  func testErrors() {
    compare("f(x) = x > 3 ? error(\"too far\") : x^2\nfor i in 1:9; println(∇f(i)) end")
    compare("f(x) = x[1]^2 + x[3]\nfor x in ([1, 2, 3], [3, 4, 5], [5, 6, 7], [1, 2]); println(∇f(x)) end")
    compare("c = 1\nf(x) = c * x\nfor i in 1:9\n ; println(∇f(i))\n  if i == 5\n    c = \"no\"\n  end\nend")
    compare("f(x) = x^2\nfor i in 1:5; println(∇f(i)) end\nprintln(∇f(\"a\"))")
    compare("f(x) = x^2\nfor i in 1:5; println(∇f(i)) end\nprintln(∇f(1, 2))")
    compare("f(x, y) = x * y\nfor i in 1:5; println(∇f(i, 2)) end\nprintln(∇f(1))")
    compare(
      "g(x, n) = n == 0 ? x : g(x, n - 1)\nf(x) = g(x, 9990)^2\nh(n) = n == 0 ? ∇f(2) : h(n - 1)\nfor i in 1:3; println(∇f(i)) end\nprintln(h(5))\nprintln(h(20))",
      replays: 2...Int.max)
    compare(
      "f(x) = x[1]^2\nfor i in 1:4\n  g = ∇f([i, 2])\n ; println(g)\nend\nprintln(∇f([1, 2]) + [1, 2, 3])")
  }

  func testNotesOfWhatIsNotFinite() {
    compare(
      "f(x) = √x[1] + x[2]\nfor i in 1:4; println(∇f([i, 1])) end\nprintln(∇f([0, 1]))\nprintln(∇f([0, 1]))")
    compare("f(x) = log(x)\nfor x in (1, 2, 3, 0, 0, -1, 2); println(∇f(x)) end")
    compare("f(x) = x^x\nfor x in (1, 2, 0, -1.5, Inf, NaN, 3); println(∇f(x)) end")
  }

  func testInterrupts() {
    for turn in 1...6 {
      compare(
        "f(x) = x^3\nfor i in 1:9\n ; println(i)\n  g = ∇f(i)\nend\n", replays: 0...10, interrupting: turn)
    }
  }

  // MARK: Higher orders

  func testNestedDerivatives() {
    compare("f(x) = x^4\ng(x) = ∇f(x)^2\nfor i in 1:6; println((∇f(i), ∇g(i), ∇∇f(i))) end")
    compare("f(x) = x * ∇(y -> x + y)(1)\nfor i in 1:6; println(∇f(i)) end", replays: 0...0)
    compare("f(x) = x^4\ng(x) = x * stop(∇f(2))\nfor i in 1:6; println((∇f(i), ∇g(i))) end")
    compare(
      "f(x) = x[1]^3 * x[2]\nfor i in 1:4; println((∇f([i, 2]), hessian(f)([i, 2]), hvp(f, [i, 2], [1, 0]))) end"
    )
    compare(
      """
      function outer(a)
        f(x) = a * x^2
        s = 0
        for i in 1:5; s += ∇f(i) * ∇f(a) end
        s
      end
      for i in 1:4; println(∇outer(i)) end
      """, replays: 0...0)
  }

  func testAGradientBelongsToItsOwner() {
    compare(
      """
      f(x) = x[1]^2 * x[2]
      g = ∇f([1, 2])
      kept = []
      for i in 1:6
        g = ∇f([i, 2])
        h = g
        g[1] = 100
        kept = (kept..., h)
        println(g)
      end
      println(kept)
      """)
  }

  /// Recordings hold the variables around a function, and must let go of them.
  func testMemoryIsGivenBack() {
    nonisolated(unsafe) var growth: [Int] = []
    onEvaluationThread {
      let session = Session(host: CollectingHost(), folder: ".")
      for _ in 0..<4 {
        _ = session.run(
          "a = ones(100000)\nf(x) = a[1] * x^2\nfor i in 1:20 ∇f(i) end\nf = 0\na = 0", label: "cell")
        growth.append(Memory.live)
      }
    }
    XCTAssertLessThan(growth[3] - growth[1], 10_000)
  }
}

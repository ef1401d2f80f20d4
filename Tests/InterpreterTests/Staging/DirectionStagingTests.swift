import Foundation
import Numerics
import Support
import XCTest

@testable import Interpreter

/// Directional derivatives by plans cannot be told from those of a forward tape.
final class DirectionStagingTests: XCTestCase {
  /// - Parameter replays: how often a plan must have stood for a derivative at least; `0...0` for never.
  private func compare(
    _ code: String, replays: ClosedRange<Int> = 1...Int.max, interrupting: Int? = nil,
    file: StaticString = #filePath, line: UInt = #line
  ) {
    StagedRun.compare(code, \.directionReplays, replays, interrupting: interrupting, file: file, line: line)
  }

  private let never = 0...0

  func testRandomPrograms() {
    var (replays, planned) = (0, 0)
    for seed in 1...400 {
      var generator = RandomPrograms(seed: UInt64(seed))
      let code = generator.program()
        .replacingOccurrences(of: "println(∇h(a))", with: "println((h'(a), jvp(h, a, 0.7 - i % 3)))")
        .replacingOccurrences(
          of: "value_and_grad(f)(a, [cos(i), i / 8 - 1, a * i])",
          with: "jvp(f, (a, [cos(i), i / 8 - 1, a * i]), (cos(2i), [1 - i % 3, -a, i % 2]))")
      XCTAssert(code.contains("jvp(f"))
      let plain = StagedRun(code, name: "random", staged: false)
      let staged = StagedRun(code, name: "random", staged: true)
      XCTAssertEqual(staged, plain, "seed \(seed):\n\(code)")
      XCTAssertEqual(staged.failedTrials, 0, "seed \(seed):\n\(code)")
      replays += staged.directionReplays
      planned += staged.directionReplays > 0 ? 1 : 0
    }
    XCTAssertGreaterThan(replays, 2000)
    XCTAssertGreaterThan(planned, 150)
  }

  // MARK: What has a plan

  func testNumbersVectorsAndTrees() {
    compare("f(x) = sin(x)^2 + 3x / (1 + x^2)\nfor x in 1:9; println((f'(x), derivative(f)(x))) end")
    compare(
      "f(x) = (1 - x[1])^2 + 100(x[2] - x[1]^2)^2\nfor i in 1:9; println(jvp(f, [i / 3, 1 - i], [i, 0.5])) end"
    )
    compare("f(a, b) = a * exp(b) - a / b\nfor i in 1:9; println(jvp(f, (i, 2 - i / 3), (1, -i))) end")
    compare(
      "f(p) = p.a * p.b[2] + p.c[1]^3\nfor i in 1:9; println(jvp(f, (a = i, b = [1, i], c = (i, 2)), (a = 1, b = [i, i], c = (-i, 0)))) end"
    )
    compare("f(x) = x[1]^2\nfor i in 1:9; println(jvp(f, ([i, 2], 3)[1], [i, 2])) end")
    // What one of them does not depend on.
    compare("f(a, b) = a^2\nfor i in 1:9; println(jvp(f, (i, 2 - i), (1, -i))) end")
    compare("f(x) = 3\nfor i in 1:9; println(f'(i)) end", replays: 0...9)
  }

  /// Every function that has a slope, an operand that stays and one that moves on either side.
  func testFunctions() {
    let names = [
      "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "exp", "expm1", "log", "log1p",
      "√",
      "σ", "softplus", "silu", "gelu", "erf", "abs", "-",
    ]
    for name in names {
      compare("f(x) = \(name)(x) * 2 - x\nfor i in 1:9; println(f'(i / 10 - 0.05)) end")
    }
    for term in [
      "x + c", "c + x", "x - c", "c - x", "x * c", "c * x", "x / c", "c / x", "x^3", "x^2", "x^-1", "x^2.5",
    ] {
      compare("c = 0.3\nf(x) = \(term)\nfor i in 1:9; println((f'(i / 10), jvp(f, i / 7, -0.0))) end")
    }
    for term in ["a + b", "a - b", "a * b", "a / b", "atan2(a, b)"] {
      compare(
        "f(a, b) = \(term)\nfor i in 1:9; println(jvp(f, (i / 10, 2 - i), (0.3 - i, i))) end", replays: 0...9)
    }
    compare("f(x) = x^0 + x * x^1\nfor i in 1:9; println(f'(i - 3)) end")
    compare("f(x) = x^x\nfor i in 1:9; println(f'(i)) end", replays: never)
    compare("f(x) = max(x, 2) * x\nfor i in 1:9; println(f'(i / 2)) end", replays: never)
    compare("f(x) = relu(x) + x\nfor i in -4:4; println(f'(i)) end", replays: never)
  }

  /// Every row that works on numbers, of one and of two; those of another count say so both ways.
  func testEveryRow() {
    var planned = 0
    for operation in Operations.all where operation.isNumberFunction {
      let code = """
        f(x) = \(operation.name)(x) + x
        g(a, b) = \(operation.name)(a, b) * a
        for i in 1:12
          println(try f'(i / 13) catch e; e.message end)
          println(try f'(2i - 11.5) catch e; e.message end)
          println(try jvp(g, (i / 13, 2.5 - i / 5), (1 - i, i % 3)) catch e; e.message end)
        end
        """
      let plain = StagedRun(code, name: "program", staged: false)
      let staged = StagedRun(code, name: "program", staged: true)
      XCTAssertEqual(staged, plain, operation.name)
      XCTAssertEqual(staged.failedTrials, 0, operation.name)
      planned += staged.directionReplays > 0 ? 1 : 0
    }
    XCTAssertGreaterThan(planned, 30)
  }

  func testSignsOfZeros() {
    compare("f(x) = -x\nfor i in 1:9; println(1 / jvp(f, i, i % 2 == 0 ? 0 : -0.0)) end")
    compare("f(x) = x * 2 - 3\nfor i in 1:9; println((1 / jvp(f, i, -0.0), 1 / f(1.5))) end")
  }

  // MARK: Guards

  func testOtherArguments() {
    compare(
      """
      f(x) = x[1]^2 + sin(x[2])
      for i in 1:6; println(jvp(f, [i, 2i], [1, i])) end
      println(jvp(f, [1, 2, 3], [1, 0, 1]))
      println(jvp(f, f32([1, 2]), [1, 2]))
      println(jvp(f, (1, 2), (0.5, 1)))
      for i in 1:6; println(jvp(f, [i, 2i], [1, i])) end
      println(try jvp(f, [1], [1]) catch e; e.message end)
      println(try jvp(f, [1, 2], [1]) catch e; e.message end)
      println(try jvp(f, [1, 2], (1, 2)) catch e; e.message end)
      println(try jvp(f, [true, false], [1, 1]) catch e; e.message end)
      println(jvp(f, [1, 2], [true, false]))
      """)
    compare("f(x) = x^2\nfor x in (1, 2, 4, 5, f32(3), 4, f16(2), 5); println(f'(x)) end")
    compare("f(x) = x^2\nfor i in 1:6; println((f'(i), f'([i, 2i]), f'(zeros(0)))) end", replays: 0...9)
    compare("f(x; k = 2) = k * x^2\nfor i in 1:9; println((f'(i), jvp(f, i, 1; k = i))) end")
  }

  func testVariablesThatChange() {
    compare(
      "c = 2\nf(x) = c * x^2\nfor i in 1:40\n println(f'(i))\n  if i % 5 == 0\n    c = c + 1\n  end\nend")
    compare(
      "a = [1, 2, 3]\nf(x) = a[1] * x^2\nfor i in 1:20\n println(f'(i))\n  if i > 10\n    a[1] = i\n  end\nend"
    )
    compare(
      "make(k) = x -> k * x^3\nfs = [make(1), make(2)]\nfor i in 1:8\n for f in fs; println(f'(i)) end\nend")
    compare(
      "g(x) = x^2\nf(x) = 3g(x) + σ(x)\nfor i in 1:6; println(f'(i)) end\ng(x) = x^3\nfor i in 1:6; println(f'(i)) end\nσ(x) = 2x\nfor i in 1:6; println(f'(i)) end"
    )
  }

  func testDecisions() {
    compare("f(x) = x > 0 ? x^2 : -x\nfor i in 1:40; println(f'((-1)^i * i)) end")
    compare(
      "f(x) = x == 2 || x ≠ x ? x^3 : 5x\nfor x in (1, 3, 4, 5, 2, NaN, 1, 3, 2, 2, 2, NaN, NaN); println(f'(x)) end"
    )
    compare(
      """
      function f(x)
        s = 0
        while s < x
          s += x / 7 + 0.3
        end
        s * x
      end
      for round in 1:4
        for i in 1:5; println(f'(i / 2)) end
      end
      """)
    for term in [
      "x * floor(x)", "x * sign(x - 2)", "x * stop(x)", "x ≈ 2 ? x : x^2", "x ÷ 2 + x",
      "where(x > 2, x, x^2)",
    ] {
      // What is constant to a tape may be computed anew for each run.
      compare("f(x) = \(term)\nfor i in 1:7; println(f'(i)) end", replays: 0...7)
    }
    compare("v = [1, 5, 9]\nf(x) = x * v[stop(x)]\nfor i in 1:6; println(f'(1 + i % 3)) end", replays: never)
  }

  // MARK: Effects, errors, notes

  func testWhatLeavesTheFunction() {
    compare("function f(x)\n  println(x)\n  x^2\nend\nfor i in 1:7; println(f'(i)) end", replays: never)
    compare("f(x) = x * rand()\nfor i in 1:7; println(f'(i)) end", replays: never)
    compare("g(x) = x * rand()\nf(x) = x + g(x)\nfor i in 1:7; println(f'(i)) end", replays: never)
    compare("f(x) = @show x^2\nfor i in 1:7; println(f'(i)) end", replays: never)
    compare("f(x) = try x^2 catch e; 0 end\nfor i in 1:7; println(f'(i)) end", replays: never)
  }

  func testErrors() {
    compare("f(x) = x > 5 ? error(\"too far\") : x^2\nfor i in 1:9; println(f'(i)) end")
    compare("c = 1\nf(x) = c * x\nfor i in 1:9\n ; println(f'(i))\n  if i == 6\n    c = \"no\"\n  end\nend")
    compare("f(x) = x^2\nfor i in 1:7; println(f'(i)) end\nprintln(f'(\"a\"))")
    compare("f(x) = x^2\nfor i in 1:7; println(f'(i)) end\nprintln(f'(1, 2))")
    compare(
      "g(x, n) = n == 0 ? x : g(x, n - 1)\nf(x) = g(x, 9980)^2\nh(n) = n == 0 ? f'(2) : h(n - 1)\nfor i in 1:6; println(f'(i)) end\nprintln(h(5))\nprintln(h(40))"
    )
  }

  func testNotesOfWhatIsNotFinite() {
    compare("f(x) = √x + x\nfor x in (1, 2, 3, 4, 0, 0, -1, 2); println(f'(x)) end")
    compare("f(x) = log(x)\nfor x in (1, 2, 3, 4, 0, 0, -1, 2); println(f'(x)) end")
    compare("f(x) = exp(x)\nfor x in (1, 2, 3, 4, 1000, -1000, Inf, NaN); println(f'(x)) end")
    compare("f(x) = x^2 * 1e200\nfor x in (1, 2, 3, 4, 1e200, 1); println(f'(x)) end")
  }

  func testInterrupts() {
    for turn in 1...8 {
      compare(
        "f(x) = x^3\nfor i in 1:9\n ; println(i)\n  g = f'(i)\nend\n", replays: 0...10, interrupting: turn)
    }
  }

  func testHigherOrders() {
    compare("f(x) = x^4\nfor i in 1:7; println((f'(i), f″(i), ∇f(i), f'''(i))) end")
    compare("f(x) = x^4\ng(x) = f'(x)^2\nfor i in 1:7; println((f'(i), g'(i), ∇g(i))) end")
    compare(
      "f(x) = x[1]^3 * x[2]\nfor i in 1:7; println((jvp(f, [i, 2], [0.5, i]), hvp(f, [i, 2], [1, 0]), hessian(f)([i, 2]))) end"
    )
    compare(
      "f(x) = x^3\nprintln([f'(i / 10) for i in 1:200])\nfor i in 1:7; println(f'(i)) end", replays: 0...300)
  }

  // MARK: In loops

  /// - Parameter turns: how many turns of loops must have been run as plans.
  private func compareLoops(
    _ code: String, turns: ClosedRange<Int> = 1...Int.max, interrupting: Int? = nil,
    file: StaticString = #filePath, line: UInt = #line
  ) {
    for values in [false, true] {
      StagedRun.compare(
        code, \.turns, turns, options: (true, values), interrupting: interrupting, file: file, line: line)
    }
  }

  func testTurnsOfLoops() {
    compareLoops(
      "f(x) = x^3 - 2x - 5\nx = 2\nfor i in 1:40; x = x - f(x) / f'(x) + 0.1 end\nprintln(x)", turns: 30...40)
    compareLoops(
      "f(x) = exp(x) - 3x^2\nx = 5\nn = 0\nwhile abs(f(x)) > 1e-9\n  x = x - 0.1f(x) / f′(x)\n  n += 1\nend\nprintln(x, n)"
    )
    compareLoops(
      "c = 1\nf(x) = c * x^2 + x / c\nx = 2\nfor i in 1:40\n  c = c + f'(x) / 100\n  x = 0.9x + 0.01c\nend\nprintln(x, c)"
    )
    compareLoops(
      "f(x) = x > 1 ? x^2 : 3x\nx = 2\nfor i in 1:40; x = (2 + i % 3) / (1 + f'(x)) end\nprintln(x)")
    compareLoops("f(x) = √x\nx = 2\nfor i in 1:40; x = x - 0.1f'(x) end\nprintln(x)", turns: 0...40)
    compareLoops(
      "f(x) = √x\nx = 2\nfor i in 1:40; x = i > 30 ? 0 * f'(0 * x) : f'(x) end\nprintln(x)", turns: 0...40)
    compareLoops("f(x) = sin(x)\nprintln([f'(x) for x in linspace(-2, 2, 40)])")
    compareLoops(
      "f(x) = sin(x)^2\ng(x) = f'(x) + f(x)\nx = 1\nfor i in 1:40; x = g(x) + 0.5 end\nprintln(x)",
      turns: 30...40)
    compareLoops(
      "f(x) = 1 / x\nx = 1\nfor i in 1:40; x = 1 / f'(i % 2 == 0 ? x - x : 1) end\nprintln(1 / x)",
      turns: 0...40)
    compareLoops("f(x) = 7\nx = 1\nfor i in 1:40; x = x + f'(x) end\nprintln(x)", turns: 0...40)
    compareLoops("f(x) = -x\nx = 1\nfor i in 1:40; x = x - f'(x) * 0 end\nprintln(1 / f'(x), x)")
  }

  func testWhatEndsThePlanOfATurn() {
    compareLoops(
      "function f(x)\n  println(x)\n  x^2\nend\nx = 1\nfor i in 1:12; x = 0.3f'(x) end\nprintln(x)",
      turns: 0...0)
    compareLoops("f(x) = x^2 * rand()\nx = 1\nfor i in 1:40; x = f'(x) end\nprintln(x, rand())", turns: 0...0)
    compareLoops(
      "f(x) = try x^2 catch e; 0 end\nx = 1\nfor i in 1:40; x = 0.3f'(x) end\nprintln(x)", turns: 0...0)
    compareLoops("f(x) = x^4\nx = 1\nfor i in 1:40; x = 1 / (1 + f″(x)) end\nprintln(x)", turns: 0...40)
    compareLoops(
      "f(x) = x^4\ng(x) = f'(x)^2\nx = 1\nfor i in 1:40; x = 1 / (1 + g'(x)) end\nprintln(x)", turns: 0...40)
    compareLoops(
      "f(x) = x^4\ng(x) = ∇f(x)^2\nx = 1\nfor i in 1:40; x = 1 / (1 + g'(x)) end\nprintln(x)", turns: 0...40)
    compareLoops(
      "f(x) = x^4\ng(x) = f'(x)^2\nx = 1\nfor i in 1:40; x = 1 / (1 + ∇g(x)) end\nprintln(x)", turns: 0...40)
    compareLoops("f(x) = sin(x)\nx = [1, 2]\nfor i in 1:40; x = x - 0.1f'(x) end\nprintln(x)", turns: 0...40)
    compareLoops("f(x) = max(x, 1)^2\nx = 2\nfor i in 1:40; x = x - 0.1f'(x) end\nprintln(x)", turns: 0...40)
    compareLoops(
      "f(x) = x > 0.5 ? x^2 : error(\"too small\")\nx = 2\nprintln(x)\nfor i in 1:40; x = x - 0.1f'(x) end\nprintln(x)\n",
      turns: 0...40)
    compareLoops(
      "f(x; k = 2) = k * x^2\nx = 1\nfor i in 1:40; x = x - 0.1f'(x; k = 3) end\nprintln(x)", turns: 0...40)
    compareLoops(
      "A = [1 2; 3 4]\nx = [1, 2]\nfor i in 1:40; x = A' * x / norm(x) end\nprintln(x)", turns: 0...40)
    for turn in 1...4 {
      compareLoops(
        "f(x) = x^3\nx = 1\nfor i in 1:9\n  println(i)\n  x = f'(x) / 4\nend\n", turns: 0...0,
        interrupting: turn)
    }
  }

  func testRandomLoops() {
    var turns = 0
    for seed in 1...500 {
      var generator = RandomLoops(seed: UInt64(seed))
      var code =
        seed % 3 == 0 ? generator.points() : seed % 3 == 1 ? generator.program() : generator.repeats()
      guard code.contains("∇g(") else { continue }
      code = code.replacing("∇g(", with: seed % 2 == 0 ? "g'(" : "(g' ∘ sin)(")
      let plain = StagedRun(code, name: "random", staged: false)
      let staged = StagedRun(code, name: "random", staged: true, loops: true, values: seed % 5 == 0)
      XCTAssertEqual(staged, plain, "seed \(seed):\n\(code)")
      turns += staged.turns
    }
    XCTAssertGreaterThan(turns, 1000)
  }
}

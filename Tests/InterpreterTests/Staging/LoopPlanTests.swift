import Foundation
import Numerics
import Support
import XCTest

@testable import Interpreter

/// Turns of a loop that ran as a plan cannot be told from those of the program: the same bits, output, errors and notes.
final class LoopPlanTests: XCTestCase {
  /// - Parameter turns: how many turns must have run as plans.
  private func compare(
    _ code: String, turns: ClosedRange<Int> = 1...Int.max, interrupting: Int? = nil,
    file: StaticString = #filePath, line: UInt = #line
  ) {
    StagedRun.compare(
      code, \.turns, turns, options: (true, false), interrupting: interrupting, file: file, line: line)
  }

  // MARK: What is planned

  func testNumbers() {
    compare("s = 0\nfor i in 1:100\ns = s + i / 3\nend\nprintln(s)", turns: 90...100)
    compare("s = 1\nwhile s < 1e6\ns = 1.5s + 1\nend\nprintln(s)", turns: 20...100)
    compare(
      "f(n) = begin\na, b = 0, 1\nfor i in 1:n\na, b = b, a + b\nend\na\nend\nprintln(f(90), f(0), f(1), f(2))"
    )
    compare("s = 0\nfor i in 0:0.1:10\ns += sin(i) ^ 2 % 0.3 - exp(-i)\nend\nprintln(s)")
    compare("s = 0\nfor i in 10:-3:-200\ns = -s + i\nend\nprintln(s)")
    compare("x = 2.0\nfor i in 1:50\nx = x - (x^2 - 2) / 2x\nend\nprintln(x)")
  }

  func testItems() {
    compare("s = 1\nfor _ in 1:60\ns = s / 2 + 1\nend\nprintln(s)", turns: 50...60)
    compare("s = 0\nfor x in linspace(0, 1, 60)\ns = s / 2 + x^2\nend\nprintln(s)", turns: 50...60)
    compare("s = 0\nfor x in f32(linspace(0, 1, 60))\ns = s + x\nend\nprintln(s)", turns: 0...0)
    compare(
      "s = 0\nfor (i, x) in enumerate(linspace(0, 1, 60))\ns = s + x * i\nend\nprintln(s)", turns: 0...0)
    compare("s = 0\nfor x in (1, 2, 3, 4, 5, 6)\ns = s + x\nend\nprintln(s)", turns: 0...0)
  }

  func testFunctionsMadeInATurn() {
    compare(
      "θ = 1.0\nfor i in 1:60\nθ = θ - 0.1 * ∇(x -> (x - i / 60)^2)(θ)\nend\nprintln(θ)", turns: 50...60)
    compare("θ = (1.0, 2.0)\nfor i in 1:60\nθ = map(x -> x / 2 + i, θ)\nend\nprintln(θ)", turns: 50...60)
    compare(
      "g() = begin\ns = 0\nfor i in 1:60\nh = x -> x * i + s\ns = h(2) / 100\nend\ns\nend\nprintln(g())",
      turns: 0...60)
    compare(
      "fs = ()\nfor i in 1:60\nif i == 50\nfs = (fs..., () -> i)\nend\nend\nprintln(fs[1]())", turns: 0...60)
    compare("s = 0\nwhile s < 60\ns = (x -> x + 1)(s)\nend\nprintln(s)", turns: 50...60)
  }

  func testTreesAndSmallTensors() {
    compare("z = (1.0, 2.0)\nfor i in 1:60\nz = 0.9z + (i, -i)\nend\nprintln(z)")
    compare(
      "θ = (a = 1.0, b = (2.0, 3.0))\nfor i in 1:60\nθ = (a = θ.b[2] / 3, b = (θ.a, -θ.b[1]))\nend\nprintln(θ)"
    )
    compare("x = [1.0, 2, 3]\nfor i in 1:60\nx = 0.5x + [x[3], x[1], i]\nend\nprintln(x)")
    compare("A = [1.0 2; 3 4]\nfor i in 1:60\nA = A / 2 + A ⊙ A / 10 - 1\nend\nprintln(A)")
    compare(
      "A = [1.0 2; 3 4]\ns = 0\nfor i in 1:60\nA = -A\ns += A[1, 2] + A[2][1]\nend\nprintln(s, A)",
      turns: 0...60)
    compare("w = [0.5, 1.5]\nx = [1.0, 2]\nfor i in 1:60\nx = w ⊙ x + w[2]\nend\nprintln(x)")
  }

  func testGradients() {
    compare(
      "f(x, y) = (1 - x)^2 + 100(y - x^2)^2\nx, y = -1.0, 1.0\nfor i in 1:200\ng, h = ∇f(x, y)\nx, y = x - 1e-3g, y - 1e-3h\nend\nprintln(x, \" \", y)"
    )
    compare(
      "f(x) = (1 - x[1])^2 + 100(x[2] - x[1]^2)^2\nx = [-1.0, 1]\nv = [0.0, 0]\nfor i in 1:200\nv = 0.9v - 1e-4∇f(x)\nx = x + v\nend\nprintln(x)"
    )
    compare(
      "L(θ) = (θ.a - 1)^2 + sin(θ.b)\nθ = (a = 0.0, b = 1.0)\nfor i in 1:100\nθ = θ - 0.1∇L(θ)\nend\nprintln(θ)"
    )
    compare("f(x) = x > 0 ? x^3 : -x\nx = 1.0\nfor i in 1:100\nx = x - 0.05∇f(x)\nend\nprintln(x)")
    // What a function captures of the loop's own variables.
    compare(
      "a = 1.0\nx = 0.0\nf(x) = (x - a)^2 * a\nfor i in 1:100\na = a + 0.01\nx = x - 0.1∇f(x)\nend\nprintln(x)"
    )
    compare(
      "x = 1.0\ng = value_and_grad(x -> x^4)\nfor i in 1:100\nv, d = g(x)\nx = x - 0.01d * v\nend\nprintln(x)"
    )
    compare("f(x) = x[1] * x[2]\nx = [2.0, 3, 5]\nfor i in 1:100\nx = x - 0.01∇f(x)\nend\nprintln(x)")
    compare("f(x) = 3\nx = 2.0\nfor i in 1:100\nx = x - ∇f(x) + 1\nend\nprintln(x)")
  }

  func testWhatIsReadAndWrittenByIndex() {
    compare("d = [3.0, 1, 4, 1, 5, 9, 2, 6, 5, 3]\ns = 0\nfor i in 1:10\ns = s * 10 + d[i]\nend\nprintln(s)")
    compare(
      "p = zeros(100, 2)\nx = [1.0, 2]\nfor i in 1:100\nx = [x[2], x[1] / 2 + i]\np[i, :] = x\nend\nprintln(p[97:100, :], sum(p))",
      turns: 90...100)
    compare(
      "p = zeros(100)\nq = p\nfor i in 1:100\np[i] = i^2\nend\nprintln(sum(p), sum(q))", turns: 90...100)
    compare("p = zeros(100)\nfor i in 2:100\np[i] = p[i - 1] + 1\nend\nprintln(sum(p))", turns: 0...0)
    compare("p = zeros(10)\nfor i in 1:20\np[i] = i\nend", turns: 5...9)
    compare("d = [1.0, 2, 3]\ns = 0\nfor i in 1:20\ns += d[i]\nend", turns: 0...3)
    compare("p = zeros(10)\nfor i in 1:20\np[i / 2 + 0.5] = i\nend", turns: 0...0)
  }

  func testOperationsOnSmallTensors() {
    compare(
      "A = [2.0 1; 1 3]\nv = [1.0, 0]\nfor i in 1:60\nv = A * v\nv = v / norm(v)\nend\nprintln(v, v ⋅ (A * v))"
    )
    compare("z = (1.0, 0.3)\ns = 0\nfor i in 1:60\nz = (z[2] + 1 / i, -z[1])\ns += norm(z)\nend\nprintln(s)")
    compare(
      "x = [1.0, 2, 3]\nfor i in 1:60\nx = x / sum(x) + mean(x) * [i, 0, 1]\nx = x - max(x) / 2\nend\nprintln(x)",
      turns: 0...60)
    compare("A = [1.0 2; 3 4]\nfor i in 1:60\nA = A / norm(A) + sum(A; axis = 1)\nend\nprintln(A)")
    compare(
      "A = [1.0 2; 3 4]\nfor i in 1:60\nA = A / sum(A; axis = 1 + i % 2)\nend\nprintln(A)", turns: 0...60)
    compare(
      "x = [1.0, 2]\nA = [1.0 2 3; 4 5 6]\nfor i in 1:60\nx = i < 50 ? x / norm(x) : A * x\nend\nprintln(x)")
    compare("x = 1.0\nfor i in 1:60\nx = isfinite(x) ? x * 1e10 : 1\nend\nprintln(x)")
    compare(
      "θ = (a = 1.0, b = [2.0, 3])\nm = zeros_like(θ)\nfor i in 1:60\nm = map((m, t) -> 0.9m + 0.1t, m, θ)\nθ = θ - m\nend\nprintln(θ, m)",
      turns: 0...60)
    compare(
      "f(m, t) = 0.9m + 0.1t\nθ = (a = 1.0, b = [2.0, 3])\nm = zeros_like(θ)\nfor i in 1:60\nm = map(f, m, θ)\nθ = θ - m\nend\nprintln(θ, m, norm(flatten(θ)))"
    )
  }

  func testLoopsOfTheLibrary() {
    let f = "f(x, y) = (1 - x)^2 + 100 * (y - x^2)^2\ng(v) = f(v[1], v[2])\n"
    for method in [
      "sgd(rate = 1e-4)", "momentum(rate = 1e-4)", "nesterov(rate = 1e-4)", "adagrad()", "rmsprop()",
      "adam(rate = 0.01)",
      "adamw(rate = 0.01)",
    ] {
      for (name, start) in [("f", "(-1.0, 1.0)"), ("g", "[-1.0, 1.0]")] {
        compare(
          f
            + "p = descend(\(name), \(start); method = \(method), steps = 150)\nprintln(p.points[140:end, :])\nprintln(p.values[145:end], p.gradnorms[145:end], p.final, p.steps, p.status)",
          turns: 100...151)
      }
    }
    compare(f + "p = descend(f, (1.0, 1.0); steps = 100)\nprintln(p.steps, p.status)", turns: 0...100)
    compare(
      f
        + "p = descend(f, (-1.0, 1.0); method = sgd(rate = 1), steps = 100)\nprintln(p.steps, p.status, p.final)",
      turns: 0...100)
    compare(
      "p = descend(x -> x^4, 1.0; steps = 300)\nprintln(p.steps, p.status, p.points[290:end])",
      turns: 200...301)
  }

  // MARK: Decisions

  func testDecisionsThatAlternate() {
    compare(
      "s = 0\nk = 1\nfor i in 1:100\nif i % 3 == 0\nk = -k\nend\ns = s + k * i\nend\nprintln(s)",
      turns: 50...100)
    compare("x = 27\nn = 0\nwhile x != 1\nx = x % 2 == 0 ? x / 2 : 3x + 1\nn += 1\nend\nprintln(n)")
    compare(
      "s = 0\nfor i in 1:200\nif i % 7 == 0\ncontinue\nend\nif s > 1000\nbreak\nend\ns += i\nend\nprintln(s)")
    compare(
      "f(n) = begin\ns = 0\nfor i in 1:n\ns += i\nif s > 500\nreturn (i, s)\nend\nend\ns\nend\nprintln(f(100), f(5))"
    )
  }

  /// A pair is measured otherwise than what a tape has followed: nothing that leaves the turn may look like that.
  func testWhatLeavesATurnCarriesNoMark() {
    for turn in 2...6 {
      compare(
        "f(n) = begin\nx = 0.7\nfor i in 1:n\nx = 1.3x + 0.1\nif i == \(turn)\nreturn (x, x / 3)\nend\nend\nend\nprintln(norm(f(9)), norm(f(9) + f(9)))",
        turns: 0...20)
      compare(
        "x, y = 0.7, 0.1\nfor i in 1:9\nx, y = 1.3x + y, x / 3\nif i == \(turn)\nbreak\nend\nend\nprintln(norm((x, y)))",
        turns: 0...9)
    }
  }

  func testALibrarysRecordKeepsItsTag() {
    compare(
      "f(p) = begin\nx = 0\nfor i in 1:9\nx += i\nif i == 2\nreturn p\nend\nend\nend\nprintln(f(descend(x -> x^2, 1.0; steps = 2)))",
      turns: 0...20)
  }

  /// What an attack on plans has found.
  func testWhatDependsOnMoreThanItShows() {
    compare("f(x) = x > 1 ? 0 : 1 - x\ns = 0\nfor i in 1:300\ns = s + ∇f(2 - i * 0.01)\nend\nprintln(s)")
    compare(
      "f(x) = x > 0 ? 1 : 2\nvf = value_and_grad(f)\ns, y, g = 0, 0, 0\nfor i in 1:300\ny, g = vf(sin(i))\ns = s + y * i\nend\nprintln(s)"
    )
    compare("a = 0\nfor i in 1:300\na = round(i / 7; digits = 2)\nend\nprintln(a)", turns: 0...300)
    compare("a = 0\nfor i in 1:300\na = a + round(i / 7) + floor(i / 3)\nend\nprintln(a)", turns: 0...300)
    compare(
      "u = [0, 0]\ns = 0\nfor i in 1:300\nu = [sin(i), cos(i)]\ns = s + argmax(u)\nend\nprintln(s)",
      turns: 0...300)
    for point in ["1e308", "5e-324", "1.234567e-310", "0.7"] {
      compare(
        "n = 2\ng = 0\nf(x) = 0.3 * x^n\nfor i in 1:30\nn = 2 + 0 * i\ng = ∇f(\(point))\nend\nprintln(g)",
        turns: 0...30)
    }
    compare("g = 0\nf(x) = x^n\nn = 0\nfor i in 1:40\nn = i % 5 - 1\ng = g + ∇f(0.3)\nend\nprintln(g)")
    compare(
      "for i in 1:130\nt = (sin(2i), cos(i + 2))\nq = [4, 5, 6][(i % 3 + 1):3]\nif i < 5\nprintln(norm(t))\nend\nend",
      turns: 0...130)
    compare(
      "p = descend(x -> x^2, 1; steps = 2)\nq = p\nq.steps = 7\nr = q\ns = 0\nfor i in 1:300\nif i == 250\nr = p\nend\ns = s + i\nend\nprintln(r)"
    )
  }

  /// An error says where its tensors were made.
  func testPlacesWhereTensorsWereMade() {
    compare("u = [1, 2, 3]\na = 0\nfor i in 1:300\nu = sin(u) + i\na = a + i\nend\ny = u * u")
    compare("u = [1, 2, 3]\nw = u\nfor i in 1:300\nw = w + 1\nif i % 2 == 0\nu = 2 - u\nend\nend\ny = u * w")
    compare(
      "P = zeros(300, 2)\nfor i in 1:300\nP[i, :] = [i, 1]\nQ = [4, 5, 6][(i % 3 + 1):3]\nend\nP * P",
      turns: 0...300)
  }

  func testLoopsInLoops() {
    compare("s = 0\nfor i in 1:40\nfor j in 1:5\ns = s / 2 + i * j\nend\nend\nprintln(s)")
    compare("s = 0\nfor i in 1:40\nfor j in 1:i\ns = s + j\nend\nend\nprintln(s)")
    compare(
      "f(x) = begin\ny = x\nfor k in 1:4\ny = y / 2 + 1 / y\nend\ny\nend\ns = 0\nfor i in 1:50\ns = s + f(i)\nend\nprintln(s)"
    )
  }

  // MARK: What else can be seen

  func testWhatCannotBePlanned() {
    compare("s = 0\nfor i in 1:5\ns += i\nprintln(s)\nend", turns: 0...0)
    compare("s = 0\nfor i in 1:50\ns += rand()\nend\nprintln(s > 0)", turns: 0...0)
    compare("s = \"\"\nfor i in 1:20\ns = \"$s$i\"\nend\nprintln(s)", turns: 0...0)
    compare("fs = ()\nfor i in 1:20\nx = i\nfs = (fs..., () -> x)\nend\nprintln(fs[3]())", turns: 0...0)
    compare("s = f32(0)\nfor i in 1:50\ns = s + i\nend\nprintln(s)", turns: 0...0)
    compare("s = 0\nfor i in 1:50\ns = try s + i catch e; 0 end\nend\nprintln(s)", turns: 0...0)
  }

  func testKindsThatChange() {
    compare(
      "x = 1\nfor i in 1:30\nx = i < 10 ? x + 1 : i < 20 ? (x isa Number ? 0 : 0) : x\nend", turns: 0...30)
    compare("x = 0.0\nbest = ()\nfor i in 1:50\nx = x + 1\nif x > 25\nbest = (x, i)\nend\nend\nprintln(best)")
    compare("x = [1.0]\nfor i in 1:30\nx = i == 20 ? [x[1], 2.0] : x + 1\nend\nprintln(x)")
    compare("x = 1.0\nfor i in 1:30\nx = i == 20 ? 1e308 : x * 2\nend\nprintln(x)")
  }

  func testErrorsInTheMiddle() {
    compare("f(x) = x + [1, 2, 3][x]\nx = 0\nfor i in 1:50\nx += 1\nif i == 30\nx = f(x)\nend\nend")
    compare(
      "x = 0\nfor i in 1:50\nx += i\nif 1 < i < 3\nx = 2x\nend\nif i == 30\nx = x + undefined_name\nend\nend")
    compare("x = [1.0, 2]\nfor i in 1:50\nx = x + 1\nif i == 30\nx = x + [1, 2, 3]\nend\nend")
    compare("x = 0\nfor i in 1:50\nx += i\nif i == 30\nerror(\"at $x\")\nend\nend", turns: 0...0)
    compare(
      "x = 0\ntry\nfor i in 1:50\nx += i\nif i == 30\nerror(\"at $x\")\nend\nend\ncatch e\nend\nprintln(x)",
      turns: 0...0)
  }

  func testNotesOfGradients() {
    compare("f(x) = √x\nx = 1.0\nfor i in 1:30\nx = i == 20 ? 0.0 : x + ∇f(x) / 10\nend\nprintln(x)")
    compare("f(x) = x^2\nx = 1.0\nfor i in 1:30\nx = x * 1e30 + ∇f(x)\nend\nprintln(x)")
  }

  func testNumbersAtTheEnds() {
    for start in ["0.0", "-0.0", "1e308", "-1e308", "5e-324", "Inf", "-Inf", "NaN"] {
      compare("x = \(start)\ny = 1.0\nfor i in 1:30\ny = x * y - x / y\nx = -x + y * 0\nend\nprintln(x, y)")
    }
  }

  func testInterrupts() {
    for writes in [1, 2, 3] {
      compare(
        "x = 0\nprintln(1)\nfor i in 1:30\nx += i\nend\nprintln(x)\nfor i in 1:30\nx += i\nend\nprintln(x)",
        turns: 0...60, interrupting: writes)
    }
  }

  func testVariablesAreAsAfterTheLastWholeTurn() throws {
    onEvaluationThread {
      let session = Session(host: CollectingHost(), folder: ".")
      _ = session.runFile("x, y = 0, 0", name: "start")
      _ = startDetached {
        usleep(100_000)
        Interruption.raise()
      }
      let end = session.runFile("while true\nx = x + 1\ny = 2x\nend", name: "loop")
      Interruption.clear()
      XCTAssertEqual(end?.kind, "Interrupted")
      XCTAssertNil(session.runFile("@assert y == 2x && x > 1000", name: "after"))
    }
  }

  func testProgramsOfTheTests() throws {
    var turns = 0
    try StagedRun.programsOfTheTests { code, name, folder in
      let plain = StagedRun(code, name: name, staged: false, folder: folder)
      let planned = StagedRun(code, name: name, staged: true, loops: true, folder: folder)
      XCTAssertEqual(planned, plain, name)
      turns += planned.turns
    }
    XCTAssertGreaterThan(turns, 1000)
  }

  /// Loops of random bodies: arithmetic, decisions, gradients, small vectors, entries.
  func testRandomLoops() {
    var turns = 0
    for seed in 1...2000 {
      var writer = RandomLoops(seed: UInt64(seed))
      let code = writer.program()
      let plain = StagedRun(code, name: "random", staged: false)
      let planned = StagedRun(code, name: "random", staged: true, loops: true)
      XCTAssertEqual(planned, plain, "seed \(seed):\n\(code)")
      turns += planned.turns
    }
    XCTAssertGreaterThan(turns, 4000)
  }
}

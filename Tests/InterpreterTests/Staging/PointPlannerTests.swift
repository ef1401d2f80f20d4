import XCTest

@testable import Interpreter

/// Comprehensions, slices and figures computed by plans, many points at once: as the program does it point by point.
final class PointPlannerTests: XCTestCase {
  private func planned(_ code: String, file: StaticString = #filePath, line: UInt = #line) -> Int {
    let plain = StagedRun(code, name: "points", staged: false)
    let planned = StagedRun(code, name: "points", staged: true, loops: true)
    XCTAssertEqual(planned, plain, code, file: file, line: line)
    XCTAssertEqual(PointPlanner.failedTrials, 0, code, file: file, line: line)
    return planned.turns
  }

  func testComprehensions() {
    XCTAssertGreaterThan(planned("println([x^2 + 1 for x in 1:40])"), 30)
    XCTAssertGreaterThan(planned("f(x) = σ(σ(x))\nprintln([∇f(x) for x in linspace(-3, 3, 40)])"), 30)
    XCTAssertGreaterThan(planned("println([x * y for x in 1:8, y in [0.5, -0.0, Inf, NaN, 2]])"), 30)
    XCTAssertGreaterThan(planned("println([[x, x^2] for x in 1:20])"), 15)
    XCTAssertGreaterThan(planned("A = reshape(1:40, 20, 2)\nprintln([row[1] / row[2] for row in A])"), 15)
    XCTAssertGreaterThan(planned("w = randn(50)\nprintln([w[i] - w[51 - i] for i in 1:50])"), 40)
    // The inner clause depends on the outer.
    XCTAssertGreaterThan(planned("println([[i * j for j in 1:i] for i in 1:9])"), 20)
    XCTAssertGreaterThan(planned("println([i * j for i in 1:9, j in 1:5])"), 30)
  }

  /// A plan for each way through the body, a few at most, and the program for what is left.
  func testDecisions() {
    XCTAssertGreaterThan(planned("println([x < 0 ? sin(x) : x > 2 ? √x : x^2 for x in -5:0.25:5])"), 30)
    _ = planned("println([x == 7 ? \"seven\" : x for x in 1:20])")
    _ = planned("println([x == 7 ? [1, 2] : x for x in 1:20])")
    _ = planned("println([x == 7 ? true : x for x in 1:20])")
    _ = planned("w = [1, 2, 3]\nprintln([w[min(x, 4)] for x in 1:20])")
    _ = planned("f(x) = x < 1 ? x : f(x - 1)\nprintln([f(x) for x in 1:20])")
    _ = planned("println([abs(x) > 3 ? error(\"far\") : x for x in -5:5])")
  }

  /// What others could see is left to the program, in its order.
  func testEffects() {
    _ = planned("f(x) = begin\nx > 7 ? println(x) : nothing\nx^2\nend\nprintln([f(x) for x in 1:20])")
    _ = planned("println([x * rand() for x in 1:20])\nprintln(rand())")
    _ = planned("t = 0\nprintln([begin\nt = t + x\nt\nend for x in 1:20])\nprintln(t)")
    _ = planned("fs = [y -> x * y for x in 1:20]\nprintln([g(2) for g in fs])")
    _ = planned("println([(y -> x * y)(3) for x in 1:20])\nprintln([x for x in 1:20 if x > 3])")
    _ = planned("println([k + x for k in [\"a\"], x in 1:20])")
    _ = planned("println([s.a * x for s in ((a = 1,), (a = 2,)), x in 1:20])")
    _ = planned("g(x) = sum([x * k for k in 1:20])\nprintln(∇g(2), g'(1), ∇g(3))")
    _ = planned("t = 0\nfor i in 1:30\nt = t + sum([i * k for k in 1:20])\nend\nprintln(t)")
  }

  /// Many points of nothing are as many as there are.
  func testNoElements() {
    _ = planned("A = zeros(30, 0)\nprintln([sum(r) for r in A])\nprintln(vmap(r -> sum(r))(A))")
    _ = planned("println([x^2 for x in 1:0], [x * y for x in 1:20, y in 1:0])")
  }

  func testSlices() {
    XCTAssertGreaterThan(planned("A = reshape(1:60, 20, 3)\nprintln(vmap(r -> sum(r^2) / r[1])(A))"), 15)
    XCTAssertGreaterThan(planned("println(vmap((x, y) -> x < y ? x : y / 2)(1:20, 20:-1:1))"), 15)
    XCTAssertGreaterThan(planned("println(vmap((x, y; k) -> x * k - y)(1:20, 2:21; k = 3))"), 15)
    XCTAssertGreaterThan(planned("f(v) = v[1]^2 * v[2]\nprintln(vmap(∇f)(reshape(1:40, 20, 2)))"), 15)
    _ = planned("println(vmap(x -> (a = x, b = 2x))(1:20))\nprintln(vmap(x -> (x, 1))(1:20))")
  }

  func testFigures() {
    for code in [
      "contour((x, y) -> (1 - x)^2 + 100(y - x^2)^2, -2..2, -1..3)",
      "contour(v -> v[1]^2 - v[2], -1..1, -1..1)",
      "region((x, y) -> 1 - x^2 - y^2, -2..2, -2..2)", "plot(x -> x < 0 ? sin(x) : √x, -5..5)",
      "field((x, y) -> (y, -x), -1..1, -1..1)", "field((x, y) -> [y, x > 0 ? x : 0], -1..1, -1..1)",
      "f(x, y) = x^2 * y\nfield(∇f, -1..1, -1..1)",
    ] {
      XCTAssertGreaterThan(
        planned(code.replacing(#/(?m)^(contour|region|plot|field)(.*)$/#) { "display(\($0.1)\($0.2))" }), 100)
    }
    _ = planned("display(contour((x, y) -> x > 0.5 ? \"no\" : y, -1..1, -1..1))")
    _ = planned("display(plot(x -> x > 0.5 ? error(\"far\") : x, -1..1))")
  }

  /// Points that compute with tensors: a plan of the tape that follows their numbers.
  func testTensors() {
    let loss = "W = reshape(sin(1:40), 10, 4)\nX = reshape(cos(1:80), 8, 10)\nL(V) = mean(tanh(X * V)^2)\n"
    XCTAssertGreaterThan(planned(loss + "println([L(W * x) for x in linspace(-1, 1, 30)])"), 20)
    XCTAssertGreaterThan(
      planned(loss + "println([L(W * x + y) for x in linspace(-1, 1, 9), y in -1:0.5:1])"), 20)
    let short = loss + "W, X, t = f32(W), f32(X), f32(linspace(-1, 1, 9))\n"
    XCTAssertGreaterThan(planned(short + "println([L(W * x + y) for x in t, y in t])"), 20)
    XCTAssertGreaterThan(planned(loss + "println(vmap(x -> L(W * x))(1:20))"), 10)
    XCTAssertGreaterThan(planned(loss + "display(contour((x, y) -> L(W * x + y), -1..1, -1..1))"), 100)
    XCTAssertGreaterThan(
      planned(loss + "y = [1, 2, 3, 4, 1, 2, 3, 4]\nprintln([crossentropy(X * W * x, y) for x in 1:20])"), 10)
    // What the program must say something of, and what no tape sees.
    _ = planned(loss + "println([x > 10 ? L(W * x) : x for x in 1:20])")
    _ = planned(loss + "println([L(W * x) > 0.5 ? 1 : 0 for x in 1:20])")
    _ = planned(loss + "println([L(W * x) * rand() for x in 1:20])\nprintln(rand())")
    _ = planned(loss + "f(x) = begin\nprintln(x)\nL(W * x)\nend\nprintln([f(x) for x in 1:20])")
    _ = planned(loss + "println([sum(W[1 + x % 3, :] * X[:, x]') for x in 1:8])")
    _ = planned(loss + "println([x == 15 ? error(\"far\") : L(W * x) for x in 1:20])")
    _ = planned(loss + "println([L(where(W > x / 20, W, 0)) for x in 1:20])")
    _ = planned(loss + "println([L(W / (x - 10)) for x in 1:20])\nprintln([L(log(W * x)) for x in -10:10])")
    _ = planned(loss + "println([length(\"$(L(W * x))\") for x in 1:20])")
    _ = planned(
      loss + "f(x) = length(\"$(x)\") + x\nprintln(vmap(f)(1:20))\nprintln(vmap(x -> f(x) + L(W))(1:20))")
    _ = planned(
      loss + "println([norm(∇L(W * x)) for x in 1:20])\nprintln([sum(maximum(W * x)) for x in 1:20])")
    _ = planned(
      loss + "println([round(L(W * x)) for x in 1:20])\nprintln([Int(floor(x / 2)) * L(W) for x in 1:20])")
  }

  func testRandomPoints() {
    var turns = 0
    for seed in 1...1500 {
      var writer = RandomLoops(seed: UInt64(seed) &+ 424_242)
      turns += planned(writer.points())
    }
    XCTAssertGreaterThan(turns, 20_000)
  }
}

import Support
import XCTest

@testable import Interpreter

/// Gradients of functions of tensors larger than a block, by plans that go through them block by block, cannot be told
/// from those of the functions themselves.
final class LargeTensorStagingTests: XCTestCase {
  /// - Parameter planned: whether a plan must have stood for the function.
  private func compare(
    _ code: String, planned: Bool = true, interrupting: Int? = nil, file: StaticString = #filePath,
    line: UInt = #line
  ) {
    StagedRun.compare(
      code, \.tensorReplays, planned ? 1...Int.max : 0...0, interrupting: interrupting, file: file, line: line
    )
  }

  /// What is printed of a gradient: of each part what one wrong element changes. The first two of a plan are compared
  /// bit by bit besides.
  private func repeated(_ definitions: String, _ gradient: String, times: Int = 9) -> String {
    let isTuple = gradient.hasPrefix("(") || gradient.hasPrefix("∇f(0.8") || gradient.hasPrefix("∇f(x, ")
    return """
      \(definitions)
      function show(g)
        v = f64(flatten(g))
        println((length(v), sum(v), v ⋅ sin(1:length(v)), v[1], v[end]))
      end
      for i in 1:\(times)
        for part in \(isTuple ? gradient : "(\(gradient),)"); show(part) end
      end
      """
  }

  /// One more than a block, several, blocks without a rest, and so many that the way back goes by blocks of its own.
  private let counts = [32_769, 40_000, 98_304, 600_001]

  func testChains() {
    let functions = [
      "sum(tanh(a * x + c)^2 ⊙ exp(-x^2))", "sum(x)", "sum(x^2) / length(x)", "mean((a * x - c)^2)",
      "x ⋅ tanh(x)", "(a * x) ⋅ (c * x)", "sum(relu(x - c)) + a", "sum(abs(x)^3 + a) * sum(c * x)",
      "sum(x^a * c)", "norm(a * x + c)", "sum(a / (x^2 + 1) - c)", "sum(softplus(x) ⊙ sigmoid(a * x)) * c",
      "sum(a * x) + sum(c * x^2) + a * c", "sum(sqrt(x^2 + a)) - log(c)", "mean(x ⊙ x) * a + c * length(x)",
    ]
    for (index, function) in functions.enumerated() {
      let count = counts[index % counts.count]
      for type in ["f64", "f32"] {
        compare(
          repeated(
            "x = \(type)(cos(3 * (1:\(count))) + 1.5)\nf(a, c, x) = \(function)", "∇f(0.8, 0.3 + i, x)"),
          // These are left to kernels, which take whole tensors.
          planned: !function.hasPrefix("norm") && !function.contains("x^a"))
      }
    }
  }

  func testPhases() {
    for count in counts {
      compare(repeated("x = cos(1:\(count))\nf(x) = sum((x - mean(x))^2)", "∇f(x + i)"))
      compare(repeated("x = cos(1:\(count))\nf(x) = sum((exp(x) / sum(exp(x)))^2)", "∇f(x / i)"))
      compare(
        repeated(
          "x, y = cos(1:\(count)), sin(1:\(count))\nf(x, y) = (x ⋅ y) / √(sum(x^2) * sum(y^2))",
          "∇f(x, i * y)")
      )
    }
  }

  func testData() {
    for type in ["f64", "f32"] {
      compare(
        repeated(
          "X, y = \(type)(cos(1:40000)), \(type)(sin(1:40000))\nL(θ; X, y) = mean((θ.a * X + θ.b - y)^2)",
          "∇L((a = 0.3, b = 0.1i); X, y = y / i)"))
      compare(
        repeated(
          "X = \(type)(cos(1:40000))\nw = [1, 2, 3]\nL(w, X) = sum(w^2) + sum(sum(w) * X)",
          "(∇L(w * i, X)[1], ∇L(w, X)[2])"))
    }
    // Captured, and changed in between.
    compare(
      "X = cos(1:40000)\nL(a) = sum(tanh(a * X))\nfor i in 1:20\n println(∇L(0.1i))\n if i % 7 == 0\n  X[3] = i\n end\nend"
    )
  }

  func testWhatIsNoPlan() {
    for function in [
      "sum(cumsum(x))", "sum(sort(x))", "sum(x[1:100])", "sum(x[3] * x)", "maximum(x)",
      "sum(sum(reshape(x, 100, 400); axis = 1)^2)", "sum(x[1] > 0 ? x : x^2)",
    ] {
      compare(repeated("x = cos(1:40000)\nf(x) = \(function)", "∇f(x)"), planned: false)
    }
  }

  func testWhatIsNotFinite() {
    compare(repeated("x = cos(1:40000)\nf(x) = sum(log(x + 1))", "∇f(x - i / 9)"))
    compare(repeated("x = 1.0 * (0:39999)\nf(x) = sum(√x)", "∇f(x + (i > 7 ? 0 : 1))", times: 12))
    compare(repeated("x = -1.0 * (0:39999)\nf(x) = sum(-(x^2) / 3)", "∇f(x)"))
  }

  func testInterruptions() {
    for place in stride(from: 1, through: 4000, by: 331) {
      let code = repeated("x = cos(1:200000)\nf(x) = sum(exp(tanh(x)^2)) / sum(x^2)", "∇f(x + i)", times: 12)
      let staged = StagedRun(code, name: "program", staged: true, interrupting: place)
      let plain = StagedRun(code, name: "program", staged: false, interrupting: place)
      XCTAssertEqual(staged.failedTrials, 0)
      let shorter = min(staged.output.count, plain.output.count)
      XCTAssertEqual(staged.output.prefix(shorter), plain.output.prefix(shorter))
    }
  }
}

import Support
import XCTest

@testable import Interpreter

/// Gradients of functions of tensors by plans cannot be told from those of the functions themselves.
final class TensorStagingTests: XCTestCase {
  /// - Parameter replays: how often a plan of tensors must have stood for a function at least; `0...0` for never.
  private func compare(
    _ code: String, replays: ClosedRange<Int> = 1...Int.max, interrupting: Int? = nil,
    file: StaticString = #filePath, line: UInt = #line
  ) {
    StagedRun.compare(
      Self.preamble + code, \.tensorReplays, replays, interrupting: interrupting, file: file, line: line)
  }

  private static let preamble = """
    m(r, c, k) = reshape(sin(k * (1:(r * c))), r, c)
    v(n, k) = cos(k * (1:n))

    """
  private let never = 0...0

  func testRandomPrograms() {
    var (replays, programs, planned) = (0, 0, 0)
    for seed in 1...700 {
      var generator = RandomTensorPrograms(seed: UInt64(seed))
      let code = generator.program()
      let plain = StagedRun(code, name: "random", staged: false)
      let staged = StagedRun(code, name: "random", staged: true)
      XCTAssertEqual(staged, plain, "seed \(seed):\n\(code)")
      XCTAssertEqual(staged.failedTrials, 0, "seed \(seed):\n\(code)")
      replays += staged.tensorReplays
      programs += plain.failure == nil ? 1 : 0
      planned += staged.tensorReplays > 0 ? 1 : 0
    }
    XCTAssertGreaterThan(replays, 2500)
    XCTAssertGreaterThan(programs, 500)
    XCTAssertGreaterThan(planned, 400)
  }

  /// What looks at shapes alone, and the infix products.
  func testShapesAndProducts() {
    for value in [
      "length(x) * sum(x)", "rank(x) * (x ⋅ x)", "sum(x ⊗ tanh(x)) / shape(x)[1]", "x ⋅ (x / length(x))",
    ] {
      compare("f(x) = \(value)\nfor i in 1:12; println(∇f(v(i < 7 ? 40 : 50, i))) end")
    }
    // A length that an element decides.
    compare(
      "f(x) = sum(x) * length(1:floor(3 + x[1]))\nfor i in 1:9; println(∇f(v(40, i))) end", replays: never)
    compare("f(x) = x ⋅ (x ÷ 0.3)\nfor i in 1:9; println(∇f(v(40, i))) end", replays: never)
  }

  /// Products that two threads take at once.
  func testProductsAtOnce() {
    for k in [118, 124, 128] {
      compare(
        """
        f(A, B) = sum(tanh(A * B)²) + sum(A' * B')
        for i in 1:7
          g = ∇f(m(120, \(k), i) / 9, m(\(k), 120, 3i) / 9)
          println(sum(g[1]), sum(g[2] ⊙ m(\(k), 120, 1)))
        end
        """, replays: 0...Int.max)
      compare(
        """
        f(A, B, C) = sum(tanh(A * B) * C)
        for i in 1:9
          g = ∇f(m(120, \(k), i) / 9, m(\(k), 120, 3i) / 9, m(120, 125, 2i))
          println(sum(g[1]), sum(g[2] ⊙ m(\(k), 120, 1)), sum(g[3]))
        end
        """)
    }
  }

  // MARK: Arguments

  func testBatches() {
    compare(
      """
      net(X, θ) = tanh(tanh(X * θ.W1 + θ.b1) * θ.W2 + θ.b2) * θ.W3
      L(θ; X, y) = mse(net(X, θ), y)
      θ = (W1 = m(2, 5, 1), b1 = v(5, 2), W2 = m(5, 5, 0.3), b2 = v(5, 0.1), W3 = m(5, 1, 3))
      for i in 1:12
        n = i < 9 ? 7 : 4
        θ = θ - 0.1∇L(θ; X = m(n, 2, i), y = m(n, 1, 2i))
        println(θ)
      end
      """)
    compare(
      "L(W, b, X) = mse(tanh(X * W + b), 1)\nfor i in 1:8; println(∇L(m(2, 3, i), v(3, i), m(4, 2, i))) end")
    compare("L(W, X) = mse(tanh(X * W), 1)\nfor i in 1:8; println((∂L/∂W)(m(2, 3, i), m(4, 2, 3i))) end")
    compare("L(W, X) = mse(tanh(X * W), 1)\nfor i in 1:8; println(grad(L, 2)(m(2, 3, i), m(4, 2, 3i))) end")
    compare(
      "L(W; d) = mse(d.X * W, d.t[1]) * d.k\nfor i in 1:8; println(∇L(m(2, 3, i); d = (X = m(4, 2, i), t = (v(3, i), \"no\"), k = 2))) end"
    )
  }

  func testOtherArgumentsThatChange() {
    compare(
      "L(W; k) = k * sum(W^2)\nfor i in 1:20; println(∇L(m(2, 3, i); k = i < 9 ? 2 : i < 17 ? 3 : 2)) end")
    compare(
      "L(W; f) = sum(f(W))\nfor i in 1:12; println(∇L(m(2, 3, i); f = i < 7 ? tanh : sin)) end")
    compare(
      "L(W; X) = sum(W ⊙ X)\nfor i in 1:12; println(∇L(m(2, 3, i); X = i < 7 ? m(2, 3, i) : i < 9 ? 2 : m(1, 3, i))) end"
    )
    compare(
      "L(W; X) = sum(W ⊙ X)\nfor i in 1:9; println(∇L(f32(m(2, 3, i)); X = i < 7 ? f32(m(2, 3, i)) : 2)) end")
    compare(
      "L(W; X, y) = sum(W ⊙ X + y)\nX, y = m(2, 3, 1), m(2, 3, 2)\nfor i in 1:12; println(i < 7 ? ∇L(X; X, y) : ∇L(X; y, X = 2X)) end"
    )
    compare(
      "X = m(2, 3, 1)\nL(W) = sum((W ⊙ X)²)\nfor i in 1:20\n println(∇L(m(2, 3, i)))\n  if i % 6 == 0\n    X[1, 2] = i\n  end\nend"
    )
    compare(
      "X = m(2, 3, 1)\nL(W; X) = sum((W ⊙ X)²)\nfor i in 1:20\n println(∇L(m(2, 3, i); X))\n  if i % 6 == 0\n    X[1, 2] = i\n  end\nend"
    )
  }

  func testAGradientBelongsToItsOwner() {
    compare(
      """
      L(θ; X) = sum((X * θ.W + θ.b)²)
      kept = []
      for i in 1:9
        g = ∇L((W = m(2, 3, i), b = v(3, i)); X = m(4, 2, i))
        h = g.W
        h[1, 1] = 100
        kept = (kept..., g, h)
      end
      println(kept)
      """)
    // One cotangent for two variables.
    compare(
      "L(a, b) = sum((a + b)²)\nfor i in 1:8\n g = ∇L(v(3, i), v(3, 2i))\n  x = g[1]\n  x[1] = 9\n  println(g)\nend"
    )
  }

  // MARK: What no tape sees

  func testWhatDataDecides() {
    compare(
      "L(W; X) = X[1, 1] > 0 ? sum(W) : sum(W²)\nfor i in 1:9; println(∇L(m(2, 3, i); X = m(2, 2, i))) end",
      replays: never)
    compare(
      "L(W; X) = sum(W ⊙ (X > 0))\nfor i in 1:9; println(try ∇L(m(2, 3, i); X = m(2, 3, i)) catch e; e.message end) end",
      replays: never)
    compare(
      "L(W; X) = sum(where(X > 0, W, 0))\nfor i in 1:9; println(∇L(m(2, 3, i); X = m(2, 3, i))) end",
      replays: never)
    compare(
      "L(W; X) = sum(where(W > 0, W, 0))\nfor i in 1:9; println(∇L(m(2, 3, i); X = m(2, 3, i))) end",
      replays: never)
    compare(
      "L(W; X) = sum(W ⊙ sign(X))\nfor i in 1:9; println(∇L(m(2, 3, i); X = m(2, 3, i))) end", replays: never)
    compare(
      "L(W; X) = sum(W[X[1]])\nfor i in 1:9; println(∇L(m(2, 3, i); X = [1 + i % 2, 2])) end", replays: never)
    compare("L(W; X) = sum(W[X])\nfor i in 1:9; println(∇L(v(3, i); X = [1 + i % 2, 2])) end", replays: never)
    compare(
      "L(W; X) = sum(sum(W; axis = X[1]))\nfor i in 1:9; println(∇L(m(2, 3, i)^2; X = [1 + i % 2, 2])) end",
      replays: never)
    compare(
      "L(W; X) = mean(sum(W; axis = X[1])²)\nfor i in 1:9; println(∇L(m(2, 3, i)^2; X = [1 + i % 2, 2])) end",
      replays: never)
    compare(
      "L(W; X) = sum(W^X[1])\nfor i in 1:9; println(∇L(m(2, 3, i)^2; X = [1 + i % 2, 2])) end", replays: 0...9
    )
    compare(
      "L(W; X) = sum(reshape(W, X[1], 6 / X[1]) * ones(6 / X[1]))\nfor i in 1:9; println(∇L(m(2, 3, i); X = [1 + i % 2, 2])) end",
      replays: never)
    compare(
      "L(W; X) = mean(crossentropy(W, X))\nfor i in 1:9; println(∇L(m(2, 3, i); X = [1 + i % 2, 2])) end",
      replays: 0...9)
    compare(
      "L(W; X) = sum(maximum(W; axis = 1))\nfor i in 1:9; println(∇L(m(2, 3, i); X = m(2, 3, i))) end",
      replays: never)
    compare(
      "L(W; X) = sum(sort(W[1]) ⊙ X)\nfor i in 1:9; println(∇L(m(2, 3, i); X = v(3, i))) end", replays: never)
    compare(
      "L(W; X) = sum(W ⊙ floor(X))\nfor i in 1:9; println(∇L(m(2, 3, i); X = 3m(2, 3, i))) end",
      replays: never)
    compare(
      "L(W; X) = sum(dropout(W; p = 0.5, training = true) ⊙ X)\nfor i in 1:9; println(∇L(m(2, 3, i); X = m(2, 3, i))) end",
      replays: never)
    compare("L(W; X) = sum(W ⊙ rand(2, 3))\nfor i in 1:9; println(∇L(m(2, 3, i); X = 1)) end", replays: never)
    compare(
      "L(W; X) = sum(W ⊙ stop(X))\nfor i in 1:9; println(∇L(m(2, 3, i); X = m(2, 3, i))) end", replays: never)
    compare(
      "L(W; X) = all(X == m(2, 3, 5)) ? sum(W) : sum(W²)\nfor i in 1:9; println(∇L(m(2, 3, i); X = m(2, 3, i))) end",
      replays: never)
    compare(
      "function L(W; X)\n  println(X)\n  sum(W)\nend\nfor i in 1:5; println(∇L(m(2, 3, i); X = v(2, i))) end",
      replays: never)
    compare(
      "function L(W; X)\n  s = 0\n  for k in 1:X[1]; s += sum(W) end\n  s\nend\nfor i in 1:9; println(∇L(m(2, 3, i); X = [1 + i % 3])) end",
      replays: never)
    compare(
      "L(W; X) = sum(W ⊙ X)\nfor i in 1:12; println(try ∇L(m(2, 3, i); X = m(2, 3, i) > 0) catch e; e.message end) end",
      replays: 0...12)
  }

  func testLabels() {
    let losses = [
      "crossentropy(X * W, y)", "nll(logsoftmax(X * W), y)", "crossentropy((X * W)[1], y[1]) * 2",
    ]
    for loss in losses {
      for type in ["", "f32"] {
        let reading = type.isEmpty ? "" : "\(type)"
        compare(
          """
          L(W; X, y) = \(loss)
          for i in 1:14
            y = [1 + i % 3, 1 + (i + 1) % 3, 1 + i % 2, i == 11 ? 4 : 2]
            println(try ∇L(\(reading)(m(2, 3, i)); X = \(reading)(m(4, 2, i)), y) catch e; e.message end)
          end
          """)
      }
    }
    compare("L(W; y) = crossentropy(W, y - 1)\nfor i in 1:9; println(∇L(m(2, 3, i); y = [2 + i % 3, 3])) end")
    // Labels that pick from what no gradient goes to.
    compare(
      "A = m(2, 3, 1)\nL(W; y) = nll(A, y) * sum(W)\nfor i in 1:9; println(∇L(v(3, i); y = [1 + i % 3, 3])) end",
      replays: never)
    compare(
      "L(W; X, y) = nll(X, y) * sum(W)\nfor i in 1:9; println(∇L(v(3, i); X = m(2, 3, i), y = [1 + i % 3, 3])) end"
    )
    compare("y = [1, 3]\nL(W) = crossentropy(W, y)\nfor i in 1:9; println(∇L(m(2, 3, i))) end")
    compare(
      "y = [1, 3]\nL(W) = crossentropy(W, y)\nfor i in 1:12\n println(∇L(m(2, 3, i)))\n  if i == 6\n    y[1] = 2\n  end\nend"
    )
    compare(
      "L(W; X) = crossentropy(X, W)\nfor i in 1:5; println(∇L([1, 2]; X = m(2, 3, i))) end", replays: never)
  }

  func testRowsAndParts() {
    compare(
      "L(W; X) = sum(W[1] ⊙ X[2]) + W[2, 1]²\nfor i in 1:9; println(∇L(m(2, 3, i); X = m(2, 3, i))) end")
    compare(
      "function L(W; X)\n  s = 0\n  for x in X; s = s + tanh(sum(W * x)) end\n  s\nend\nfor i in 1:9; println(∇L(m(2, 3, i); X = m(4, 3, i))) end"
    )
    compare(
      "L(W) = sum(W[1:2]²) + sum(W[1] ⊙ W[3])\nfor i in 1:9; println(∇L(m(3, 3, i))) end", replays: 0...9)
    compare("L(W) = sum(W) + W[1] * W[2]\nfor i in 1:9; println(∇L(v(3, i))) end")
    compare("L(W) = W[1, 2] * sum(W[1]) + W[1, 2]\nfor i in 1:9; println(∇L(m(3, 3, i))) end")
  }

  // MARK: Numbers

  func testWhatIsNotFinite() {
    compare(
      "L(W; X) = sum(√(W ⊙ X))\nfor i in 1:12; println(∇L(abs(m(2, 3, i)); X = i == 8 ? zeros(2, 3) : ones(2, 3))) end"
    )
    compare(
      "L(W; X) = sum(log(W))\nfor i in 1:12; println(∇L(i > 8 ? zeros(2, 3) : 2 + m(2, 3, i); X = 1)) end")
    compare("L(W) = sum(exp(W))\nfor i in 1:12; println(∇L(100i * ones(2, 3))) end")
    compare("L(W) = sum(relu(W) ⊙ √relu(W))\nfor i in 1:12; println(∇L(m(2, 3, i))) end")
  }

  func testSignsOfZeros() {
    compare("L(W; X) = sum(W ⊙ X)\nfor i in 1:9; println(1 / ∇L(m(2, 3, i); X = -0.0 * ones(2, 3))) end")
    compare(
      "L(W; X) = -sum(W ⊙ X) + W[1, 1] - W[1, 1]\nfor i in 1:9; println(1 / ∇L(m(2, 3, i); X = zeros(2, 3))) end"
    )
    compare(
      "L(a, W) = sum(a * W)\nfor i in 1:9; println(1 / ∇L(-0.0, i == 5 ? zeros(2) : -0.0 * ones(2))[1]) end")
  }

  func testNumbersAmongTensors() {
    compare(
      "L(θ) = θ.a * sum(θ.W²) + θ.c[1]^3 / θ.a\nfor i in 1:9; println(∇L((a = i, W = m(2, 3, i), c = (i, 2)))) end"
    )
    compare(
      "L(θ; X) = f32(2) * sum(θ.a * X)\nfor i in 1:9; println(∇L((a = f32(i),); X = f32(m(2, 3, i)))) end",
      replays: never)
    compare("L(θ; X) = sum(θ.a * X)^2\nfor i in 1:9; println(∇L((a = i,); X = f32(m(2, 3, i)))) end")
  }

  // MARK: Errors, effects, limits

  func testErrors() {
    compare(
      """
      L(θ; X, y) = mse(X * θ.W + θ.b, y)
      θ = (W = m(2, 3, 1), b = v(3, 1))
      for i in 1:6; println(∇L(θ; X = m(4, 2, i), y = m(4, 3, i))) end
      println(try ∇L(θ; X = m(4, 3, 1), y = m(4, 3, 1)) catch e; e.message end)
      println(try ∇L(θ; X = m(4, 2, 1)) catch e; e.message end)
      println(try ∇L(θ; X = m(4, 2, 1), y = 1, z = 2) catch e; e.message end)
      println(try ∇L(θ, 2; X = m(4, 2, 1), y = 1) catch e; e.message end)
      println(try ∇L((W = "a", b = 1); X = m(4, 2, 1), y = 1) catch e; e.message end)
      g = ∇L(θ; X = m(4, 2, 1), y = m(4, 3, 1))
      println(g.W + [1, 2, 3, 4])
      """)
    compare(
      """
      L(a, b) = sum((a + b)²)
      for i in 1:6
        g = ∇L(v(3, i), v(3, 2i))
       ; println(g)
      end
      g = ∇L(v(3, 1), v(3, 2))
      println(g[2] + [1, 2])
      """)
  }

  func testInterrupts() {
    for turn in 1...9 {
      compare(
        "L(W; X) = mse(tanh(X * W), 1)\nfor i in 1:9\n ; println(i)\n  g = ∇L(m(2, 3, i); X = m(4, 2, i))\nend",
        replays: 0...9, interrupting: turn)
    }
  }

  func testHigherOrders() {
    compare(
      "L(W; X) = sum((X * W)^3)\nfor i in 1:6; println((∇L(v(2, i); X = m(3, 2, i)), hvp(L, v(2, i), v(2, 1); X = m(3, 2, i)))) end"
    )
    compare("L(W) = sum(W^4)\nG(W) = sum(∇L(W)²)\nfor i in 1:6; println((∇L(v(2, i)), ∇G(v(2, i)))) end")
  }

  func testLargeTensorsTakeTheOrdinaryWay() {
    compare(
      "L(W; X) = mse(X * W, 1)\nfor i in 1:6; println(sum(∇L(m(300, 200, i); X = m(3, 300, i)))) end",
      replays: never)
  }
}

import Foundation
import Support
import XCTest

@testable import Interpreter

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The figures of optimisation and training that the library composes: what they say, and that they stay small.
final class TrainingFigureTests: XCTestCase {
  private static let network = """
    seed(2)
    X = randn(96, 6)
    y = where(X[:, 1] > 0, 1, 2)
    L(θ; X, y) = begin
      h₁ = tanh(X * θ.W₁ + θ.b₁)
      h₂ = relu(h₁ * θ.W₂ + θ.b₂)
      crossentropy(h₂ * θ.W₃, y)
    end
    θ = (W₁ = glorot(6, 8), b₁ = zeros(8), W₂ = he(8, 8), b₂ = zeros(8), W₃ = glorot(8, 2))
    data = (; X, y)

    """

  private func shown(_ code: String, file: StaticString = #filePath, line: UInt = #line) -> Interpreter
    .Bundle?
  {
    nonisolated(unsafe) var bundle: Interpreter.Bundle?
    onEvaluationThread {
      switch Session(host: CollectingHost(), folder: ".").run(code, label: "cell [1]") {
      case .finished(let value): bundle = value
      case .failed(let failure):
        XCTFail(failure.report.joined(separator: "\n"), file: file, line: line)
      }
    }
    return bundle
  }

  private func sentence(_ code: String, file: StaticString = #filePath, line: UInt = #line) -> String {
    shown(code, file: file, line: line)?["text/plain"] ?? ""
  }

  func testAnAttentionMapShowsItsNumbersWhereTheyFit() {
    XCTAssertEqual(
      sentence("attention_map([0.123 0.877; 1e-9 1], \"a b\")"),
      "Heatmap, 2×2, from 0 to 1, greatest at row 2, column 2.")
    let alone = shown("attention_map([0.123 0.877; 1e-9 1], \"a b\")")?["image/svg+xml"] ?? ""
    XCTAssertTrue(alone.contains(">0.12<") && alone.contains(">0.88<"))
    let grid = """
      seed(1)
      map() = attention_map(softmax(randn(8, 8)), "the cat that the dog chased ran away", title = "Weights")
      """
    let one = shown("\(grid)\nmap()")?["image/svg+xml"] ?? ""
    let three = shown("\(grid)\n[map() map() map()]")?["image/svg+xml"] ?? ""
    XCTAssertGreaterThan(one.components(separatedBy: "<text").count - 1, 64)
    XCTAssertLessThan(three.components(separatedBy: "<text").count - 1, 3 * 64)
  }

  func testASweepFindsTheBestRateAndThoseThatDiverge() {
    // Of the curvatures 2 and 20 the greater bounds the rate by 0.1.
    XCTAssertEqual(
      sentence("rate_sweep((x, y) -> x² + 10 * y², (3, 1); rates = [0.02, 0.09, 0.2, 1], steps = 200)"),
      "Loss after 200 steps for 4 rates from 0.02 to 1: least 9e-16 at 0.09; 2 diverging.".replacing(
        "9e-16", with: best(rate: 0.09)))
    XCTAssertTrue(
      sentence("rate_sweep(θ -> sum(θ.a²) + (θ.b - 1)², (a = ones(3), b = 0); rates = [0.01, 0.4])")
        .hasSuffix(
          "at 0.4."))
  }

  /// The loss of x² + 10 y² where the descent at the rate stops: at a gradient of at most 1e-8.
  private func best(rate: Double) -> String {
    var (x, y) = (3.0, 1.0)
    for _ in 0..<200 where (4 * x * x + 400 * y * y).squareRoot() > 1e-8 {
      x -= rate * 2 * x
      y -= rate * 20 * y
    }
    let loss = x * x + 10 * y * y
    let exponent = floor(log10(loss))
    return "\((loss / pow(10, exponent - 3)).rounded() / 1000)e\(Int(exponent))"
  }

  func testMomentumAtItsBestShrinksEveryModeAlike() {
    // Polyak's optimum: (√κ - 1) / (√κ + 1), 9 / 11 for κ = 100.
    XCTAssertTrue(sentence("momentum_modes([1, 50, 100])").hasSuffix("multiplied by 0.8182 a step."))
    // Beyond its border the mode grows: at β = 0.5 from rate ⋅ λ = 3 on.
    XCTAssertTrue(
      sentence("momentum_modes([1 0; 0 2]; rate = 2, β = 0.5)").hasSuffix("multiplied by 2.281 a step."))
  }

  func testACheckOfAWrongGradientHasAFloor() {
    XCTAssertTrue(
      sentence("gradient_check_curve(x -> sum(stop(x) ⊙ x), [1, 2])").contains("central ones within 1e0"))
    let right = sentence("gradient_check_curve(θ -> sum(θ.a²) * exp(θ.b), (a = ones(3), b = 0.3))")
    XCTAssertNotNil(right.firstMatch(of: /central ones within 1e-(9|1\d)\.$/), right)
  }

  func testAComputationShowsValuesAndAdjoints() throws {
    let code = "f(w; x) = begin z = w * x; a = tanh(z); (a - 1)² end\ncomputation_graph(f, 0.5; x = 2)"
    XCTAssertEqual(sentence(code), "Computation of f = 0.05684 in 4 operations, ∂/∂w = -0.4005.")
    let svg = try XCTUnwrap(shown(code)?["image/svg+xml"])
    for text in ["z: ⊙", "a: tanh", "= 0.762", "∂ −0.477", "∂ −0.2"] {
      XCTAssertTrue(svg.contains(">\(text)<"), "\(text) is not in it")
    }
    // Data that comes by name has its name, a variable used twice stands once.
    let tensors = try XCTUnwrap(
      shown("computation_graph((W; X) -> sum((X * W)²) + sum(W), ones(2); X = [1 2; 3 4])")?["image/svg+xml"])
    XCTAssertTrue(tensors.contains(">X [2×2]<"))
    XCTAssertEqual(tensors.components(separatedBy: ">W [2]<").count, 2)
  }

  func testRulersSayWhatIsLost() {
    XCTAssertTrue(
      sentence("type_ruler((a = [1e-9, 1e-6], b = [1e-3, 1e6, 0]))").hasPrefix(
        "Of 4 magnitudes from 1e-9 to 1000000: f16 25 % → 0, 25 % subnormal, 25 % → Inf; f32 0 % → 0"))
  }

  func testStripsAndRatiosFollowATraining() throws {
    XCTAssertTrue(
      sentence(Self.network + "gradient_strip(L, θ; data, epochs = 2)").hasPrefix(
        "RMS of the gradient of 5 tensors over 6 steps, from "))
    XCTAssertEqual(
      sentence("gradient_strip((a = [0, 0], b = [3, 4], c = (1, 2)))"),
      "RMS of the gradient: a 0, b 3.536, c[1] 1, c[2] 2.")
    // Biases are left out where there are matrices.
    let ratios = sentence(Self.network + "update_ratios(L, θ; data)")
    XCTAssertTrue(ratios.contains("W₁ of 3 points"), ratios)
    XCTAssertFalse(ratios.contains("b₁"), ratios)
  }

  func testNoSpikeIsLost() throws {
    // One loss in 20,000 is ten times the others; the line must reach it.
    let code = "y = ones(20000)\ny[12345] = 10\nloss_curves(y)"
    let svg = try XCTUnwrap(shown(code)?["image/svg+xml"])
    // A decade is 292 pixels high, from the ones at 339.5 up to the ten.
    XCTAssertTrue(svg.contains(">10"))
    XCTAssertNotNil(svg.firstMatch(of: /339\.5h[^"]*-292/))
    XCTAssertLessThan(svg.utf8.count, 60_000)
  }

  /// What a user would write gives the same figure as what the documentation says.
  private func same(_ setup: String, _ calls: [String], file: StaticString = #filePath, line: UInt = #line) {
    let figures = calls.map { shown("\(setup)\nseed(3)\n\($0)", file: file, line: line)?["image/svg+xml"] }
    for (call, figure) in zip(calls, figures) {
      XCTAssertNotNil(figure, call, file: file, line: line)
      XCTAssertEqual(figure, figures[0], call, file: file, line: line)
    }
  }

  func testDataComesAsARecordATupleOrByName() {
    for call in [
      "landscape(L, θ; points = 5, DATA)", "landscape_line(L, θ; points = 5, DATA)",
      "gradient_strip(L, θ; DATA)",
      "update_ratios(L, θ; DATA)", "activation_histograms(L, θ; DATA)", "gradflow(L, θ; DATA)",
      "hessian_plot(L, (W₁ = glorot(6, 2), b₁ = zeros(2), W₂ = he(2, 2), b₂ = zeros(2), W₃ = glorot(2, 2)); DATA)",
      "training_board(train(L, θ; bar = false, DATA)[2])",
    ] {
      same(
        Self.network,
        ["data = (; X, y)", "data = (X, y)", "X, y", "X = X, y = y"].map { call.replacing("DATA", with: $0) })
    }
    same(
      Self.network,
      ["loss_curves(h)", "loss_curves((θ, h))", "loss_curves(h.loss)"].map {
        "θ, h = train(L, θ; data, bar = false)\n\($0)"
      })
  }

  func testABoundaryIsThatOfAnyClassifier() {
    let setup = """
      seed(1)
      X, y = moons(60)
      f(X; θ) = tanh(X * θ.W + 0.3) * θ.V
      θ = (W = randn(2, 8), V = randn(8, 2))
      """
    same(
      setup,
      [
        "decision_boundary(f, X, y; θ)", "decision_boundary(f, (X, y); θ)",
        "decision_boundary(f, (; X, y); θ)",
        "decision_boundary(f; data = (; X, y), θ)", "decision_boundary(f, θ; data = (X, y))",
        "decision_boundary(X -> f(X; θ), X, y)", "decision_boundary(f, X, onehot(y, 2); θ)",
        "decision_boundary(f, X, reshape(y, 60, 1); θ)",
      ])
    // A function of one point, in its ways to be written.
    same(
      setup,
      [
        "decision_boundary(x -> x[1]² + x[2] - 1, X, y)", "decision_boundary((u, v) -> u² + v - 1, X, y)",
        "decision_boundary(x -> [x[1]² + x[2] - 1], X, y)",
        "decision_boundary(X -> X[:, 1]² + X[:, 2] - 1, X, y)",
      ])
    // A probability is decided by ½; its border is that of the logit.
    let border = "decision_boundary(X -> HEAD(X * [1, 2]), X, y; arrows = 0)"
    XCTAssertEqual(
      sentence("\(setup)\n\(border.replacing("HEAD", with: "sigmoid"))"),
      sentence("\(setup)\n\(border.replacing("HEAD", with: ""))"))
  }

  func testMapsInAGridShareTheirScaleUnlessToldOtherwise() {
    let setup = """
      f(x; θ) = [sum(x ⊙ θ), 0]
      a = saliency(f, eye(2); θ = [0 1; 0 2], class = 1)
      b = saliency(x -> f(x; θ = [0 1; 0 8]), eye(2); class = 1)
      c = saliency(f, eye(2); θ = [0 1; 0 2], class = 1, limit = "own")

      """
    func limits(_ grid: String) -> [String] {
      sentence(setup + grid).matches(of: /\|a\| ≤ ([\d.]+ \([\w %]+\))/).map { String($0.1) }
    }
    XCTAssertEqual(limits("a"), ["1.97 (99 %)"])
    XCTAssertEqual(limits("[a b]"), ["7.79 (shared)", "7.79 (99 %)"])
    XCTAssertEqual(limits("[a; [b c]]"), ["7.79 (shared)", "7.79 (99 %)", "1.97 (99 %)"])
    XCTAssertEqual(limits("grid(a, a, b; columns = 1, size = (640, 900))").first, "7.79 (shared)")
    XCTAssertEqual(limits("[c b]"), ["1.97 (99 %)", "7.79 (99 %)"])
  }

  func testFiguresAreSmallAndTheSameTwice() throws {
    let calls = [
      "race((x, y) -> (1 - x)² + 100 * (y - x²)², (-1, 1.5))", "rate_sweep((x, y) -> x² + 10 * y², (3, 1))",
      "rate_sweep(x -> x^4 - 2x² + 0.3x, 2)", "momentum_modes([1, 3, 10])",
      "phase_portrait(x -> (x² - 1)² / 4, 2)",
      "step_cartoon((x, y) -> x² + 10 * y², (3, 1.5); method = adam(rate = 0.3))",
      "gradient_check_curve((x, y) -> sin(x) * y³, (1, 2))",
      "θ, h = train(L, θ; data, epochs = 100, bar = false)\n[training_board(h); loss_curves(h, h.loss / 2)]",
      "gradient_strip(L, θ; data, epochs = 500)", "gradient_histograms(∇L(θ; X, y))",
      "activation_histograms(L, θ; data)", "update_ratios(L, θ; data, epochs = 100)",
      "type_ruler(∇L(θ; X, y))",
      "computation_graph(L, θ; X, y)",
    ]
    for call in calls {
      let svg = try XCTUnwrap(shown(Self.network + call)?["image/svg+xml"], call)
      XCTAssertLessThan(svg.utf8.count, 120_000, call)
      XCTAssertFalse(svg.contains("nan") || svg.contains("inf\""), call)
      XCTAssertTrue(XMLParser(data: Data(svg.utf8)).parse(), call)
      XCTAssertEqual(svg, shown(Self.network + call)?["image/svg+xml"], call)
    }
  }
}

import Numerics
import Support
import XCTest

@testable import Interpreter

/// Functions that draw, from the cell to what is read below it: they speak of what the user called, and hand the user's
/// functions what they expect.
final class FigureFunctionTests: XCTestCase {
  private func shown(_ code: String, limits: Limits = Limits()) -> String {
    nonisolated(unsafe) var text = ""
    onEvaluationThread {
      let screen = Screen()
      text = screen.show(Session(host: screen, limits: limits, folder: ".").run(code, label: "cell [1]"))
    }
    return text
  }

  func testErrorsNameTheFunctionThatWasCalled() {
    let images = "takes an image of height × width, or of height × width × 3 in colour, not one of shape"
    let table = [
      ("saliency(x -> [sum(x), 0], rand(3, 8, 8))", "ValueError: saliency \(images) (3, 8, 8)"),
      ("saliency(x -> [sum(x), 0], rand(8))", "ValueError: saliency \(images) (8,)"),
      (
        "saliency_map(x -> [sum(x), 0], rand(8); method = \"occlusion\")",
        "ValueError: saliency_map \(images) (8,)"
      ),
      (
        "sanity((x; θ) -> [sum(x ⊙ θ.W), 0], rand(4); θ = (W = rand(4),))",
        "ValueError: sanity \(images) (4,)"
      ),
      (
        "saliency((x; θ) -> log(flatten(x)) * θ, zeros(8, 8); θ = ones(64, 2), class = 1)",
        "ValueError: saliency has nothing to show: the gradient of class 1 is not finite at any pixel"
      ),
      (
        "saliency(x -> [sum(x), 0], rand(4, 4); limit = -1)",
        "ValueError: the limit of saliency is a number above 0, or \"own\", not -1"
      ),
      (
        "heatmap(zeros(0, 3))",
        "ValueError: heatmap has nothing to show: what it was given, 0×3, has no elements"
      ),
      (
        "image(zeros(0, 3, 3))",
        "ValueError: image has nothing to show: what it was given, 0×3×3, has no elements"
      ),
      (
        "overlay(rand(3, 3), rand(2, 2))",
        "ShapeError: overlay needs an image and a map of one shape, not 3×3 and 2×2"
      ),
      (
        "contour([1 2 3], 0..1, 0..1)",
        "ShapeError: contour needs a matrix of at least two rows and two columns, not 1×3"
      ),
      ("arrow([1, 2], [1, 2], [1], [1, 2])", "ShapeError: arrow needs as many u as x: there are 2 x and 1 u"),
      ("race(x -> x², 1; methods = ())", "ValueError: race needs at least one method"),
      ("race(x -> x², 1; title = 3)", "ValueError: the option title of race must be a string"),
      ("race(x -> x², NaN)", "ValueError: race has nothing to show: no number among its data is finite"),
      ("rate_sweep(x -> x², 1; rates = [])", "ValueError: rate_sweep needs at least one rate"),
      (
        "gradient_field((x, y) -> x² + y², 1..0, 0..1)",
        "ValueError: gradient_field needs an interval from low to high, got 1..0"
      ),
      (
        "momentum_modes([1, NaN])",
        "ValueError: momentum_modes needs eigenvalues that are finite, one at least, not [1, NaN]"
      ),
      (
        "decision_boundary(p -> NaN, [1 2; 3 4], [1, 2])",
        "ValueError: decision_boundary has nothing to show: f gives no number in the plane"
      ),
      ("loss_curves([])", "ValueError: loss_curves needs a loss at least in each history"),
      (
        "heatmap([-1 -2]; colorscale = \"log\")",
        "ValueError: the option colorscale of heatmap must be \"linear\" where no value is positive"
      ),
    ]
    for (code, error) in table { XCTAssertEqual(shown(code), error, code) }
  }

  func testFunctionsAreHandedThePointAsItIs() {
    let begins = [
      (
        "descend(θ -> θ.a^2 + 3θ.b^2, (a = 1, b = 2); method = sgd(rate = 0.1), steps = 5)",
        "Descent by sgd(rate = 0.1) from (1, 2) stopped after 5 steps: loss 0.1086"
      ),
      (
        "f(θ) = θ.a^2 + sum(θ.b^2)\np = descend(f, (a = 1, b = [2, 3]); steps = 2)\ndescent(f, p)",
        "Descent by sgd(rate = 0.1) from (1, 2, 3) stopped after 2 steps: loss 5.734"
      ),
      (
        "f(X) = sum((X * X)^2)\ndescend(f, [1 2; 3 4] / 10; steps = 3)",
        "Descent by sgd(rate = 0.1) from (0.1, 0.2, 0.3, …) stopped after 3 steps"
      ),
      (
        "descend((a, b) -> sum(a^2) + b, ([1, 2], 3); steps = 1)", "Descent by sgd(rate = 0.1) from (1, 2, 3)"
      ),
      ("race(θ -> θ.a^2 + θ.b^2, (a = 1, b = 2); steps = 2)", "Descent by sgd(rate = 0.5) from (1, 2)"),
      ("rate_sweep(θ -> θ.a^2 + θ.b^2, (a = 1, b = 2); steps = 2)", "Loss after 2 steps for 19 rates"),
      ("step_cartoon(θ -> θ.a^2 + θ.b^2, (a = 1, b = 2))", "momentum(rate = 0.25, β = 0.9) after 3 steps"),
    ]
    for (code, start) in begins {
      let text = shown(code)
      XCTAssertTrue(text.hasPrefix(start), "\(code): \(text)")
    }
  }

  func testPointsMayBeGivenWhole() {
    let alike = [
      [
        "scatter([1 4; 2 5])", "scatter([1, 2], [4, 5])", "scatter(((1, 4), (2, 5)))",
        "scatter([[1, 4], [2, 5]])",
      ],
      ["arrow((0, 0), (3, 4))", "arrow(0, 0, 3, 4)", "arrow([0, 0], [3, 4])"],
      ["text((1, 2), \"a\")", "text(1, 2, \"a\")", "text([1, 2], \"a\")"],
      ["heatmap([1 2 3]; x = [0, 0.5, 1])", "heatmap([1 2 3]; x = 0..1)", "heatmap([1 2 3]; x = 0:0.5:1)"],
    ]
    for forms in alike {
      XCTAssertFalse(shown(forms[0]).contains("Error"), shown(forms[0]))
      for form in forms.dropFirst() { XCTAssertEqual(shown(form), shown(forms[0]), form) }
    }
  }

  func testAGridMayLeaveEachPanelItsAxes() {
    let panels = "scatter([1, 2], [1, 2]), scatter([1, 5], [1, 3])"
    XCTAssertEqual(shown("grid(\(panels); share = false)"), shown("grid(\(panels))"))
    XCTAssertTrue(shown("grid(\(panels); share = 3)").contains("share"))
  }

  func testShowingADescentNeverFails() {
    XCTAssertEqual(
      shown("descend(x -> x^2, 1e308; steps = 1)"),
      "Descent by sgd(rate = 0.1) from 1e308 diverged at step 0: loss Inf, gradient norm Inf.")
    XCTAssertTrue(shown("descend(x -> x^2, NaN; steps = 1)").hasPrefix("Path(points = [NaN]"))
  }

  func testPicturesInColourHaveMapsOfTheirPixels() {
    for method in ["gradient", "smooth", "integrated", "guided", "occlusion"] {
      let text = shown(
        "seed(1)\nsaliency(x -> [sum(x^2), 0], rand(6, 5, 3); method = \"\(method)\", class = 1)")
      XCTAssertTrue(
        text.contains("Image of 6×5 pixels in colour") && text.contains("A map over an image of 6×5"), text)
    }
    XCTAssertTrue(
      shown("seed(1)\nsanity((x; θ) -> [sum(x ⊙ θ.W), 0], rand(4, 4, 3); θ = (W = rand(4, 4, 3),))").contains(
        "+ W: Image, 4×4"))
  }

  func testPixelsWithoutAFiniteGradientAreCounted() {
    let text = shown("saliency(x -> [sum(sqrt(x)), 1e9], [0 1; 1 4]; class = 1)")
    XCTAssertTrue(
      text.contains("gradient of class 1, 1 pixel not finite: Image, 2×2, from 0.25 to 0.5"), text)
  }

  func testFiguresCountAgainstTheLimits() {
    var small = Limits()
    // Tensors that other tests keep count, too.
    small.memory = Memory.live + 8_000_000
    var quiet = Limits()
    quiet.output = 2000
    for code in [
      "scatter(zeros(200000), zeros(200000))", "plot(zeros(200000))", "heatmap(zeros(700, 700))",
      "p = ()\nfor i in 1:200\n  p = (p..., plot(zeros(10000)))\nend",
    ] {
      XCTAssertTrue(shown(code, limits: small).hasPrefix("LimitError"), code)
    }
    XCTAssertTrue(shown("plot(1:1000)", limits: quiet).hasPrefix("LimitError"))
    XCTAssertTrue(shown("plot(1:1000)", limits: small).hasPrefix("A line of 1000 points"))
  }
}

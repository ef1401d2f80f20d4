// Descents for the figures of the tests, by plain arithmetic.
import Foundation

@testable import Figures

enum Descents {
  typealias Loss = @Sendable ([Double]) -> Double
  typealias Gradient = @Sendable ([Double]) -> [Double]

  static func run(
    _ loss: Loss, _ gradient: Gradient, from start: [Double], rate: Double, β: Double = 0,
    steps: Int = 1000, tol: Double = 1e-8, label: String? = nil
  ) -> PathData {
    var x = start
    var velocity = start.map { _ in 0.0 }
    var points = [x]
    var values = [loss(x)]
    var norms = [norm(gradient(x))]
    var status = "stopped"
    while points.count <= steps {
      if norms[norms.count - 1] <= tol {
        status = "converged"
        break
      }
      let g = gradient(x)
      for i in x.indices {
        velocity[i] = β * velocity[i] - rate * g[i]
        x[i] += velocity[i]
      }
      points.append(x)
      values.append(loss(x))
      norms.append(norm(gradient(x)))
      if !values[values.count - 1].isFinite || !norms[norms.count - 1].isFinite {
        status = "diverged"
        break
      }
    }
    let method =
      β > 0 ? "momentum(rate = \(plainText(rate)), β = \(plainText(β)))" : "sgd(rate = \(plainText(rate)))"
    return PathData(
      points: points, values: values, gradientNorms: norms, steps: points.count - 1, status: status,
      method: method, label: label)
  }

  static func norm(_ v: [Double]) -> Double { v.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  static let rosenbrock: Loss = { (1 - $0[0]) * (1 - $0[0]) + 100 * pow($0[1] - $0[0] * $0[0], 2) }
  static let rosenbrockGradient: Gradient = {
    let d = $0[1] - $0[0] * $0[0]
    return [-2 * (1 - $0[0]) - 400 * $0[0] * d, 200 * d]
  }

  /// A valley with the curvatures 1 and 12, turned by 0.4.
  static let valley: Loss = {
    let (a, b) = turned($0)
    return 0.5 * (a * a + 12 * b * b)
  }
  static let valleyGradient: Gradient = {
    let (a, b) = turned($0)
    return [a * cos(0.4) - 12 * b * sin(0.4), a * sin(0.4) + 12 * b * cos(0.4)]
  }
  private static func turned(_ x: [Double]) -> (Double, Double) {
    (x[0] * cos(0.4) + x[1] * sin(0.4), -x[0] * sin(0.4) + x[1] * cos(0.4))
  }

  static let saddle: Loss = { $0[0] * $0[0] - $0[1] * $0[1] }
  static let saddleGradient: Gradient = { [2 * $0[0], -2 * $0[1]] }

  /// A bowl in any dimension, with curvatures from 1 up.
  static let bowl: Loss = { x in x.indices.reduce(0) { $0 + Double($1 + 1) * x[$1] * x[$1] / 2 } }
  static let bowlGradient: Gradient = { x in x.indices.map { Double($0 + 1) * x[$0] } }

  static let well: Loss = { pow($0[0], 4) / 4 - pow($0[0], 2) + 0.3 * $0[0] }
  static let wellGradient: Gradient = { [pow($0[0], 3) - 2 * $0[0] + 0.3] }
}

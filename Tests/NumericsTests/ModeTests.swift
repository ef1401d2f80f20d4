import XCTest

@testable import Numerics

/// The way back and the way forward say the same of every row: at poles, kinks, ends of domains and extremes of the
/// type, where one might make a number of what the other calls none.
final class ModeTests: XCTestCase {
  override func tearDown() { Tape.closeAll() }

  private static let points: [Double] = [
    0, 1, -1, 0.5, 2, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, 1e-200, -1e200,
    .greatestFiniteMagnitude,
  ]

  private static let factorisations: Set = [
    "solve", "lstsq", "qr", "tallQR", "svd", "singular_values", "eigh", "eigenvalues", "pinv",
  ]

  private static let standardisations: Set = ["standardised", "layernormed"]

  /// A row with a sample of which one input has been changed.
  private struct Case {
    let label: String
    let isComposite: Bool
    let x: Tensor
    let f: (Tensor) throws -> Tensor
  }

  private func cases() -> [Case] {
    _ = Operations.all
    var cases: [Case] = []
    for row in (0..<Registry.count).map({ Registry[$0] }) where row.isDifferentiable {
      for (number, sample) in row.samples.enumerated() {
        for input in sample.positional.indices
        where sample.positional[input].type == .f64 && row.isVariable(input) {
          let x = sample.positional[input]
          for point in Self.points {
            // One element, and all of them.
            for place in Set([0, x.count - 1, -1]) where x.count > 0 {
              // What is equal everywhere has no rank, and where it is great sums of it are nothing but rounding.
              let isGreat = abs(point) > 2 && point.isFinite
              if place < 0, x.count > 1, isGreat { continue }
              if Self.factorisations.contains(row.name), x.count > 1,
                place < 0 || isGreat || !point.isFinite
              {
                continue
              }
              // Its kernel and its formula meet what is not finite in different places.
              if case .given = row.rule, !point.isFinite { continue }
              // No power of two is as large as that.
              if Self.standardisations.contains(row.name), point == .greatestFiniteMagnitude { continue }
              let values = (0..<x.count).map { place < 0 || $0 == place ? point : x.element($0) }
              cases.append(
                Case(
                  label: "\(row.name), sample \(number), input \(input), \(point) at \(place)",
                  isComposite: row.isComposite, x: Tensor(values, shape: x.shape)
                ) { variable in
                  var positional = sample.positional
                  positional[input] = variable
                  return try row.call(positional: positional, named: sample.named)
                })
            }
          }
        }
      }
    }
    return cases
  }

  /// The Jacobian, back; `nil` where the row refuses the value.
  private func back(_ c: Case) throws -> [Double]? {
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    let x = tape.variable(c.x)
    guard let y = try? c.f(x), let rows = try? tape.jacobian(of: y, by: x) else { return nil }
    // Of several rules one may overflow before the other, this way or that.
    if c.isComposite, !y.primal.isFinite { return nil }
    return rows.doubles
  }

  private func forth(_ c: Case) throws -> [Double]? {
    var columns: [[Double]] = []
    for place in 0..<c.x.count {
      let tape = try Tape.open(.forward)
      defer { tape.close() }
      let unit = Tensor((0..<c.x.count).map { $0 == place ? 1 : 0 }, shape: c.x.shape)
      let mask = c.x.isScalar ? nil : try Operations.compare(.notEqual, unit, 0)
      guard let y = try? c.f(tape.dual(c.x, unit, selection: mask)) else { return nil }
      columns.append(try tape.tangent(of: y).doubles)
    }
    return columns[0].indices.flatMap { row in columns.map { $0[row] } }
  }

  /// Up to rounding, where sums cancel of the size of all.
  private func agree(_ a: Double, _ b: Double, _ size: Double) -> Bool {
    a == b || a.isNaN && b.isNaN || abs(a - b) <= 1e-9 * max(abs(a), abs(b)) + 1e-12 * size + 0x1p-1030
  }

  func testEveryRow() throws {
    let all = cases()
    XCTAssertGreaterThan(all.count, 5000)
    var compared = 0
    for c in all {
      guard let rows = try back(c), let columns = try forth(c) else { continue }
      compared += 1
      XCTAssertEqual(rows.count, columns.count, c.label)
      let size = rows.filter(\.isFinite).map(abs).max() ?? 0
      guard let place = rows.indices.first(where: { !agree(rows[$0], columns[$0], size) }) else { continue }
      XCTFail("\(c.label): back \(rows[place]), forth \(columns[place])")
    }
    XCTAssertGreaterThan(compared, 4000)
  }
}

extension Numerics.Operation {
  fileprivate var isComposite: Bool {
    if case .composite = rule { true } else { false }
  }
}

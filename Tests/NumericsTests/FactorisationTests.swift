import CVector
import XCTest

@testable import Numerics

/// Factorisations satisfy what defines them, up to the rounding of numbers as large as their factors: for every kind of
/// matrix, at sizes on both sides of those where LAPACK begins to work in blocks.
final class FactorisationTests: XCTestCase {
  override func tearDown() {
    vector_choose_path(vector_path_count() - 1)
    Tape.closeAll()
    NumericsInterruption.clear()
  }

  /// A matrix, row after row.
  private struct Matrix {
    let rows: Int
    let columns: Int
    var entries: [Double]

    init(_ rows: Int, _ columns: Int, _ entry: (Int, Int) -> Double) {
      (self.rows, self.columns) = (rows, columns)
      entries = []
      for row in 0..<rows {
        for column in 0..<columns { entries.append(entry(row, column)) }
      }
    }

    init(_ tensor: Tensor) {
      let (rows, columns) = (tensor.shape[0], tensor.shape[1])
      let values = tensor.doubles
      self.init(rows, columns) { values[$0 * columns + $1] }
    }

    subscript(row: Int, column: Int) -> Double { entries[row * columns + column] }

    var tensor: Tensor { Tensor(entries, shape: [rows, columns]) }
    var transposed: Matrix { Matrix(columns, rows) { self[$1, $0] } }
    /// The greatest magnitude; NaN where one is.
    var size: Double { entries.reduce(0) { $1.isNaN || $1.magnitude > $0 ? $1.magnitude : $0 } }

    /// A bound of the norm.
    var norm: Double { size * Double(max(rows, columns)) }

    func rows(_ range: Range<Int>) -> Matrix {
      Matrix(range.count, columns) { self[range.lowerBound + $0, $1] }
    }

    func scaled(_ factor: Double) -> Matrix { Matrix(rows, columns) { self[$0, $1] * factor } }

    static func * (a: Matrix, b: Matrix) -> Matrix {
      let right = b.transposed.entries
      return Matrix(a.rows, b.columns) { row, column in
        var sum = 0.0
        for index in 0..<a.columns {
          sum += a.entries[row * a.columns + index] * right[column * b.rows + index]
        }
        return sum
      }
    }

    static func - (a: Matrix, b: Matrix) -> Matrix { Matrix(a.rows, a.columns) { a[$0, $1] - b[$0, $1] } }
    static func identity(_ n: Int) -> Matrix { Matrix(n, n) { $0 == $1 ? 1 : 0 } }
    static func diagonal(_ values: [Double]) -> Matrix {
      Matrix(values.count, values.count) { $0 == $1 ? values[$0] : 0 }
    }
  }

  private var state: UInt64 = 88_172_645_463_325_252

  private func number() -> Double {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Double(Int64(bitPattern: state)) * 0x1p-63
  }

  private func random(_ m: Int, _ n: Int) -> Matrix { Matrix(m, n) { _, _ in number() } }
  private func symmetric(_ a: Matrix) -> Matrix { Matrix(a.rows, a.rows) { (a[$0, $1] + a[$1, $0]) / 2 } }

  private let orders = [0, 1, 2, 7, 33, 64, 65, 130]
  private let shapes = [
    (0, 3), (3, 0), (1, 1), (1, 7), (7, 1), (7, 2), (2, 7), (33, 33), (64, 33), (33, 65), (65, 64), (130, 20),
    (20, 130), (130, 130), (200, 33),
  ]
  /// About 1e150 and 1e-150, which scale without rounding.
  private let scales = [1, 0x1p498, 0x1p-498]

  /// The error is below rounding of n sums of numbers as large as the scale, times a small number.
  private func assertSmall(
    _ error: Matrix, _ scale: Double, _ label: String, line: UInt = #line
  ) {
    let n = Double(max(error.rows, error.columns, 1))
    XCTAssertTrue(
      error.size <= 16 * n * Double.ulpOfOne * scale, "\(label): \(error.size) of \(scale)", line: line)
  }

  private func assertOrthonormal(_ q: Matrix, _ label: String, line: UInt = #line) {
    assertSmall(
      q.transposed * q - .identity(q.columns), Double(max(q.rows, 1)).squareRoot(), label, line: line)
  }

  /// Random, of low rank, zero, with singular values that are equal.
  private func kinds(_ m: Int, _ n: Int) -> [(String, Matrix)] {
    let rank = max(1, min(m, n) / 3)
    return [
      ("random", random(m, n)), ("of low rank", random(m, rank) * random(rank, n)),
      ("zero", Matrix(m, n) { _, _ in 0 }), ("ones", Matrix(m, n) { $0 == $1 ? 1 : 0 }),
    ]
  }

  private func forEachSymmetric(_ body: (Matrix, String) throws -> Void) rethrows {
    for n in orders {
      let v = random(n, 1)
      let length = v.entries.reduce(0) { $0 + $1 * $1 }
      let mirror = Matrix(n, n) { ($0 == $1 ? 1 : 0) - 2 * v[$0, 0] * v[$1, 0] / length }
      for (kind, a) in kinds(n, n) + [("mirror", mirror)] {
        for scale in scales {
          try body(symmetric(a).scaled(scale), "\(kind) \(n)×\(n) by \(scale)")
        }
      }
    }
  }

  private func forEachMatrix(_ body: (Matrix, String) throws -> Void) rethrows {
    for (m, n) in shapes {
      for (kind, a) in kinds(m, n) {
        for scale in scales { try body(a.scaled(scale), "\(kind) \(m)×\(n) by \(scale)") }
      }
    }
  }

  func testInversesAndSolutions() throws {
    for n in orders {
      for scale in scales {
        let label = "\(n)×\(n) by \(scale)"
        // A heavy diagonal keeps the inverse small enough for a sharp bound.
        let a = Matrix(n, n) { ($0 == $1 ? Double(n) / 2 : 0) + number() }.scaled(scale)
        let inverse = Matrix(try Linear.inverse(a.tensor))
        assertSmall(a * inverse - .identity(n), a.norm * inverse.size, "inverse \(label)")
        for count in [1, 3, 70] where n > 0 {
          let b = random(n, count)
          let x = Matrix(try Linear.solve(a.tensor, b.tensor))
          assertSmall(a * x - b, a.norm * x.size + b.size, "solution \(label)")
          let definite = symmetric(a)
          let y = Matrix(try Linear.solve(definite.tensor, b.tensor))
          assertSmall(definite * y - b, definite.norm * y.size + b.size, "definite solution \(label)")
        }
      }
    }
  }

  func testDeterminants() throws {
    // The determinant of a product of triangles with known diagonals; the logarithm where it is out of range.
    for n in orders {
      let lower = Matrix(n, n) { $0 == $1 ? 1 : $0 > $1 ? number() / Double(n) : 0 }
      let diagonal = (0..<n).map { 1 + Double($0 % 3) / 8 }
      let upper = Matrix(n, n) { $0 == $1 ? diagonal[$0] : $0 < $1 ? number() / Double(n) : 0 }
      let a = lower * upper
      let expected = diagonal.reduce(1, *)
      let bound = 16 * Double(n * n + 1) * Double.ulpOfOne
      XCTAssertEqual(
        try Linear.determinant(a.tensor).doubles[0], expected, accuracy: bound * expected, "\(n)")
      let logarithm = try Linear.logarithmOfDeterminant(a.scaled(0x1p498).tensor).doubles[0]
      let sum = diagonal.reduce(0) { $0 + log($1) } + 498 * Double(n) * log(2)
      XCTAssertEqual(logarithm, sum, accuracy: bound * max(1, sum), "\(n)")
    }
  }

  func testCholesky() throws {
    for n in orders {
      for scale in scales {
        let a = symmetric(Matrix(n, n) { ($0 == $1 ? Double(n) : 0) + number() }).scaled(scale)
        let factor = Matrix(try Linear.cholesky(a.tensor))
        assertSmall(factor * factor.transposed - a, a.norm, "\(n)×\(n) by \(scale)")
        for row in 0..<n {
          XCTAssertGreaterThan(factor[row, row], 0)
          for column in row + 1..<max(n, row + 1) { XCTAssertEqual(factor[row, column], 0) }
        }
      }
    }
    let indefinite = Matrix(130, 130) { $0 == $1 ? $0 == 100 ? -1 : 1 : 0 }
    XCTAssertThrowsError(try Linear.cholesky(indefinite.tensor))
  }

  func testOrthogonalTriangles() throws {
    try forEachMatrix { a, label in
      guard a.rows >= a.columns else { return }
      let both = Matrix(try Factorisations.qr(a.tensor))
      let q = both.rows(0..<a.rows)
      let r = both.rows(a.rows..<a.rows + a.columns).transposed
      assertSmall(q * r - a, a.norm, label)
      assertOrthonormal(q, label)
      for row in 0..<a.columns {
        XCTAssertTrue(r[row, row] >= 0, label)
        for column in 0..<row { XCTAssertEqual(r[row, column], 0, label) }
      }
    }
  }

  func testSingularValues() throws {
    try forEachMatrix { a, label in
      let k = min(a.rows, a.columns)
      let all = Matrix(try Factorisations.svd(a.tensor))
      let (u, s) = (all.rows(0..<a.rows), all.rows(a.rows..<a.rows + 1).entries)
      let v = all.rows(a.rows + 1..<a.rows + 1 + a.columns)
      assertSmall(u * .diagonal(s) * v.transposed - a, a.norm, label)
      assertOrthonormal(u, label)
      assertOrthonormal(v, label)
      XCTAssertTrue(zip(s, s.dropFirst()).allSatisfy { $0 >= $1 } && s.allSatisfy { $0 >= 0 }, label)
      let alone = try Factorisations.singularValues(a.tensor).doubles
      assertSmall(Matrix(1, k) { alone[$1] - s[$1] }, a.norm, label)
    }
  }

  func testSymmetricEigenvalues() throws {
    try forEachSymmetric { a, label in
      let both = Matrix(try Factorisations.symmetricEigen(a.tensor))
      let (values, vectors) = (both.rows(0..<1).entries, both.rows(1..<a.rows + 1))
      assertSmall(a * vectors - vectors * .diagonal(values), a.norm, label)
      assertOrthonormal(vectors, label)
      XCTAssertTrue(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 }, label)
    }
  }

  func testEigenvalues() throws {
    for n in orders {
      for (kind, matrix) in kinds(n, n) {
        for scale in scales {
          let (a, label) = (matrix.scaled(scale), "\(kind) \(n)×\(n) by \(scale)")
          let all = Matrix(try Factorisations.eigen(a.tensor))
          let (real, imaginary) = (
            Matrix.diagonal(all.rows(0..<1).entries), Matrix.diagonal(all.rows(1..<2).entries)
          )
          let (x, y) = (all.rows(2..<2 + n), all.rows(2 + n..<2 + 2 * n))
          // A (x + iy) = (x + iy) (real + i imaginary), of vectors of norm 1.
          assertSmall(a * x - (x * real - y * imaginary), a.norm, label)
          assertSmall(a * y - (x * imaginary - y * real.scaled(-1)), a.norm, label)
          for column in 0..<n {
            let length = (0..<n).reduce(0) {
              $0 + x[$1, column] * x[$1, column] + y[$1, column] * y[$1, column]
            }
            XCTAssertEqual(length, 1, accuracy: 16 * Double(n) * Double.ulpOfOne, label)
          }
        }
      }
    }
  }

  func testLeastSquares() throws {
    for (m, n) in shapes where m > 0 && n > 0 {
      for (kind, a) in kinds(m, n) {
        for count in [1, 5] {
          let label = "\(kind) \(m)×\(n), \(count) columns"
          let b = random(m, count)
          let x = Matrix(try LeastNorm.solve(a.tensor, b.tensor))
          // What is left is orthogonal to the columns of A, and x to what A maps to 0.
          let rest = a * x - b
          let values = try Factorisations.singularValues(a.tensor).doubles
          let kept = values.filter { $0 > values[0] * Double(max(m, n)) * Double.ulpOfOne }
          let condition = kept.isEmpty ? 1 : kept[0] / kept.last!
          let scale = a.norm * (a.norm * x.size + b.size)
          assertSmall(a.transposed * rest, Double(max(m, n)) * scale, label)
          let inverse = Matrix(try LeastNorm.pseudoinverse(a.tensor))
          assertSmall(inverse * (a * x) - x, Double(n) * condition * x.size, label)
          assertSmall(inverse * b - x, Double(m) * condition * (inverse.norm * b.size + x.size), label)
        }
      }
    }
  }

  private let routines: [(String, (Tensor) throws -> Tensor)] = [
    ("inv", Linear.inverse), ("det", Linear.determinant), ("cholesky", Linear.cholesky),
    ("qr", Factorisations.qr), ("svd", Factorisations.svd), ("eigh", Factorisations.symmetricEigen),
    ("eigen", Factorisations.eigen), ("pinv", LeastNorm.pseudoinverse),
    ("solve", { try Linear.solve($0, $0) }), ("lstsq", { try LeastNorm.solve($0, $0) }),
  ]

  func testEveryPathAgrees() throws {
    for n in [2, 7, 33, 65, 130, 170] {
      let a = Matrix(n, n) { ($0 == $1 ? Double(n) : 0) + number() }.tensor
      for (name, routine) in routines {
        var first: [UInt64]?
        for path in 0..<vector_path_count() {
          vector_choose_path(path)
          let bits = try routine(a).doubles.map(\.bitPattern)
          XCTAssertTrue(first ?? bits == bits, "\(name) \(n), \(String(cString: vector_path_name(path)))")
          first = first ?? bits
        }
      }
    }
  }

  /// Matrices of a batch are factorised as they are alone, to the bit.
  func testBatches() throws {
    for n in [1, 7, 33] {
      let parts = (0..<5).map { _ in Matrix(n, n) { ($0 == $1 ? Double(n) : 0) + number() } }
      let batch = Tensor(parts.flatMap(\.entries), shape: [5, n, n])
      for (name, routine) in routines where name != "lstsq" {
        let alone = try parts.flatMap { try routine($0.tensor).doubles }
        XCTAssertEqual(try routine(batch).doubles.map(\.bitPattern), alone.map(\.bitPattern), "\(name) \(n)")
      }
    }
  }
}

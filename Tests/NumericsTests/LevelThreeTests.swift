import CLAPACK
import CVector
import XCTest

/// The calls under LAPACK against plain loops: every option, every way in which factors are skipped, the same bits on
/// every path. What a call may not read is NaN, and what it may not write stays.
final class LevelThreeTests: XCTestCase {
  override func tearDown() { vector_choose_path(vector_path_count() - 1) }

  /// A matrix stored column after column, with rows between the columns that belong to nobody.
  private struct Matrix {
    let rows: Int
    let columns: Int
    let stride: Int
    var entries: [Double]

    init(_ rows: Int, _ columns: Int, _ numbers: inout Numbers) {
      self.rows = rows
      self.columns = columns
      stride = max(1, rows) + numbers.below(4)
      entries = [Double](repeating: .nan, count: stride * max(1, columns))
      for column in 0..<columns {
        for row in 0..<rows { entries[column * stride + row] = numbers.next() }
      }
    }

    subscript(row: Int, column: Int) -> Double {
      get { entries[column * stride + row] }
      set { entries[column * stride + row] = newValue }
    }

    /// Keeps one triangle and hides the other; a diagonal of ones is hidden too.
    mutating func hide(except uplo: Character, unitDiagonal: Bool = false) {
      for column in 0..<columns {
        for row in 0..<rows {
          let isKept = row == column ? !unitDiagonal : (row > column) == (uplo == "L")
          if !isKept { self[row, column] = .nan }
        }
      }
    }
  }

  private struct Numbers {
    private var state: UInt64 = 88_172_645_463_325_252

    mutating func bits() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }

    mutating func next() -> Double { Double(Int64(bitPattern: bits())) * 0x1p-63 }
    mutating func below(_ limit: Int) -> Int { Int(bits() % UInt64(limit)) }
  }

  private var numbers = Numbers()
  private let factors = [0, 1, -1, 0.5]

  private func option(_ letter: Character) -> [CChar] { [CChar(letter.asciiValue!)] }
  private func bits(_ x: [Double]) -> [UInt64] { x.map { $0.isNaN ? .max : $0.bitPattern } }

  /// What a call makes of the entries, which must be the same bits on every path.
  private func result(_ entries: [Double], _ label: String, _ call: (inout [Double]) -> Void) -> [Double] {
    var first: [Double]?
    for path in 0..<vector_path_count() {
      vector_choose_path(path)
      var copy = entries
      call(&copy)
      if let first {
        XCTAssertTrue(bits(copy) == bits(first), "\(label), path \(String(cString: vector_path_name(path)))")
      }
      first = first ?? copy
    }
    return first!
  }

  /// Compares the entries that belong to the result with sums of so many products, and the others with what they were.
  private func check(
    _ actual: [Double], _ before: Matrix, _ terms: Int, _ label: String,
    where belongs: (Int, Int) -> Bool = { _, _ in true },
    expected: (Int, Int) -> (value: Double, magnitude: Double)
  ) {
    var untouched = before
    untouched.entries = actual
    for column in 0..<before.columns {
      for row in 0..<before.rows where belongs(row, column) {
        let (value, magnitude) = expected(row, column)
        let bound = 2 * Double(terms + 3) * Double.ulpOfOne * magnitude
        let difference = (untouched[row, column] - value).magnitude
        if !(difference <= bound) {
          return XCTFail("\(label): entry \(row), \(column) is \(untouched[row, column]), not \(value)")
        }
        untouched[row, column] = before[row, column]
      }
    }
    XCTAssertTrue(bits(untouched.entries) == bits(before.entries), "\(label): wrote elsewhere")
  }

  /// A sum of products, and that of their magnitudes.
  private func sum(_ count: Int, _ term: (Int) -> Double) -> (Double, Double) {
    var (value, magnitude) = (0.0, 0.0)
    for index in 0..<count {
      let next = term(index)
      value += next
      magnitude += next.magnitude
    }
    return (value, magnitude)
  }

  /// alpha times the sum, and beta times what was there unless beta is 0.
  private func combined(_ alpha: Double, _ sum: (Double, Double), _ beta: Double, _ before: Double) -> (
    Double, Double
  ) {
    let rest = beta == 0 ? 0 : beta * before
    return (alpha * sum.0 + rest, alpha.magnitude * sum.1 + rest.magnitude)
  }

  private func entry(_ a: Matrix, _ trans: Character, _ row: Int, _ column: Int) -> Double {
    trans == "N" ? a[row, column] : a[column, row]
  }

  func testProducts() {
    for transA in "NTC" {
      for transB in "NTC" {
        for alpha in factors {
          for beta in factors {
            for size in [71, 71, 12, 3] {
              product(
                transA, transB, alpha, beta, numbers.below(size), numbers.below(size), numbers.below(size))
            }
          }
        }
      }
    }
    for alpha in factors { product("N", "T", alpha, 0.5, 70, 69, 600) }
  }

  private func product(
    _ transA: Character, _ transB: Character, _ alpha: Double, _ beta: Double, _ m: Int, _ n: Int, _ k: Int
  ) {
    let label = "dgemm \(transA)\(transB) \(alpha) \(beta) \(m)×\(n)×\(k)"
    let a = transA == "N" ? Matrix(m, k, &numbers) : Matrix(k, m, &numbers)
    let b = transB == "N" ? Matrix(k, n, &numbers) : Matrix(n, k, &numbers)
    var c = Matrix(m, n, &numbers)
    if beta == 0 { c.entries = c.entries.map { _ in .nan } }
    let actual = result(c.entries, label) {
      dgemm_(
        option(transA), option(transB), [Int32(m)], [Int32(n)], [Int32(k)], [alpha], a.entries,
        [Int32(a.stride)], b.entries, [Int32(b.stride)], [beta], &$0, [Int32(c.stride)], 1, 1)
    }
    check(actual, c, k, label) { row, column in
      let sum = sum(k) { entry(a, transA, row, $0) * entry(b, transB, $0, column) }
      return combined(alpha, sum, beta, c[row, column])
    }
  }

  func testSymmetricProducts() {
    for uplo in "UL" {
      for trans in "NTC" {
        for alpha in factors {
          for beta in factors {
            for size in [71, 71, 140, 6] {
              symmetricProduct(
                uplo, trans, alpha, beta, numbers.below(size), numbers.below(size), isDouble: false)
              symmetricProduct(
                uplo, trans, alpha, beta, numbers.below(size), numbers.below(size), isDouble: true)
            }
          }
        }
      }
    }
  }

  private func symmetricProduct(
    _ uplo: Character, _ trans: Character, _ alpha: Double, _ beta: Double, _ n: Int, _ k: Int, isDouble: Bool
  ) {
    let label = "\(isDouble ? "dsyr2k" : "dsyrk") \(uplo)\(trans) \(alpha) \(beta) \(n), \(k)"
    let a = trans == "N" ? Matrix(n, k, &numbers) : Matrix(k, n, &numbers)
    let b = trans == "N" ? Matrix(n, k, &numbers) : Matrix(k, n, &numbers)
    var c = Matrix(n, n, &numbers)
    c.hide(except: uplo)
    if beta == 0 { c.entries = c.entries.map { _ in .nan } }
    let actual = result(c.entries, label) {
      if isDouble {
        dsyr2k_(
          option(uplo), option(trans), [Int32(n)], [Int32(k)], [alpha], a.entries, [Int32(a.stride)],
          b.entries,
          [Int32(b.stride)], [beta], &$0, [Int32(c.stride)], 1, 1)
      } else {
        dsyrk_(
          option(uplo), option(trans), [Int32(n)], [Int32(k)], [alpha], a.entries, [Int32(a.stride)], [beta],
          &$0, [Int32(c.stride)], 1, 1)
      }
    }
    let belongs = { (row: Int, column: Int) in row == column || (row > column) == (uplo == "L") }
    check(actual, c, 2 * k, label, where: belongs) { row, column in
      let sum = sum(isDouble ? 2 * k : k) { index in
        let (left, right) = isDouble ? (index < k ? (a, b) : (b, a)) : (a, a)
        return entry(left, trans, row, index % max(k, 1)) * entry(right, trans, column, index % max(k, 1))
      }
      return combined(alpha, sum, beta, c[row, column])
    }
  }

  func testTriangles() {
    for side in "LR" {
      for uplo in "UL" {
        for trans in "NTC" {
          for diag in "NU" {
            for alpha in factors {
              for size in [71, 71, 71, 12, 150] {
                triangle(side, uplo, trans, diag, alpha, numbers.below(size), numbers.below(size))
              }
            }
          }
        }
      }
    }
  }

  /// A product with a triangle; then the solution of what it gave, which must give it again.
  private func triangle(
    _ side: Character, _ uplo: Character, _ trans: Character, _ diag: Character, _ alpha: Double, _ m: Int,
    _ n: Int
  ) {
    let label = "\(side)\(uplo)\(trans)\(diag) \(alpha) \(m)×\(n)"
    let order = side == "L" ? m : n
    var a = Matrix(order, order, &numbers)
    for column in 0..<order {
      for row in 0..<order { a[row, column] = row == column ? 1.5 + a[row, column] : a[row, column] / 8 }
    }
    a.hide(except: uplo, unitDiagonal: diag == "U")
    var b = Matrix(m, n, &numbers)
    if alpha == 0 { b.entries = b.entries.map { _ in .nan } }
    let options = (option(side), option(uplo), option(trans), option(diag))
    let sizes = ([Int32(m)], [Int32(n)], [Int32(a.stride)], [Int32(b.stride)])
    let isLower = (uplo == "L") == (trans == "N")
    /// Entry of op(A).
    func entryOfTriangle(_ row: Int, _ column: Int) -> Double {
      if row == column { return diag == "U" ? 1 : a[row, row] }
      return (row > column) == isLower ? entry(a, trans, row, column) : 0
    }
    func times(_ x: Matrix, _ row: Int, _ column: Int) -> (Double, Double) {
      sum(order) {
        side == "L"
          ? entryOfTriangle(row, $0) * x[$0, column] : x[row, $0] * entryOfTriangle($0, column)
      }
    }
    let product = result(b.entries, "dtrmm \(label)") {
      dtrmm_(
        options.0, options.1, options.2, options.3, sizes.0, sizes.1, [alpha], a.entries, sizes.2, &$0,
        sizes.3,
        1, 1, 1, 1)
    }
    check(product, b, order, "dtrmm \(label)") { row, column in
      alpha == 0 ? (0, 0) : combined(alpha, times(b, row, column), 0, 0)
    }
    let solution = result(b.entries, "dtrsm \(label)") {
      dtrsm_(
        options.0, options.1, options.2, options.3, sizes.0, sizes.1, [alpha], a.entries, sizes.2, &$0,
        sizes.3,
        1, 1, 1, 1)
    }
    if alpha == 0 { return check(solution, b, 0, "dtrsm \(label)") { _, _ in (0, 0) } }
    var x = b
    x.entries = solution
    for column in 0..<n {
      for row in 0..<m {
        let (value, magnitude) = times(x, row, column)
        let bound = 2 * Double(order + 3) * Double.ulpOfOne * magnitude
        if !((value - alpha * b[row, column]).magnitude <= bound) {
          return XCTFail("dtrsm \(label): row \(row), column \(column)")
        }
      }
    }
  }

  /// Elements with a step between them, from the end where it is negative.
  private func vector(_ count: Int, _ step: Int) -> [Double] {
    var entries = [Double](repeating: .nan, count: max(1, count * abs(step)))
    for index in 0..<count { entries[place(index, count, step)] = numbers.next() }
    return entries
  }

  private func place(_ index: Int, _ count: Int, _ step: Int) -> Int {
    step > 0 ? index * step : (count - 1 - index) * -step
  }

  func testVectors() {
    let steps = [(1, 1), (2, 1), (1, 3), (-1, 1), (1, -2), (-3, -1)]
    for alpha in factors {
      for beta in factors {
        for (stepX, stepY) in steps {
          for size in [71, 10, 1100] {
            let (m, n) = (numbers.below(size), numbers.below(min(size, 90)))
            for trans in "NTC" { matrixVector(trans, alpha, beta, m, n, stepX, stepY) }
            for uplo in "UL" {
              symmetricVector(uplo, alpha, beta, numbers.below(min(size, 600)), stepX, stepY)
            }
            if beta == 1 { outer(alpha, m, n, stepX, stepY) }
          }
        }
      }
    }
  }

  private func check(
    _ actual: [Double], _ before: [Double], _ count: Int, _ step: Int, _ terms: Int, _ label: String,
    expected: (Int) -> (Double, Double)
  ) {
    var untouched = actual
    for index in 0..<count {
      let place = place(index, count, step)
      let (value, magnitude) = expected(index)
      if !((actual[place] - value).magnitude <= 2 * Double(terms + 3) * Double.ulpOfOne * magnitude) {
        return XCTFail("\(label): element \(index) is \(actual[place]), not \(value)")
      }
      untouched[place] = before[place]
    }
    XCTAssertTrue(bits(untouched) == bits(before), "\(label): wrote elsewhere")
  }

  private func matrixVector(
    _ trans: Character, _ alpha: Double, _ beta: Double, _ m: Int, _ n: Int, _ stepX: Int, _ stepY: Int
  ) {
    let label = "dgemv \(trans) \(alpha) \(beta) \(m)×\(n), steps \(stepX) \(stepY)"
    let a = Matrix(m, n, &numbers)
    let (lengthX, lengthY) = trans == "N" ? (n, m) : (m, n)
    let x = vector(lengthX, stepX)
    var y = vector(lengthY, stepY)
    if beta == 0 { y = y.map { _ in .nan } }
    let actual = result(y, label) {
      dgemv_(
        option(trans), [Int32(m)], [Int32(n)], [alpha], a.entries, [Int32(a.stride)], x, [Int32(stepX)],
        [beta],
        &$0, [Int32(stepY)], 1)
    }
    // Nothing is done where there is no matrix.
    if m == 0 || n == 0 { return XCTAssertTrue(bits(actual) == bits(y), label) }
    check(actual, y, lengthY, stepY, lengthX, label) { row in
      let sum = sum(lengthX) { entry(a, trans, row, $0) * x[place($0, lengthX, stepX)] }
      return combined(alpha, sum, beta, y[place(row, lengthY, stepY)])
    }
  }

  private func symmetricVector(
    _ uplo: Character, _ alpha: Double, _ beta: Double, _ n: Int, _ stepX: Int, _ stepY: Int
  ) {
    let label = "dsymv \(uplo) \(alpha) \(beta) \(n), steps \(stepX) \(stepY)"
    var a = Matrix(n, n, &numbers)
    a.hide(except: uplo)
    let x = vector(n, stepX)
    var y = vector(n, stepY)
    if beta == 0 { y = y.map { _ in .nan } }
    let actual = result(y, label) {
      dsymv_(
        option(uplo), [Int32(n)], [alpha], a.entries, [Int32(a.stride)], x, [Int32(stepX)], [beta], &$0,
        [Int32(stepY)], 1)
    }
    check(actual, y, n, stepY, n, label) { row in
      let sum = sum(n) {
        let isStored = (row >= $0) == (uplo == "L") || row == $0
        return (isStored ? a[row, $0] : a[$0, row]) * x[place($0, n, stepX)]
      }
      return combined(alpha, sum, beta, y[place(row, n, stepY)])
    }
  }

  private func outer(_ alpha: Double, _ m: Int, _ n: Int, _ stepX: Int, _ stepY: Int) {
    let label = "dger \(alpha) \(m)×\(n), steps \(stepX) \(stepY)"
    let a = Matrix(m, n, &numbers)
    let (x, y) = (vector(m, stepX), vector(n, stepY))
    let actual = result(a.entries, label) {
      dger_(
        [Int32(m)], [Int32(n)], [alpha], x, [Int32(stepX)], y, [Int32(stepY)], &$0, [Int32(a.stride)])
    }
    check(actual, a, 1, label) { row, column in
      let product = x[place(row, m, stepX)] * y[place(column, n, stepY)]
      return combined(alpha, (product, product.magnitude), 1, a[row, column])
    }
  }

  /// The reference would end the process.
  func testWrongArgumentsAreAStatus() {
    var status: Int32 = 0
    var a = [1.0]
    var pivots: [Int32] = [0]
    dgetrf_([-1], [1], &a, [1], &pivots, &status)
    XCTAssertEqual(status, -1)
    dpotrf_(option("X"), [1], &a, [1], &status, 1)
    XCTAssertEqual(status, -1)
    var (values, work, whole) = ([0.0], [0.0], [Int32(0)])
    dsyevd_(option("V"), option("L"), [1], &a, [0], &values, &work, [1], &whole, [1], &status, 1, 1)
    XCTAssertEqual(status, -5)
  }
}

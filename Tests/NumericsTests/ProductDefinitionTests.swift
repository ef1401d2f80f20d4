import CVector
import XCTest

@testable import Numerics

/// A product is defined entry by entry: stretches of 256 along the summed axis, each a chain of fused multiply-adds
/// from 0 in order, added in order. Whatever computes one obeys that to the bit.
final class ProductDefinitionTests: XCTestCase {
  override func tearDown() {
    Tape.closeAll()
    Workers.areUsed = Workers.count > 1
    vector_choose_path(vector_path_count() - 1)
  }

  private var generator = Generator()

  /// Numbers of many sizes, so that every rounding shows.
  private struct Generator {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }

    mutating func whole(_ range: ClosedRange<Int>) -> Int {
      range.lowerBound + Int(next() >> 33) % range.count
    }

    mutating func number<T: BinaryFloatingPoint>(_: T.Type) -> T {
      let significand = Double(Int64(bitPattern: next())) * 0x1p-63
      return T(significand) * T(sign: .plus, exponent: T.Exponent(whole(-6...6)), significand: 1)
    }

    mutating func numbers<T: BinaryFloatingPoint>(_ count: Int, _: T.Type) -> [T] {
      (0..<count).map { _ in number(T.self) }
    }
  }

  /// The sum of a(l) b(l) as it is defined, beginning with `before` where the first chain continues it.
  private func sum<T: BinaryFloatingPoint>(
    _ count: Int, before: T = 0, _ a: (Int) -> T, _ b: (Int) -> T
  ) -> T {
    var total = before
    for start in stride(from: 0, to: count, by: 256) {
      var chain: T = start == 0 ? before : 0
      for l in start..<min(start + 256, count) { chain = chain.addingProduct(a(l), b(l)) }
      total = start == 0 ? chain : total + chain
    }
    return total
  }

  private func bits<T: BinaryFloatingPoint>(_ x: [T]) -> [UInt64] { x.map { Double($0).bitPattern } }

  private func onEveryPath(_ body: (String) throws -> Void) rethrows {
    for path in 0..<vector_path_count() {
      vector_choose_path(path)
      try body(String(cString: vector_path_name(path)))
    }
  }

  // MARK: - the tiles

  /// Every arrangement and mode, sizes from nothing to several tiles and blocks.
  private func checkArrangements<T: LoopElement>(_: T.Type, _ trials: Int) {
    for trial in 0..<trials {
      let limit = trial % 8 == 0 ? 600 : 40
      let (m, n) = (generator.whole(0...min(limit, 150)), generator.whole(0...limit))
      let k = generator.whole(0...limit)
      let pads = (0..<3).map { _ in generator.whole(0...1) * generator.whole(0...5) }
      let flips = (0..<3).map { _ in generator.whole(0...1) == 1 }
      func strides(_ rows: Int, _ columns: Int, _ place: Int) -> (row: Int, column: Int) {
        flips[place] ? (1, rows + pads[place]) : (columns + pads[place], 1)
      }
      let (sa, sb, sc) = (strides(m, k, 0), strides(k, n, 1), strides(m, n, 2))
      let a = generator.numbers((m + 5) * (k + 5), T.self)
      let b = generator.numbers((k + 5) * (n + 5), T.self)
      let before = generator.numbers((m + 5) * (n + 5), T.self)
      for mode in [VECTOR_SET, VECTOR_ADD, VECTOR_SUBTRACT, VECTOR_CONTINUE] {
        var expected = before
        for i in 0..<m {
          for j in 0..<n {
            let place = i * sc.row + j * sc.column
            let left = { (l: Int) in a[i * sa.row + l * sa.column] }
            let right = { (l: Int) in b[l * sb.row + j * sb.column] }
            switch mode {
            case VECTOR_SET: expected[place] = sum(k, left, right)
            case VECTOR_CONTINUE: expected[place] = sum(k, before: before[place], left, right)
            default:
              for start in stride(from: 0, to: k, by: 256) {
                let part = sum(min(256, k - start), { left(start + $0) }, { right(start + $0) })
                expected[place] += mode == VECTOR_ADD ? part : -part
              }
            }
          }
        }
        onEveryPath { path in
          var c = before
          T.loops.product(
            m, n, k, a, sa.row, sa.column, b, sb.row, sb.column, &c, sc.row, sc.column, Int32(mode))
          XCTAssertEqual(
            bits(c), bits(expected), "\(T.self) \(m)×\(k) * \(k)×\(n), turned \(flips), mode \(mode), \(path)"
          )
        }
      }
    }
  }

  func testEveryArrangementObeysTheDefinition() {
    checkArrangements(Double.self, 120)
    checkArrangements(Float.self, 120)
  }

  /// One product continued is one fused multiply-add: also where the processor has none, and at the ends of the type.
  private func checkFusion<T: LoopElement>(_: T.Type, _ random: (UInt64) -> T) {
    let ends: [T] = [
      0, -0.0, 1, -1, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude,
      .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .infinity, -.infinity, .nan, T.ulpOfOne,
      1 + T.ulpOfOne, 1 - T.ulpOfOne / 2, T.greatestFiniteMagnitude.squareRoot(),
      T.leastNormalMagnitude.squareRoot(), T.leastNonzeroMagnitude.squareRoot(),
    ]
    var triples: [(T, T, T)] = []
    for a in ends { for b in ends { for c in ends { triples.append((a, b, c)) } } }
    for _ in 0..<20_000 {
      let (a, b) = (random(generator.next()), random(generator.next()))
      let product = a * b
      triples.append((a, b, random(generator.next())))
      // Almost everything cancels.
      triples.append((a, b, -product))
      triples.append((a, b, generator.next() % 2 == 0 ? -product.nextUp : -product.nextDown))
      // The product decides a tie, or a last place far below.
      triples.append(
        (a, b, product * T(sign: .plus, exponent: T.Exponent(generator.whole(20...60)), significand: 1)))
    }
    onEveryPath { path in
      for (a, b, c) in triples {
        var x = c
        T.loops.product(1, 1, 1, [a], 1, 1, [b], 1, 1, &x, 1, 1, Int32(VECTOR_CONTINUE))
        let expected = c.addingProduct(a, b)
        if x.isNaN && expected.isNaN { continue }
        if bits([x]) != bits([expected]) {
          XCTFail("\(a) * \(b) + \(c) is \(expected), not \(x), on \(path)")
        }
      }
    }
  }

  func testFusedMultiplyAddsAreExact() {
    checkFusion(Double.self) { Double(bitPattern: $0) }
    checkFusion(Float.self) { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
  }

  func testPiecesOfAnAxisAreWhole() {
    for _ in 0..<200 {
      let end = generator.whole(1...2000)
      var place = 0
      var stretches: [Int] = []
      var open = 0
      while place < end {
        let count = min(generator.whole(1...700), end - place)
        var next = 0
        Stretches.forEachPiece(place, count: count, of: end) { piece in
          XCTAssertEqual(piece.start, next)
          XCTAssertEqual(piece.begins, open == 0)
          XCTAssertEqual(piece.isFirst, stretches.isEmpty)
          next += piece.count
          open += piece.count
          if piece.ends {
            while open > 256 {
              stretches.append(256)
              open -= 256
            }
            stretches.append(open)
            open = 0
          }
        }
        XCTAssertEqual(next, count)
        place += count
      }
      XCTAssertEqual(stretches.reduce(0, +), end)
      XCTAssertTrue(stretches.dropLast().allSatisfy { $0 == 256 })
    }
  }

  // MARK: - what is made of products

  private func tensor(_ shape: Shape, _ type: ElementType) throws -> Tensor {
    try Elementwise.converted(
      Tensor(generator.numbers(shape.elementCount, Double.self), shape: shape), type)
  }

  /// An entry in the type's own arithmetic: f16 by f32, rounded once.
  private func entry(_ type: ElementType, _ count: Int, _ a: (Int) -> Double, _ b: (Int) -> Double) -> Double
  {
    type == .f64 ? sum(count, a, b) : type.rounded(Double(sum(count, { Float(a($0)) }, { Float(b($0)) })))
  }

  func testProductsOfTheLanguage() throws {
    for type in [ElementType.f64, .f32, .f16, .bool] {
      for (m, k, n) in [
        (0, 3, 2), (2, 0, 3), (1, 1, 1), (3, 700, 5), (70, 300, 1), (1, 513, 90), (150, 260, 130),
      ] {
        let (a, b) = try (tensor([m, k], type), tensor([k, n], type))
        let (x, y) = (a.doubles, b.doubles)
        let computed = type == .bool ? ElementType.f64 : type
        var expected: [Double] = []
        for i in 0..<m {
          for j in 0..<n { expected.append(entry(computed, k, { x[i * k + $0] }, { y[$0 * n + j] })) }
        }
        for isShared in [true, false] {
          Workers.areUsed = isShared && Workers.count > 1
          for (flipA, flipB) in [(false, false), (true, false), (false, true), (true, true)] {
            let left = flipA ? try Operations.transpose(a) : a
            let right = flipB ? try Operations.transpose(b) : b
            let c = try Operations.matrixProduct(left, right, transposedA: flipA, transposedB: flipB)
            XCTAssertEqual(c.type, computed)
            XCTAssertEqual(bits(c.doubles), bits(expected), "\(type) \(m)×\(k) * \(k)×\(n)")
          }
          if n == 1 {
            let c = try Operations.product(a, Operations.reshape(b, Shape(k)))
            XCTAssertEqual(bits(c.doubles), bits(expected), "\(type) matrix times vector")
          }
          if m == 1 {
            let c = try Operations.product(Operations.reshape(a, Shape(k)), b)
            XCTAssertEqual(bits(c.doubles), bits(expected), "\(type) vector times matrix")
          }
        }
      }
    }
  }

  func testABatchIsItsProducts() throws {
    for type in [ElementType.f64, .f32] {
      for (count, m, k, n) in [(64, 16, 16, 16), (3, 200, 300, 190), (900, 2, 3, 2)] {
        let (a, b) = try (tensor([count, m, k], type), tensor([k, n], type))
        let stack = try tensor([count, k, n], type)
        let (shared, own) = try (Operations.product(a, b), Operations.product(a, stack))
        for index in [0, 1, count - 1] {
          XCTAssertEqual(
            try bits(shared.row(index).doubles), try bits(Operations.product(a.row(index), b).doubles))
          XCTAssertEqual(
            try bits(own.row(index).doubles),
            try bits(Operations.product(a.row(index), stack.row(index)).doubles))
        }
      }
    }
  }

  /// Correlations and both of their transposes, on few large images, whose places are cut into blocks, and many small.
  func testCorrelationsAreProducts() throws {
    for type in [ElementType.f64, .f32, .f16] {
      for images in [[1, 2, 60, 70], [7, 3, 9, 8], [5, 1, 4, 4]] {
        let (batch, channels, height, width) = (images[0], images[1], images[2], images[3])
        let (kernels, rowsK, columnsK, step, pad) = (4, 3, 2, 2, 1)
        let x = try tensor(Shape(images), type)
        let weights = try tensor([kernels, channels, rowsK, columnsK], type)
        let attributes = Attributes(integers: [height, width, rowsK, columnsK, step, 1, pad, pad])
        let rows = (height + 2 * pad - rowsK) / step + 1
        let columns = width + 2 * pad - columnsK + 1
        let u = try tensor([batch, kernels, rows, columns], type)
        let (xs, ws, us) = (x.doubles, weights.doubles, u.doubles)
        let depth = channels * rowsK * columnsK
        func pixel(_ image: Int, _ line: Int, _ row: Int, _ column: Int) -> Double {
          let (channel, i, j) = (line / (rowsK * columnsK), line / columnsK % rowsK, line % columnsK)
          let (y, z) = (row * step + i - pad, column + j - pad)
          guard y >= 0, z >= 0, y < height, z < width else { return 0 }
          return xs[((image * channels + channel) * height + y) * width + z]
        }
        var values: [Double] = []
        for image in 0..<batch {
          for kernel in 0..<kernels {
            for row in 0..<rows {
              for column in 0..<columns {
                values.append(
                  entry(type, depth, { ws[kernel * depth + $0] }, { pixel(image, $0, row, column) }))
              }
            }
          }
        }
        let places = rows * columns
        var slopes: [Double] = []
        for kernel in 0..<kernels {
          for line in 0..<depth {
            slopes.append(
              entry(
                type, batch * places, { us[($0 / places * kernels + kernel) * places + $0 % places] },
                { pixel($0 / places, line, $0 % places / columns, $0 % columns) }))
          }
        }
        for isShared in [true, false] {
          Workers.areUsed = isShared && Workers.count > 1
          let y = try table.convolutions.correlation.apply(x, weights, attributes)
          XCTAssertEqual(bits(y.doubles), bits(values), "\(type) \(images)")
          let dw = try table.convolutions.weights.apply(x, u, attributes)
          XCTAssertEqual(bits(dw.doubles), bits(slopes), "\(type) \(images), weights")
        }
      }
    }
  }

  func testMemoryIsItsFormulaToTheBit() throws {
    for type in [ElementType.f64, .f32] {
      let n = 300
      let inputs = try [
        tensor([5, 4, 3], type), tensor([5, n], type), tensor([5, n], type), tensor([3, 4 * n], type),
        Operations.multiply(tensor([n, 4 * n], type), Tensor(0.02)), tensor([4 * n], type),
      ]
      let run = try table.recurrent.lstm.call(positional: inputs)
      let formula = try LongShortTermMemory.formula(inputs)
      XCTAssertEqual(run.type, type)
      XCTAssertEqual(bits(run.doubles), bits(formula.doubles), "\(type)")
    }
  }

  /// Interruption is heard inside a product, and leaves nothing behind.
  func testLargeProductsAreInterrupted() throws {
    let a = try tensor([600, 600], .f32)
    NumericsInterruption.raise()
    XCTAssertThrowsError(try Operations.product(a, a)) { XCTAssertTrue($0 is NumericsInterrupted) }
    NumericsInterruption.clear()
    XCTAssertNoThrow(try Operations.product(a, a))
  }

  // MARK: - the identity

  /// A factor that is the identity, or nearly, with entries of either sign of 0 and none that is finite among those of the
  /// other.
  private func checkIdentity<T: LoopElement>(_: T.Type) throws {
    for trial in 0..<60 {
      let (m, n) = (64 + generator.whole(0...20), 30 + generator.whole(0...40))
      var identity = [T](repeating: 0, count: m * m)
      for i in 0..<m { identity[i * m + i] = 1 }
      if trial % 3 == 1 { identity[generator.whole(0...(m * m - 1))] = T(-0.0) }
      if trial % 6 == 5 { identity[m * m - 2] = T(0.5) }
      var other = generator.numbers(m * n, T.self)
      other[generator.whole(0...(m * n - 1))] = T(-0.0)
      if trial % 4 == 3 { other[generator.whole(0...(m * n - 1))] = T(Double.infinity) }
      for isLeft in [true, false] {
        for isTransposed in [false, true] {
          let (rows, columns) = isLeft ? (m, n) : (n, m)
          var found = [T](repeating: 0, count: m * n)
          try run(identity, m, other, rows, columns, isLeft, isTransposed, &found)
          func entry(_ i: Int, _ j: Int) -> T { isTransposed ? other[j * rows + i] : other[i * columns + j] }
          for i in 0..<rows {
            for j in 0..<columns {
              let wanted = sum(
                m, { isLeft ? identity[i * m + $0] : entry(i, $0) },
                { isLeft ? entry($0, j) : identity[$0 * m + j] })
              let value = found[i * columns + j]
              XCTAssert(
                Double(value).bitPattern == Double(wanted).bitPattern || value.isNaN && wanted.isNaN,
                "\(trial): \(value) for \(wanted)")
            }
          }
        }
      }
    }
  }

  private func run<T: LoopElement>(
    _ identity: [T], _ m: Int, _ other: [T], _ rows: Int, _ columns: Int, _ isLeft: Bool,
    _ isTransposed: Bool, _ result: inout [T]
  ) throws {
    var (identity, other) = (identity, other)
    try identity.withUnsafeMutableBufferPointer { identity in
      try other.withUnsafeMutableBufferPointer { other in
        try result.withUnsafeMutableBufferPointer { result in
          let square = MatrixProduct.Operand(
            ElementView(try XCTUnwrap(identity.baseAddress), count: identity.count), stride: m)
          let factor = MatrixProduct.Operand(
            ElementView(try XCTUnwrap(other.baseAddress), count: other.count),
            stride: isTransposed ? rows : columns, isTransposed: isTransposed)
          try MatrixProduct.run(
            isLeft ? square : factor, isLeft ? factor : square,
            ElementView(try XCTUnwrap(result.baseAddress), count: result.count), rows, columns, m)
        }
      }
    }
  }

  func testTheIdentity() throws {
    try checkIdentity(Double.self)
    try checkIdentity(Float.self)
  }
}

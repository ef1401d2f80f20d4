import XCTest

@testable import Numerics

/// The kernels of products, convolutions and recurrent layers: against their definitions, and the same to the last
/// bit however many threads take part.
final class LayerKernelTests: XCTestCase {
  override func tearDown() {
    Tape.closeAll()
    Workers.areUsed = Workers.count > 1
  }

  private func numbers(_ shape: Shape, _ type: ElementType = .f64, seed: Int = 0) throws -> Tensor {
    let values = (0..<shape.elementCount).map { Double(($0 * 7919 + seed * 104_729) % 2003) / 1001 - 1 }
    return try Elementwise.converted(Tensor(values, shape: shape), type)
  }

  private func assertClose(_ a: Tensor, _ b: Tensor, _ tolerance: Double, _ label: String) {
    XCTAssertEqual(a.shape, b.shape, label)
    for (x, y) in zip(a.doubles, b.doubles) {
      XCTAssertEqual(x, y, accuracy: tolerance * max(1, abs(y)), label)
    }
  }

  // MARK: - against the definition

  func testBatchesBroadcast() throws {
    for type in [ElementType.f64, .f32] {
      let a = try numbers([5, 1, 40, 30], type)
      let b = try numbers([8, 30, 60], type, seed: 2)
      let product = try Operations.product(a, b)
      XCTAssertEqual(product.shape, [5, 8, 40, 60])
      for (i, j) in [(0, 0), (3, 5), (4, 7)] {
        let one = try Operations.product(a.row(i).row(0), b.row(j))
        assertClose(try product.row(i).row(j), one, 1e-6, "\(i), \(j)")
      }
    }
  }

  /// The correlation by its definition.
  private func correlation(_ x: Tensor, _ k: Tensor, _ stride: (Int, Int), _ pad: (Int, Int)) -> [Double] {
    let (xs, ks) = (Array(x.shape), Array(k.shape))
    let rows = (xs[2] + 2 * pad.0 - ks[2]) / stride.0 + 1
    let columns = (xs[3] + 2 * pad.1 - ks[3]) / stride.1 + 1
    var result: [Double] = []
    for b in 0..<xs[0] {
      for o in 0..<ks[0] {
        for r in 0..<rows {
          for q in 0..<columns {
            var sum = 0.0
            for c in 0..<xs[1] {
              for i in 0..<ks[2] {
                for j in 0..<ks[3] {
                  let (y, z) = (r * stride.0 + i - pad.0, q * stride.1 + j - pad.1)
                  guard y >= 0, z >= 0, y < xs[2], z < xs[3] else { continue }
                  sum +=
                    x.element(((b * xs[1] + c) * xs[2] + y) * xs[3] + z)
                    * k.element(((o * ks[1] + c) * ks[2] + i) * ks[3] + j)
                }
              }
            }
            result.append(sum)
          }
        }
      }
    }
    return result
  }

  func testCorrelations() throws {
    for (type, tolerance) in [(ElementType.f64, 1e-12), (.f32, 1e-6)] {
      for (stride, pad) in [((1, 1), (0, 0)), ((2, 1), (1, 2)), ((3, 2), (0, 1))] {
        let x = try numbers([3, 2, 9, 8], type)
        let k = try numbers([4, 2, 3, 2], type, seed: 3)
        func pair(_ p: (Int, Int)) -> Tensor { Tensor([Double(p.0), Double(p.1)]) }
        let y = try table.convolutions.conv2d.call(
          positional: [x, k], named: ["stride": pair(stride), "pad": pair(pad)])
        let expected = Tensor(correlation(x, k, stride, pad), shape: y.shape)
        assertClose(y, expected, tolerance, "\(type) \(stride) \(pad)")
      }
    }
  }

  /// ⟨u, K ⋆ x⟩ is the same sum, whichever of the three rows computes it; on images large enough for several blocks.
  func testTransposesOfCorrelations() throws {
    for images in [[1, 3, 90, 70], [9, 3, 12, 11]] {
      let x = try numbers(Shape(images))
      let k = try numbers([5, 3, 4, 3], seed: 4)
      let attributes = Attributes(integers: [images[2], images[3], 4, 3, 2, 1, 1, 2])
      let rows = table.convolutions
      let y = try rows.correlation.apply(x, k, attributes)
      let u = try numbers(y.shape, seed: 5)
      let value = try Operations.inner(u, y).scalar
      let byImages = try Operations.inner(rows.transposed.apply(u, k, attributes), x).scalar
      let byKernels = try Operations.inner(rows.weights.apply(x, u, attributes), k).scalar
      XCTAssertEqual(byImages, value, accuracy: 1e-9 * abs(value))
      XCTAssertEqual(byKernels, value, accuracy: 1e-9 * abs(value))
    }
  }

  func testPoolingTakesTheFirstOfEqualWinnersAndNaN() throws {
    let x = Tensor([1, 1, 3, .nan, 1, 0, 5, 4, 2, 2, -1, -1, 2, 2, -2, -1], shape: [4, 4])
    let tape = try Tape.open(.reverse)
    let variable = tape.variable(x)
    let y = try table.convolutions.maxpool.call(positional: [variable, Tensor(2)])
    XCTAssertEqual(y.doubles[0], 1)
    XCTAssertTrue(y.doubles[1].isNaN)
    XCTAssertEqual(Array(y.doubles[2...]), [2, -1])
    let gradient = try tape.pullback(of: y, cotangent: Tensor([1, 2, 3, 4], shape: [2, 2]), to: variable)
    XCTAssertEqual(gradient.doubles, [1, 0, 0, 2, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0])
  }

  private func memory(_ type: ElementType, batch: Int = 9, steps: Int = 40, units: Int = 24) throws
    -> [Tensor]
  {
    let width = 4 * units
    return [
      try numbers([batch, steps, 6], type), try numbers([batch, units], type, seed: 6),
      try numbers([batch, units], type, seed: 7), try numbers([6, width], type, seed: 8),
      try Operations.multiply(numbers([units, width], type, seed: 9), Tensor(0.2)),
      try numbers([width], type, seed: 10),
    ]
  }

  func testMemoryAgreesWithItsFormula() throws {
    for (type, tolerance) in [(ElementType.f64, 1e-11), (.f32, 2e-4)] {
      let inputs = try memory(type)
      var results: [[Tensor]] = []
      for isCompound in [true, false] {
        let tape = try Tape.open(.reverse)
        let variables = inputs.map { tape.variable($0) }
        let y =
          isCompound
          ? try table.recurrent.lstm.call(positional: variables) : try LongShortTermMemory.formula(variables)
        if isCompound { XCTAssertLessThan(tape.count, 10) }
        let gradients = try tape.pullback(
          of: y, cotangent: numbers(y.shape, type, seed: 11), to: variables)
        results.append([y.primal] + gradients)
        tape.close()
      }
      for (index, (a, b)) in zip(results[0], results[1]).enumerated() {
        assertClose(a, b, tolerance, "\(type), result \(index)")
      }
    }
  }

  /// The gradient of slices adds up in their places, overlapping ones too.
  func testGradientsOfSlices() throws {
    let x = try numbers([3, 7, 4])
    let tape = try Tape.open(.reverse)
    let variable = tape.variable(x)
    var sum = Tensor(0)
    for t in 1...5 {
      let part = try Operations.index(variable, [.all, .range(start: t, step: 1, count: 3), .at(2)])
      sum = try Operations.add(sum, Operations.sum(Operations.multiply(part, part)))
    }
    let gradient = try tape.pullback(of: sum, cotangent: Tensor(1), to: variable)
    for (place, value) in gradient.doubles.enumerated() {
      let (t, j) = (place / 4 % 7, place % 4)
      let times = j == 1 ? min(t + 1, 7 - t, 3) : 0
      XCTAssertEqual(value, 2 * Double(times) * x.element(place), accuracy: 1e-12)
    }
  }

  /// What the tape knows by number stands where it says.
  func testCodes() {
    _ = Operations.all
    for (code, name) in [
      (Code.element, "element"), (Code.row, "row"),
      (Code.annihilate, "annihilate"), (Code.select, "select"), (Code.narrow, "narrow"),
    ] {
      XCTAssertEqual(Registry[code].name, name)
    }
  }

  // MARK: - threads

  private func bits(_ x: Tensor) -> [UInt64] { x.doubles.map(\.bitPattern) }

  private func assertSameOnOneThread(_ label: String, _ compute: () throws -> [Tensor]) throws {
    Workers.areUsed = Workers.count > 1
    let shared = try compute()
    Workers.areUsed = false
    let alone = try compute()
    for (a, b) in zip(shared, alone) { XCTAssertEqual(bits(a), bits(b), label) }
  }

  func testThreadsDoNotChangeResults() throws {
    for type in [ElementType.f64, .f32] {
      let a = try numbers([300, 700], type)
      let b = try numbers([700, 260], type, seed: 12)
      let heads = try numbers([24, 96, 32], type, seed: 13)
      try assertSameOnOneThread("product") { [try Operations.product(a, b)] }
      try assertSameOnOneThread("batched product") {
        [try Operations.matrixProduct(heads, heads, transposedB: true)]
      }
      let x = try numbers([12, 6, 30, 28], type, seed: 14)
      let k = try numbers([10, 6, 3, 3], type, seed: 15)
      try assertSameOnOneThread("convolution") {
        let tape = try Tape.open(.reverse)
        defer { tape.close() }
        let variables = [x, k].map { tape.variable($0) }
        let y = try table.convolutions.conv2d.call(positional: variables, named: ["pad": Tensor(1)])
        let pooled = try table.convolutions.maxpool.call(positional: [y, Tensor(2)])
        return [y.primal, pooled.primal]
          + (try tape.pullback(
            of: pooled, cotangent: numbers(pooled.shape, type, seed: 16), to: variables))
      }
      let inputs = try memory(type, batch: 17, steps: 30, units: 40)
      try assertSameOnOneThread("lstm") {
        let tape = try Tape.open(.reverse)
        defer { tape.close() }
        let variables = inputs.map { tape.variable($0) }
        let y = try table.recurrent.lstm.call(positional: variables)
        return [y.primal]
          + (try tape.pullback(of: y, cotangent: numbers(y.shape, type, seed: 17), to: variables))
      }
    }
  }
}

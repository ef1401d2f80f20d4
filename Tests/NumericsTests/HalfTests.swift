import XCTest

@testable import Numerics

/// Halves against the definition of IEEE 754 binary16, over all of the 65,536 there are.
final class HalfTests: XCTestCase {
  /// The value that the bits stand for, by the definition.
  private func defined(_ bits: UInt16) -> Double {
    let exponent = Int(bits >> 10 & 31)
    let fraction = Double(bits & 0x3FF)
    let size =
      exponent == 31
      ? (fraction == 0 ? Double.infinity : .nan)
      : exponent == 0 ? fraction * 0x1p-24 : (1024 + fraction) * pow(2, Double(exponent - 25))
    return bits >> 15 == 0 ? size : -size
  }

  func testEveryHalfWidensToItsValueAndBack() {
    for bits in UInt16.min...UInt16.max {
      let value = defined(bits)
      let half = Half(bits: bits)
      if value.isNaN {
        XCTAssertTrue(half.value.isNaN)
        XCTAssertTrue(Half(half.value).value.isNaN)
        continue
      }
      XCTAssertEqual(half.value, value, "\(bits)")
      XCTAssertEqual(half.value.sign, value.sign, "\(bits)")
      XCTAssertEqual(Half(value).bits, bits)
      XCTAssertEqual(Double(half.shortestText).map { Half($0).bits }, bits, half.shortestText)
    }
  }

  /// Between every two neighbours: up to the middle the lower, beyond it the upper, in the middle the even.
  func testTiesAndTheirNeighbours() {
    for bits in UInt16(0)..<0x7C00 {
      let lower = defined(bits)
      let upper = bits == 0x7BFF ? 65536 : defined(bits + 1)
      let middle = (lower + upper) / 2
      let even = bits & 1 == 0 ? bits : bits + 1
      for (number, expected) in [
        (middle, even), (middle.nextDown, bits), (middle.nextUp, bits + 1), (lower.nextUp, bits),
        (upper.nextDown, bits + 1),
      ] {
        XCTAssertEqual(Half(number).bits, expected, "\(number)")
        XCTAssertEqual(Half(-number).bits, expected | 0x8000, "\(-number)")
      }
    }
  }

  func testTheEndsOfTheScale() {
    for (number, expected) in [
      (65504, 65504), (65519.999, 65504), (65520, .infinity), (70000, .infinity), (1e300, .infinity),
      (.infinity, .infinity), (1e-8, 0), (0x1p-24, 0x1p-24), (0x1p-25, 0), (0x1.8p-24, 0x1p-23),
      (Double.leastNonzeroMagnitude, 0), (0x1.ff8p-15, 0x1.ff8p-15), (0x1.ffbp-15, 0x1.ff8p-15),
      (0x1.ffcp-15, 0x1p-14),
    ] as [(Double, Double)] {
      XCTAssertEqual(Half(number).value, expected, "\(number)")
      XCTAssertEqual(Half(-number).value, -expected, "\(number)")
    }
    XCTAssertTrue(Half(.nan).value.isNaN)
    XCTAssertTrue(Half(-.nan).value.isNaN)
  }

  /// A number so near to a tie that its f32 would be the tie.
  func testRoundsOnce() {
    let number = 1 + 0x1p-11 + 0x1p-40
    XCTAssertEqual(Half(number).value, 1 + 0x1p-10)
    XCTAssertEqual(Half(Double(Float(number))).value, 1)
    XCTAssertEqual(try Operations.convert(Tensor([number]), to: .f16).doubles, [1 + 0x1p-10])
    XCTAssertEqual(try Operations.convert(Tensor(number), to: .f16).scalar, 1 + 0x1p-10)
  }

  /// Each operation on tensors of halves is the exact result rounded once. The reference is integers: halves are
  /// multiples of 2^-24, so that sums are exact in 64 bits and products in 128.
  func testArithmeticIsThatOfIEEE754() throws {
    var state: UInt64 = 7
    func next() -> UInt16 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt16(truncatingIfNeeded: state >> 40)
    }
    var a: [Double] = []
    var b: [Double] = []
    while a.count < 100_000 {
      let (p, q) = (next(), next())
      guard p & 0x7C00 != 0x7C00, q & 0x7C00 != 0x7C00 else { continue }
      a.append(defined(p))
      b.append(defined(q))
    }
    let x = Tensor(a, type: .f16)
    let y = Tensor(b, type: .f16)
    let sums = try Operations.add(x, y).doubles
    let differences = try Operations.subtract(x, y).doubles
    let products = try Operations.multiply(x, y).doubles
    for i in a.indices {
      let (p, q) = (Int64(a[i] * 0x1p24), Int64(b[i] * 0x1p24))
      XCTAssertEqual(sums[i], Self.rounded(Int128(p + q), places: 24), "\(a[i]) + \(b[i])")
      XCTAssertEqual(differences[i], Self.rounded(Int128(p - q), places: 24), "\(a[i]) - \(b[i])")
      XCTAssertEqual(products[i], Self.rounded(Int128(p) * Int128(q), places: 48), "\(a[i]) * \(b[i])")
    }
    let quotients = try Operations.divide(x, y).doubles
    for i in a.indices where b[i] != 0 && quotients[i].isFinite {
      // A quotient is right if no neighbour is nearer: |a - q b| exact in integers.
      let q = Half(quotients[i])
      let (p, d) = (Int64(a[i] * 0x1p24), Int64(b[i] * 0x1p24))
      func miss(_ candidate: Double) -> Int128 {
        let difference = Int128(p) << 24 - Int128(Int64(candidate * 0x1p24)) * Int128(d)
        return Int128(difference.magnitude)
      }
      for bits in [q.bits &+ 1, q.bits &- 1] where bits & 0x7C00 != 0x7C00 && bits & 0x7FFF != 0x7FFF {
        let neighbour = miss(Half(bits: bits).value)
        XCTAssertTrue(
          miss(q.value) < neighbour || miss(q.value) == neighbour && q.bits & 1 == 0, "\(a[i]) / \(b[i])")
      }
    }
  }

  /// √ of every half: no neighbour's square encloses it more nearly.
  func testEveryRoot() throws {
    let halves = (UInt16(0)..<0x7C00).map { Half(bits: $0).value }
    let roots = try Operations.sqrt(Tensor(halves, type: .f16)).doubles
    for (x, root) in zip(halves, roots) where x > 0 {
      let above = (root + Half(bits: Half(root).bits + 1).value) / 2
      let below = (root + Half(bits: Half(root).bits - 1).value) / 2
      // 12 bits squared: exact.
      XCTAssertTrue(below * below < x && x < above * above, "√\(x)")
    }
  }

  /// `number / 2^places` as the nearest half, from the definition of rounding to nearest even.
  private static func rounded(_ number: Int128, places: Int) -> Double {
    let magnitude = number.magnitude
    let length = 128 - magnitude.leadingZeroBitCount
    // 11 digits, or as many as there are down to 2^-24.
    let dropped = max(length - 11, places - 24)
    var kept = magnitude >> dropped
    let rest = magnitude - kept << dropped
    let half: UInt128 = dropped > 0 ? 1 << (dropped - 1) : 0
    if dropped > 0, rest > half || rest == half && kept & 1 == 1 { kept += 1 }
    let size = Double(kept) * pow(2, Double(dropped - places))
    let limited = size >= 65536 ? .infinity : size
    return number < 0 ? -limited : limited
  }
}

import XCTest

@testable import Numerics

final class RandomTests: XCTestCase {
  /// The published known answers for Philox 4×32 with 10 rounds.
  func testPhiloxKnownAnswers() {
    let ones = UInt32.max
    let table:
      [(
        (UInt32, UInt32, UInt32, UInt32), (UInt32, UInt32), (UInt32, UInt32, UInt32, UInt32)
      )] = [
        ((0, 0, 0, 0), (0, 0), (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
        ((ones, ones, ones, ones), (ones, ones), (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)),
        (
          (0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), (0xa409_3822, 0x299f_31d0),
          (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
        ),
      ]
    for (counter, key, expected) in table {
      let block = Philox.block(counter, key)
      XCTAssertEqual([block.0, block.1, block.2, block.3], [expected.0, expected.1, expected.2, expected.3])
    }
  }

  func testSeedAndStateReplay() throws {
    Random.seed(7)
    let first = try Random.uniform([5])
    let state = Random.state
    let second = try Random.normal([5])
    Random.state = state
    XCTAssertEqual(try Random.normal([5]).doubles, second.doubles)
    Random.seed(7.0)
    XCTAssertEqual(try Random.uniform([5]).doubles, first.doubles)
    Random.seed(8)
    XCTAssertNotEqual(try Random.uniform([5]).doubles, first.doubles)
  }

  func testLaws() throws {
    Random.seed(1)
    let uniform = try Random.uniform([100_000]).doubles
    XCTAssertTrue(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
    XCTAssertEqual(uniform.reduce(0, +) / 1e5, 0.5, accuracy: 0.005)
    let normal = try Random.normal([100_000]).doubles
    XCTAssertEqual(normal.reduce(0, +) / 1e5, 0, accuracy: 0.015)
    XCTAssertEqual(normal.reduce(0) { $0 + $1 * $1 } / 1e5, 1, accuracy: 0.02)
    XCTAssertEqual(Double(normal.filter { $0 < 1 }.count) / 1e5, 0.841345, accuracy: 0.005)
    let dice = try Random.integers(6, [60_000]).doubles
    for face in 1...6 {
      XCTAssertEqual(Double(dice.filter { $0 == Double(face) }.count), 10_000, accuracy: 400)
    }
    XCTAssertEqual(try Random.permutation(100).doubles.sorted(), (1...100).map(Double.init))
  }

  func testNormalQuantiles() {
    // Φ⁻¹ at both ends, in the middle and where the formulas change.
    let table: [(Double, Double)] = [
      (0.5, 0), (0.975, 1.959963984540054), (0.8413447460685429, 1), (0.075, -1.439531470938456),
      (1e-10, -6.361340902404056), (1e-15, -7.941345326170998), (1e-300, -37.0471),
    ]
    for (p, z) in table { XCTAssertEqual(NormalLaw.quantile(p), z, accuracy: 1e-5 + 1e-14 * abs(z)) }
    for p in stride(from: 0.001, to: 1, by: 0.001) {
      XCTAssertEqual(0.5 * erfc(-NormalLaw.quantile(p) / 2.0.squareRoot()), p, accuracy: 1e-15)
    }
    for x in [1e-300, 0.1, 0.5, 0.7, 1, 1.5, 3, 1e10] {
      XCTAssertEqual(NormalLaw.logarithm(x), log(x), accuracy: 4e-16 * max(1, abs(log(x))))
    }
  }
}

import CVector
import XCTest

@testable import Numerics

/// The loops over elements: right to the last places everywhere, and the same bits on every path.
final class VectorTests: XCTestCase {
  private typealias Scalar = (Double) -> Double
  private typealias ShortScalar = (Float) -> Float

  /// Each function with its number and what it does to one number.
  private let functions: [(name: String, code: Int, scalar: Scalar, short: ShortScalar)] = [
    ("exp", VECTOR_exp, vector_exp_f64, vector_exp_f32),
    ("expm1", VECTOR_expm1, vector_expm1_f64, vector_expm1_f32),
    ("log", VECTOR_log, vector_log_f64, vector_log_f32),
    ("log1p", VECTOR_log1p, vector_log1p_f64, vector_log1p_f32),
    ("tanh", VECTOR_tanh, vector_tanh_f64, vector_tanh_f32),
    ("sigmoid", VECTOR_sigmoid, vector_sigmoid_f64, vector_sigmoid_f32),
    ("softplus", VECTOR_softplus, vector_softplus_f64, vector_softplus_f32),
    ("sin", VECTOR_sin, vector_sin_f64, vector_sin_f32),
    ("cos", VECTOR_cos, vector_cos_f64, vector_cos_f32),
    ("erf", VECTOR_erf, vector_erf_f64, vector_erf_f32),
    ("silu", VECTOR_silu, vector_silu_f64, vector_silu_f32),
    ("gelu", VECTOR_gelu, vector_gelu_f64, vector_gelu_f32),
    ("sqrt", VECTOR_sqrt, vector_sqrt_f64, vector_sqrt_f32),
    ("abs", VECTOR_abs, vector_abs_f64, vector_abs_f32),
    ("negate", VECTOR_negate, vector_negate_f64, vector_negate_f32),
    ("relu", VECTOR_relu, vector_relu_f64, vector_relu_f32),
    ("sign", VECTOR_sign, vector_sign_f64, vector_sign_f32),
    ("square", VECTOR_square, vector_square_f64, vector_square_f32),
    ("cube", VECTOR_cube, vector_cube_f64, vector_cube_f32),
    ("reciprocal", VECTOR_reciprocal, vector_reciprocal_f64, vector_reciprocal_f32),
    ("floor", VECTOR_floor, vector_floor_f64, vector_floor_f32),
    ("ceil", VECTOR_ceil, vector_ceil_f64, vector_ceil_f32),
    ("round", VECTOR_round, vector_round_f64, vector_round_f32),
  ]

  override func tearDown() { vector_choose_path(vector_path_count() - 1) }

  /// Numbers of every size, and those where something may go wrong.
  private let numbers: [Double] = {
    var numbers: [Double] = [
      0, -0.0, 1, -1, 0.5, 2, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
      0x1p-1022, 1e308, -1e308, 709.78,
      709.79, -708.5, -745.1, -745.2, 88.7, 88.8, -87.4, -104, 1e-40, -1e-45, 3.4e38, 12867, 12868, 1e22,
      0.625,
    ]
    var state: UInt64 = 88_172_645_463_325_252
    for i in 0..<2000 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      switch i % 4 {
      case 0: numbers.append(Double(bitPattern: state))
      case 1: numbers.append(Double(Int64(bitPattern: state)) * 0x1p-61)
      case 2: numbers.append(Double(Int64(bitPattern: state)) * 0x1p-53)
      default: numbers.append(Double(Float(bitPattern: UInt32(truncatingIfNeeded: state))))
      }
    }
    return numbers
  }()

  private func bits(_ x: [Double]) -> [UInt64] { x.map { $0.isNaN ? .max : $0.bitPattern } }
  private func bits(_ x: [Float]) -> [UInt32] { x.map { $0.isNaN ? .max : $0.bitPattern } }

  private func onEveryPath(_ body: () -> Void) {
    for path in 0..<vector_path_count() {
      vector_choose_path(path)
      body()
    }
  }

  func testFunctionsAreAccurate() {
    for (name, references) in VectorReferences.values {
      let function = functions.first { $0.name == name }!
      for (x, value, rest) in references {
        let unit = max(value, value.nextDown).ulp / 2
        let error = ((function.scalar(x) - value) - rest).magnitude / max(unit, .leastNonzeroMagnitude)
        XCTAssertLessThan(error, 4, "\(name)(\(x)) in half units of the last place")
      }
    }
    // In f32 the double of the same argument is as good as exact.
    for function in functions {
      for x in numbers.map({ Float($0) }) {
        let exact = function.scalar(Double(x))
        let value = Float(exact)
        guard value.isFinite else { continue }
        let unit = Double(max(value.magnitude.nextDown.ulp, .leastNonzeroMagnitude))
        let error = (Double(function.short(x)) - exact).magnitude / unit
        XCTAssertLessThan(error, 2, "\(function.name)(\(x)) in f32")
      }
    }
  }

  func testSpecialValues() {
    let infinity = Double.infinity
    let table: [(String, Double, Double)] = [
      ("exp", infinity, infinity), ("exp", -infinity, 0), ("exp", -0.0, 1), ("exp", 710, infinity),
      ("exp", -746, 0), ("expm1", -0.0, -0.0), ("expm1", -infinity, -1), ("expm1", infinity, infinity),
      ("log", 0, -infinity), ("log", -0.0, -infinity), ("log", -1, .nan), ("log", infinity, infinity),
      ("log", 1, 0), ("log1p", -1, -infinity), ("log1p", -1.5, .nan), ("log1p", -0.0, -0.0),
      ("log1p", infinity, infinity), ("tanh", -0.0, -0.0), ("tanh", infinity, 1), ("tanh", -infinity, -1),
      ("sigmoid", infinity, 1), ("sigmoid", -infinity, 0), ("softplus", infinity, infinity),
      ("softplus", -infinity, 0), ("sin", -0.0, -0.0), ("sin", infinity, .nan), ("cos", -infinity, .nan),
      ("cos", 0, 1), ("erf", -0.0, -0.0), ("erf", infinity, 1), ("erf", -infinity, -1), ("sqrt", -1, .nan),
    ]
    for (name, x, y) in table {
      let function = functions.first { $0.name == name }!
      XCTAssertEqual(bits([function.scalar(x)]), bits([y]), "\(name)(\(x))")
      XCTAssertEqual(bits([function.short(Float(x))]), bits([Float(y)]), "\(name)(\(x)) in f32")
    }
    for function in functions where function.name != "relu" {
      XCTAssertTrue(function.scalar(.nan).isNaN, function.name)
      XCTAssertTrue(function.short(.nan).isNaN, function.name)
    }
  }

  func testFunctionsAgreeOnEveryPathAndWithOneNumber() {
    let short = numbers.map { Float($0) }
    for function in functions {
      let expected = bits(numbers.map(function.scalar))
      let shortExpected = bits(short.map(function.short))
      onEveryPath {
        // Every length of a tail, in place and not.
        for count in [numbers.count, 1, 5, 16, 31] {
          var y = [Double](repeating: 0, count: count)
          vector_unary_f64(Int32(function.code), numbers, &y, count)
          XCTAssertEqual(bits(y), Array(expected[..<count]), function.name)
          var z = Array(short[..<count])
          z.withUnsafeMutableBufferPointer {
            vector_unary_f32(Int32(function.code), $0.baseAddress, $0.baseAddress, count)
          }
          XCTAssertEqual(bits(z), Array(shortExpected[..<count]), function.name)
        }
      }
    }
  }

  func testPairsAgreeOnEveryPath() {
    let a = numbers
    let b = Array(numbers.reversed())
    let (shortA, shortB) = (a.map { Float($0) }, b.map { Float($0) })
    for code in 0..<VECTOR_BINARY_COUNT {
      for (stepA, stepB) in [(1, 1), (1, 0), (0, 1)] {
        var seen: [[UInt64]] = []
        var shortSeen: [[UInt32]] = []
        onEveryPath {
          var y = a
          vector_binary_f64(Int32(code), a, stepA, b, stepB, &y, a.count)
          seen.append(bits(y))
          var z = shortA
          vector_binary_f32(Int32(code), shortA, stepA, shortB, stepB, &z, z.count)
          shortSeen.append(bits(z))
        }
        XCTAssertEqual(Set(seen).count, 1)
        XCTAssertEqual(Set(shortSeen).count, 1)
      }
    }
    for code in 0..<VECTOR_COMPARISON_COUNT {
      var seen: Set<[UInt8]> = []
      onEveryPath {
        var y = [UInt8](repeating: 0, count: a.count)
        vector_compare_f64(Int32(code), a, 1, b, 1, &y, a.count)
        seen.insert(y)
      }
      XCTAssertEqual(seen.count, 1)
    }
  }

  func testReductionsAgreeOnEveryPath() {
    let a = numbers.filter { $0.magnitude < 1e100 && $0.magnitude > 1e-100 }
    let short = a.map { Float($0 / 1e60) }
    for count in [0, 1, 7, 8, 15, 16, 17, 250, a.count] {
      var seen: Set<[UInt64]> = []
      onEveryPath {
        var rows = [Double](repeating: 1, count: 10)
        vector_accumulate_f64(a, count / 10, 10, &rows, 10)
        seen.insert(
          bits(
            [
              vector_sum_f64(a, count), vector_sum_f32(short, count), vector_dot_f64(a, a, count),
              vector_dot_f32(short, short, count),
              count > 0 ? vector_greatest_f64(a, count) : 0, count > 0 ? vector_least_f64(a, count) : 0,
              count > 0 ? Double(vector_greatest_f32(short, count)) : 0,
              count > 0 ? Double(vector_least_f32(short, count)) : 0,
            ] + rows))
      }
      XCTAssertEqual(seen.count, 1, "\(count)")
    }
    XCTAssertEqual(vector_sum_f64((1...100).map(Double.init), 100), 5050)
    XCTAssertTrue(vector_greatest_f64([1, .nan] + [Double](repeating: 2, count: 40), 42).isNaN)
    XCTAssertEqual(vector_greatest_f32((0..<99).map { Float(($0 * 37) % 99) }, 99), 98)
  }

  /// A number of rank 0 takes another way through the interpreter and the tape than the elements of a tensor.
  func testNumbersAndTensorsAgree() throws {
    let points = numbers.filter { abs($0) < 100 }.prefix(200)
    for type in [ElementType.f64, .f32] {
      for row in Operations.all where row.numbers.unary != nil && row.name != "rand" {
        let tensor = Tensor(Array(points), type: type)
        let together = try row.call(tensor)
        for (i, x) in points.enumerated() {
          let alone = try row.call(Tensor(x, type: type))
          XCTAssertEqual(bits([together.element(i)]), bits([alone.scalar]), "\(row.name)(\(x)) \(type)")
        }
        guard row.isDifferentiable else { continue }
        let tape = try Tape.open(.reverse)
        defer { tape.close() }
        let variable = tape.variable(tensor)
        let ones = try Tensor.filled(0.75, tensor.shape, type)
        let slopes = try tape.pullback(of: row.call(variable), cotangent: ones, to: variable)
        for (i, x) in points.enumerated() {
          let variable = tape.variable(Tensor(x, type: type))
          let slope = try tape.pullback(
            of: row.call(variable), cotangent: Tensor(0.75, type: type), to: variable)
          // A number's cotangent is added up from 0, which has no sign.
          let expected = bits([slope.scalar + 0])
          XCTAssertEqual(bits([slopes.element(i) + 0]), expected, "\(row.name)′(\(x)) \(type)")
        }
      }
    }
  }
}

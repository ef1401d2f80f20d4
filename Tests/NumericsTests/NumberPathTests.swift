import XCTest

@testable import Numerics

/// The quick way on numbers says what the rules say: for every row that has one, at its samples' numbers, at kinks and
/// at extremes, the same value and the same gradients as on vectors, on a tape above another, where numbers take the
/// general way, and from a replay.
final class NumberPathTests: XCTestCase {
  override func tearDown() { Tape.closeAll() }

  /// How the operands of a row are made of two numbers.
  private enum Operands: CaseIterable {
    case both, first, second, twice
  }

  private struct Outcome {
    var value: Double
    var gradients: [Double]
  }

  private static let extremes: [Double] = [
    0, -0.0, 1, -1, 0.5, -0.5, 2, -2, 3, 0.625, -22.5, 709.5, -745, 1e154, -1e300, 1e-160, .infinity,
    -.infinity,
    .nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude,
    -.greatestFiniteMagnitude,
  ]
  private static let pairs: [Double] = [
    0, -0.0, 1, -1, 2, 3, -1.5, 0.75, 1e200, -1e-200, .infinity, -.infinity, .nan, .leastNonzeroMagnitude,
    -.greatestFiniteMagnitude,
  ]
  private static let cotangents: [Double] = [1, -0.75, 0, 1e300, .leastNonzeroMagnitude, .infinity, .nan]

  private func rows(_ isChosen: (Numerics.Operation) -> Bool) -> [Numerics.Operation] {
    _ = Operations.all
    return (0..<Registry.count).map { Registry[$0] }.filter(isChosen)
  }

  /// The numbers in a row's samples.
  private func numbers(_ row: Numerics.Operation) -> [Double] {
    Array(Set(row.samples.flatMap { $0.positional.flatMap(\.doubles) })).sorted()
  }

  /// To the last bit, but that one NaN is like another.
  private func isSame(_ a: Double, _ b: Double) -> Bool { a.bitPattern == b.bitPattern || a.isNaN && b.isNaN }

  /// Cotangents are sums that begin with 0, so a zero has no sign of its own.
  private func areSame(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { isSame($0, $1) || $0 == 0 && $1 == 0 }
  }

  /// `row` of the numbers as `make` shapes them, and its gradients by those that are variables.
  private func outcome(
    _ row: Numerics.Operation, _ numbers: [Double], _ operands: Operands, _ cotangent: Double,
    isNested: Bool = false,
    make: (Double) -> Tensor = { Tensor($0) }
  ) throws -> Outcome {
    let outer = isNested ? try Tape.open(.reverse) : nil
    let tape = try Tape.open(.reverse)
    defer { (outer ?? tape).close() }
    func variable(_ number: Double) -> Tensor {
      let x = make(number)
      return tape.variable(outer.map { $0.variable(x) } ?? x)
    }
    var variables: [Tensor] = []
    let y: Tensor
    if row.numbers.binary == nil {
      variables = [variable(numbers[0])]
      y = try row.apply(variables[0])
    } else {
      switch operands {
      case .both:
        variables = numbers.map(variable)
        y = try row.apply(variables[0], variables[1])
      case .first:
        variables = [variable(numbers[0])]
        y = try row.apply(variables[0], make(numbers[1]))
      case .second:
        variables = [variable(numbers[1])]
        y = try row.apply(make(numbers[0]), variables[0])
      case .twice:
        variables = [variable(numbers[0])]
        y = try row.apply(variables[0], variables[0])
      }
    }
    if make(0).isScalar {
      let recording = Tape.recordings! + tape.level
      XCTAssertEqual(
        recording.pointee.nodes[tape.node(of: y)!].flags & TapeNode.plain != 0, !isNested,
        "\(row.name): the path")
    }
    let last = y.count - 1
    let gradients = try tape.pullback(of: y, cotangent: make(cotangent), to: variables)
    return Outcome(value: y.primal.element(last), gradients: gradients.map { $0.primal.element(last) })
  }

  /// What a recording made of other numbers gives of these.
  private func replayed(
    _ row: Numerics.Operation, recorded: [Double], _ numbers: [Double], _ operands: Operands
  ) throws -> Outcome {
    let tape = try Tape.open(.reverse)
    defer { tape.close() }
    let isBinary = row.numbers.binary != nil
    let isFirst = !isBinary || operands != .second
    // What is no variable keeps its number.
    let from = [
      isFirst ? recorded[0] : numbers[0],
      isBinary && operands == .first ? numbers[1] : recorded[recorded.count - 1],
    ]
    var variables = [tape.variable(Tensor(isFirst ? from[0] : from[1]))]
    if isBinary, operands == .both { variables.append(tape.variable(Tensor(from[1]))) }
    let y: Tensor
    switch (isBinary, operands) {
    case (false, _): y = try row.apply(variables[0])
    case (true, .both): y = try row.apply(variables[0], variables[1])
    case (true, .first): y = try row.apply(variables[0], Tensor(from[1]))
    case (true, .second): y = try row.apply(Tensor(from[0]), variables[0])
    case (true, .twice): y = try row.apply(variables[0], variables[0])
    }
    let plan = try XCTUnwrap(GradientPlan(tape, from: variables, to: y, decisions: []), row.name)
    XCTAssertTrue(plan.set(0, Tensor(isFirst ? numbers[0] : numbers[1])))
    if variables.count > 1 { XCTAssertTrue(plan.set(1, Tensor(numbers[1]))) }
    XCTAssertTrue(plan.run())
    return Outcome(
      value: plan.value, gradients: try variables.indices.map { try plan.gradient(of: $0).scalar })
  }

  /// The slopes by the same variables, each from a velocity of 1 of it alone.
  private func pushed(
    _ row: Numerics.Operation, _ numbers: [Double], _ operands: Operands
  ) throws -> Outcome {
    let isBinary = row.numbers.binary != nil
    let variables = !isBinary ? [0] : operands == .both ? [0, 1] : [operands == .first ? 0 : 1]
    var outcome = Outcome(value: 0, gradients: [])
    for variable in variables {
      let tape = try Tape.open(.forward)
      defer { tape.close() }
      let inputs = numbers.enumerated().map { $0 == variable ? tape.dual(Tensor($1), 1) : Tensor($1) }
      let y = isBinary ? try row.apply(inputs[0], inputs[1]) : try row.apply(inputs[0])
      outcome.value = tape.value(of: y).value()
      outcome.gradients.append(try tape.tangent(of: y).value())
    }
    return outcome
  }

  private func check(
    _ row: Numerics.Operation, _ numbers: [Double], _ operands: Operands, _ cotangents: [Double],
    recorded: [Double]
  ) throws {
    let label = "\(row.name) of \(numbers), \(operands)"
    func expect(_ other: Outcome, _ number: Outcome, _ way: String) {
      XCTAssertTrue(
        isSame(other.value, number.value), "\(label), \(way): \(other.value) is not \(number.value)")
      XCTAssertTrue(
        areSame(other.gradients, number.gradients),
        "\(label), \(way): \(other.gradients) is not \(number.gradients)")
    }
    for cotangent in cotangents {
      let number = try outcome(row, numbers, operands, cotangent)
      expect(
        try outcome(row, numbers, operands, cotangent, isNested: true), number,
        "nested, cotangent \(cotangent)")
      expect(
        try outcome(row, numbers, operands, cotangent) { Tensor([$0, $0, $0]) }, number,
        "vectors, cotangent \(cotangent)")
      if cotangent == 1 {
        expect(try replayed(row, recorded: recorded, numbers, operands), number, "replayed")
        if operands != .twice {
          expect(try pushed(row, numbers, operands), number, "forward")
        }
      }
    }
  }

  func testEveryFunctionOfOneNumber() throws {
    let rows = rows { $0.numbers.unary != nil && !$0.isConstant }
    XCTAssertGreaterThan(rows.count, 25)
    for row in rows {
      for number in numbers(row) + Self.extremes {
        try check(row, [number], .both, Self.cotangents, recorded: [0.75])
      }
    }
  }

  func testEveryFunctionOfTwoNumbers() throws {
    let rows = rows { $0.numbers.binary != nil && !$0.isConstant }
    XCTAssertGreaterThan(rows.count, 14)
    for row in rows {
      let samples = row.samples.filter { $0.positional.allSatisfy { $0.isScalar } }.map {
        $0.positional.map(\.scalar)
      }
      let pairs = samples + Self.pairs.flatMap { a in Self.pairs.map { [a, $0] } }
      for operands in Operands.allCases {
        for pair in pairs where operands != .twice || isSame(pair[0], pair[1]) {
          try check(row, pair, operands, [1, -0.75, .infinity], recorded: [0.75, 2.5])
        }
      }
    }
  }

  /// Rows without a derivative have only a value.
  func testEveryConstantFunction() throws {
    let rows = rows { ($0.numbers.unary != nil || $0.numbers.binary != nil) && $0.isConstant }
    XCTAssertGreaterThan(rows.count, 4)
    for row in rows {
      for a in Self.extremes {
        for b in row.numbers.binary == nil ? [0] : Self.extremes {
          func value(_ make: (Double) -> Tensor) throws -> Double {
            try (row.numbers.binary == nil ? row.apply(make(a)) : row.apply(make(a), make(b))).element(0)
          }
          let (number, vector) = (try value { Tensor($0) }, try value { Tensor([$0, $0, $0]) })
          XCTAssertTrue(isSame(number, vector), "\(row.name) of \(a), \(b): \(vector) is not \(number)")
        }
      }
    }
  }
}

import XCTest

@testable import Numerics

/// What must be true of every row of the table, so that no row can be without a derivative and say nothing.
final class TableTests: XCTestCase {
  override func tearDown() { Tape.closeAll() }

  private var rows: [Numerics.Operation] {
    _ = Operations.all
    return (0..<Registry.count).map { Registry[$0] }
  }

  private func hasKernel(_ row: Numerics.Operation) -> Bool {
    row.unary != nil || row.binary != nil || row.many != nil
  }

  /// A row either has a kernel and a rule, or is constant, or is written with other rows, or is recorded with a
  /// derivative of its own.
  func testEveryRowSaysHowItIsDifferentiated() {
    for row in rows {
      switch row.rule {
      case .constant:
        // The leaves of a tape are no operations.
        XCTAssertTrue(hasKernel(row) || row.isCallable || row.index <= Code.variable, row.name)
      case .composite:
        XCTAssertFalse(hasKernel(row), "\(row.name) can be recorded, but has no rule")
        XCTAssertTrue(row.isCallable, row.name)
      case .given:
        XCTAssertFalse(hasKernel(row), "\(row.name) can be recorded, but has no rule")
        XCTAssertTrue(row.isCallable || row === table.custom.custom, row.name)
      case .elementwise, .selection, .linear, .multilinear, .general:
        XCTAssertTrue(hasKernel(row), "\(row.name) has a rule that nothing reaches")
      }
    }
  }

  /// What a tape holds after a row was called has rules, or derivatives in the attributes; of a row that is written
  /// with others it holds nothing.
  func testWhatIsRecordedHasARule() throws {
    var recorded = Set<String>()
    for row in rows where row.isDifferentiable {
      for (number, sample) in row.samples.enumerated() {
        let tape = try Tape.open(.reverse)
        defer { tape.close() }
        let variables = sample.positional.enumerated().map { input, x in
          x.type == .f64 && row.isVariable(input) ? tape.variable(x) : x
        }
        let y = try row.call(positional: variables, named: sample.named)
        XCTAssertTrue(y.isFollowed, "\(row.name), sample \(number)")
        let recording = Tape.recordings! + tape.level
        for index in 0..<tape.count {
          guard let operation = tape.entry(index).operation else { continue }
          recorded.insert(operation.name)
          let given = recording.pointee.nodes[index].attributes?.pullback
          switch operation.rule {
          case .constant, .composite:
            XCTFail("\(operation.name) was recorded by \(row.name), sample \(number)")
          case .given: XCTAssertNotNil(given, operation.name)
          case .elementwise, .selection, .linear, .multilinear, .general: XCTAssertNil(given, operation.name)
          }
        }
      }
    }
    XCTAssertGreaterThan(recorded.count, 60)
  }

  /// The kinds say true things of what the samples record.
  func testKindsHold() throws {
    var seen: [String: Int] = [:]
    for row in rows where row.isDifferentiable {
      for sample in row.samples {
        let tape = try Tape.open(.reverse)
        defer { tape.close() }
        let variables = sample.positional.enumerated().map { input, x in
          x.type == .f64 && row.isVariable(input) ? tape.variable(x) : x
        }
        _ = try row.call(positional: variables, named: sample.named)
        for index in 0..<tape.count {
          let entry = tape.entry(index)
          guard let operation = entry.operation else { continue }
          let recording = Tape.recordings! + tape.level
          let attributes = recording.pointee.nodes[index].attributes
          let inputs = entry.inputs.map { tape.entry($0).value }
          let most = inputs.map(\.count).max() ?? 0
          switch operation.kind {
          case .elementwise:
            seen["elementwise", default: 0] += 1
            let shapes = inputs.map(\.shape)
            XCTAssertEqual(
              entry.value.shape,
              try shapes.dropFirst().reduce(shapes[0]) { try Broadcasting.shape($0, $1, "") },
              operation.name)
          case .movement:
            seen["movement", default: 0] += 1
            // What is put to one place twice is added there.
            if operation === table.structure.put { continue }
            let given = Set(inputs.flatMap(\.doubles) + [0])
            XCTAssertTrue(entry.value.doubles.allSatisfy(given.contains), operation.name)
          case .reduction:
            seen["reduction", default: 0] += 1
            XCTAssertLessThanOrEqual(entry.value.count, most, operation.name)
          case .product(let terms):
            seen["product", default: 0] += 1
            for input in inputs {
              XCTAssertTrue(input.shape.contains(terms(inputs, attributes)), operation.name)
            }
          case .other: continue
          }
        }
      }
    }
    for kind in ["elementwise", "movement", "reduction", "product"] {
      XCTAssertGreaterThan(seen[kind] ?? 0, 5, kind)
    }
  }

  func testSignaturesAreRead() {
    let signature = OperationSignature("map(f, θ, trees...; k = 1 , flag)")
    XCTAssertEqual(signature.name, "map")
    XCTAssertEqual(signature.positional, ["f", "θ"])
    XCTAssertEqual(signature.rest, "trees")
    XCTAssertEqual(signature.named, ["k", "flag"])
    XCTAssertEqual(signature.fallbacks, ["k": "1"])
    let constant = OperationSignature("pi")
    XCTAssertEqual(constant.name, "pi")
    XCTAssertEqual(constant.parameters, [])
    let plain = OperationSignature("sum(x; axis, keep = false)")
    XCTAssertEqual(plain.named, ["axis", "keep"])
    XCTAssertEqual(plain.fallbacks, ["keep": "false"])
    XCTAssertEqual(plain.rest, nil)
    XCTAssertEqual(OperationSignature("rand(dims...; dtype = f64)").positional, [])
    XCTAssertEqual(OperationSignature("now()").parameters, [])
  }
}

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
        let variables = sample.positional.map { $0.type == .f64 ? tape.variable($0) : $0 }
        let y = try row.call(positional: variables, named: sample.named)
        XCTAssertTrue(y.isFollowed, "\(row.name), sample \(number)")
        let recording = Tape.recordings! + tape.level
        for index in 0..<tape.count {
          guard let operation = tape.entry(index).operation else { continue }
          recorded.insert(operation.name)
          let given = recording.pointee.nodes[index].attributes?.pullback
          switch operation.rule {
          case .constant, .composite: XCTFail("\(operation.name) was recorded by \(row.name), sample \(number)")
          case .given: XCTAssertNotNil(given, operation.name)
          case .elementwise, .selection, .linear, .multilinear, .general: XCTAssertNil(given, operation.name)
          }
        }
      }
    }
    XCTAssertGreaterThan(recorded.count, 60)
  }
}

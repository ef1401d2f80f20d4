import XCTest

@testable import Kernel

/// What a kernel that begins anew is handed: the requests that came meanwhile, as they came.
final class RestartTests: XCTestCase {
  func testRequestsAreHandedOnAsTheyCame() {
    let messages: [[[UInt8]]] = [[], [[]], [[1, 2], [], [3]], [Array(repeating: 7, count: 100_000)]]
    for count in 0...messages.count {
      let some = Array(messages.prefix(count))
      XCTAssertEqual(Restart.messages(in: Restart.bytes(of: some)), some)
    }
  }

  /// Of what is torn the whole messages are kept; numbers may be any.
  func testWhatIsTorn() {
    let messages: [[[UInt8]]] = [[[1], [2, 3]], [[4]]]
    let bytes = Restart.bytes(of: messages)
    for length in bytes.indices {
      let found = Restart.messages(in: Array(bytes.prefix(length)))
      XCTAssertEqual(found, Array(messages.prefix(found.count)), "\(length)")
    }
    for place in bytes.indices {
      var damaged = bytes
      damaged[place] ^= 0xFF
      XCTAssertLessThanOrEqual(Restart.messages(in: damaged).count, bytes.count)
    }
  }
}

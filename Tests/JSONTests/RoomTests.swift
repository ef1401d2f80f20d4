import XCTest

@testable import JSON

final class JSONRoomTests: XCTestCase {
  func testRoomOpens() {}
}

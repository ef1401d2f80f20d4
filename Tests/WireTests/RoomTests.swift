import XCTest

@testable import Wire

final class WireRoomTests: XCTestCase {
  func testRoomOpens() {}
}

import XCTest

@testable import Numerics

final class NumericsRoomTests: XCTestCase {
  func testRoomOpens() {}
}

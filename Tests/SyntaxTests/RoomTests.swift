import XCTest

@testable import Syntax

final class SyntaxRoomTests: XCTestCase {
  func testRoomOpens() {}
}

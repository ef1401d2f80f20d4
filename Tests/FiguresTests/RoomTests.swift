import XCTest

@testable import Figures

final class FiguresRoomTests: XCTestCase {
  func testRoomOpens() {}
}

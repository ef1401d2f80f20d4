import XCTest

@testable import Notebook

final class NotebookRoomTests: XCTestCase {
  func testRoomOpens() {}
}

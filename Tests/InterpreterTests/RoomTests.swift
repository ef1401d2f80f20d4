import XCTest

@testable import Interpreter

final class InterpreterRoomTests: XCTestCase {
  func testRoomOpens() {}
}

import XCTest

@testable import Kernel

final class KernelRoomTests: XCTestCase {
  func testRoomOpens() {}
}

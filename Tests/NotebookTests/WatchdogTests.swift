import Foundation
import Synchronization
import XCTest

@testable import Notebook

final class WatchdogTests: XCTestCase {
  private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)

    func raise() { value.store(true, ordering: .releasing) }
    var isRaised: Bool { value.load(ordering: .acquiring) }
  }

  func testInterruptsWhatTakesTooLong() {
    let flag = Flag()
    let (value, timedOut) = Watchdog.guarding(seconds: 0.01, interrupt: flag.raise) {
      while !flag.isRaised { usleep(100) }
      return 7
    }
    XCTAssertEqual(value, 7)
    XCTAssertTrue(timedOut)
  }

  func testLeavesTheRestAlone() {
    for seconds in [nil, 3600, 1e300] as [Double?] {
      let flag = Flag()
      let (value, timedOut) = Watchdog.guarding(seconds: seconds, interrupt: flag.raise) { "done" }
      XCTAssertEqual(value, "done")
      XCTAssertFalse(timedOut)
      XCTAssertFalse(flag.isRaised)
    }
  }
}

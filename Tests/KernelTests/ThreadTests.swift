import Synchronization
import Wire
import XCTest

@testable import Kernel

final class ThreadTests: XCTestCase {
  private final class Switch: Sendable {
    let isOn = Atomic<Bool>(false)
  }

  private let flag = Switch()
  private lazy var inbox: Inbox = {
    let flag = flag
    return Inbox { flag.isOn.store($0, ordering: .relaxed) }
  }()

  private var isRaised: Bool { flag.isOn.load(ordering: .relaxed) }

  private func put(_ type: String) { inbox.put(Message(type: type, header: [], content: [:])) }

  func testRequestsComeInOrderAndNumbered() {
    for number in 1...3000 { put("\(number)") }
    XCTAssertEqual(inbox.arrivals, 3000)
    for number in 1...3000 {
      let request = inbox.take()
      XCTAssertEqual(request?.message.type, "\(number)")
      XCTAssertEqual(request?.arrival, number)
      XCTAssertEqual(inbox.isEmpty, number == 3000)
    }
  }

  func testAnIdleKernelIsNotInterrupted() {
    XCTAssertFalse(inbox.interrupt())
    XCTAssertFalse(isRaised)
    put("a")
    _ = inbox.take()
    inbox.finished()
    XCTAssertFalse(inbox.interrupt())
    XCTAssertFalse(isRaised)
  }

  func testARunningAndAWaitingRequestAre() {
    put("a")
    XCTAssertTrue(inbox.interrupt(), "it waits")
    XCTAssertTrue(isRaised)
    _ = inbox.take()
    XCTAssertTrue(isRaised, "and is interrupted when it begins")
    inbox.finished()
    XCTAssertFalse(isRaised)
  }

  func testAnInterruptIsKeptForTheQueueAndNoLonger() {
    put("a")
    put("b")
    _ = inbox.take()
    XCTAssertTrue(inbox.interrupt())
    inbox.finished()
    XCTAssertTrue(isRaised, "the first ended without noticing; the second was there, too")
    _ = inbox.take()
    inbox.finished()
    XCTAssertFalse(isRaised)
  }

  func testAnInterruptLeavesAloneWhatComesAfterIt() {
    put("a")
    _ = inbox.take()
    XCTAssertTrue(inbox.interrupt(), "it was answered, and is not yet done")
    put("b")
    inbox.finished()
    XCTAssertNotNil(inbox.take())
    XCTAssertFalse(isRaised, "it was not there when the interrupt came")
    XCTAssertTrue(inbox.interrupt())
    XCTAssertTrue(isRaised)
  }

  func testTheEndInterruptsWhatRunsAndDropsWhatWaits() {
    put("a")
    put("b")
    _ = inbox.take()
    inbox.close()
    XCTAssertTrue(isRaised)
    inbox.finished()
    XCTAssertTrue(isRaised)
    XCTAssertNil(inbox.take())
  }

  func testTheEndEndsAWait() {
    let ended = expectation(description: "the wait ends")
    let inbox = inbox
    Thread.detachNewThread {
      XCTAssertNil(inbox.take())
      ended.fulfill()
    }
    inbox.close()
    wait(for: [ended], timeout: 10)
  }

  func testAQuestionTakesOnlyAnswersThatCameAfterIt() {
    let question = Question()
    question.answer("stale")
    question.open()
    question.answer("fresh")
    question.answer("too late")
    XCTAssertEqual(question.wait(), "fresh")
  }

  func testAWithdrawnQuestion() {
    let question = Question()
    question.withdraw()
    question.open()
    question.answer("late")
    XCTAssertNil(question.wait())
  }

  func testTheParentWatch() {
    // Whom the environment names, the parent at first and later, and whether that means the end.
    let table: [(named: Int32?, first: Int32, later: Int32, ended: Bool)] = [
      (100, 100, 100, false), (100, 100, 1, true), (100, 100, 77, true),
      (nil, 100, 100, false), (nil, 100, 77, false), (nil, 100, 1, true),
      (nil, 1, 1, false), (1, 1, 1, false),
      (100, 50, 50, false), (100, 50, 77, false), (100, 50, 1, true), (100, 1, 1, false),
    ]
    final class Parent: Sendable {
      let pid = Atomic<Int32>(0)
    }
    for row in table {
      let parent = Parent()
      parent.pid.store(row.first, ordering: .relaxed)
      let watch = ParentWatch(named: row.named) { parent.pid.load(ordering: .relaxed) }
      XCTAssertFalse(watch.hasEnded, "\(row)")
      parent.pid.store(row.later, ordering: .relaxed)
      XCTAssertEqual(watch.hasEnded, row.ended, "\(row)")
    }
  }

  func testCharactersCutInTwo() {
    let table: [(String, cut: Int, rest: Int)] = [
      ("abc", 0, 0), ("é", 0, 0), ("é", 1, 1), ("∇", 1, 2), ("∇", 2, 1), ("😀", 1, 3), ("😀", 2, 2),
      ("😀", 3, 1),
      ("", 0, 0), ("a∇", 2, 1),
    ]
    for (text, cut, rest) in table {
      XCTAssertEqual(incompleteSuffix(Array(text.utf8.dropLast(cut))), rest, "\(text) without \(cut)")
    }
    XCTAssertEqual(incompleteSuffix([0x80, 0x80, 0x80, 0x80]), 0, "what is no UTF-8 is not held back")
  }
}

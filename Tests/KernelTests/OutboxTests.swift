import JSON
import Synchronization
import Wire
import XCTest

@testable import Kernel

final class OutboxTests: XCTestCase {
  /// A clock that a test sets, and what has been delivered.
  private final class World: Sendable {
    let milliseconds = Atomic<UInt64>(1000)
    let delivered = Mutex<[OutgoingMessage]>([])

    func wait(_ milliseconds: UInt64) { self.milliseconds.add(milliseconds, ordering: .relaxed) }

    /// What was delivered since the last call: texts of streams, and content of the others.
    func take() -> [String] {
      delivered.withLock { messages in
        defer { messages = [] }
        return messages.map { $0.content["text"]?.string ?? "\($0.type) \($0.content["n"]?.int ?? 0)" }
      }
    }
  }

  private let world = World()
  private lazy var outbox: Outbox = {
    let world = world
    return Outbox {
      world.milliseconds.load(ordering: .relaxed) * 1_000_000
    } deliver: { message in
      world.delivered.withLock { $0.append(message) }
    }
  }()

  private func message(_ type: String, _ number: Int64 = 0) -> OutgoingMessage {
    OutgoingMessage(type, on: .iopub, content: ["n": .integer(number)])
  }

  func testTextIsGatheredAndLeavesInTime() {
    outbox.write("a", to: .standardOutput)
    outbox.write("b", to: .standardOutput)
    XCTAssertNotNil(outbox.flushDue())
    XCTAssertEqual(world.take(), [])
    world.wait(50)
    XCTAssertNil(outbox.flushDue())
    XCTAssertEqual(world.take(), ["ab"])
  }

  func testALotOfTextLeavesAtOnce() {
    let lines = (1...100_000).map { "line \($0)\n" }
    for line in lines { outbox.write(line, to: .standardOutput) }
    outbox.send(message("reply"))
    let sent = world.take()
    XCTAssertEqual(sent.last, "reply 0")
    XCTAssertEqual(sent.dropLast().joined(), lines.joined())
    XCTAssertLessThan(sent.count, 200)
  }

  func testStreamsKeepTheirOrder() {
    outbox.write("out", to: .standardOutput)
    outbox.write("err", to: .standardError)
    outbox.write("out", to: .standardOutput)
    outbox.display(message("display"))
    outbox.write("end", to: .standardOutput)
    outbox.send(message("reply"))
    XCTAssertEqual(world.take(), ["out", "err", "out", "display 0", "end", "reply 0"])
  }

  func testOutputKeepsTheParentOfItsRequest() {
    outbox.beginRequest(parent: [1])
    outbox.write("a", to: .standardOutput)
    outbox.endRequest()
    outbox.write("b", to: .standardOutput)
    outbox.beginRequest(parent: [2])
    outbox.write("c", to: .standardOutput)
    outbox.flush()
    XCTAssertEqual(world.delivered.withLock { $0.map(\.parent) }, [[1], [2]])
    XCTAssertEqual(world.take(), ["ab", "c"])
  }

  func testMessagesAsideDoNotSplitText() {
    outbox.write("a", to: .standardOutput)
    outbox.sendAside(message("status"))
    outbox.write("b", to: .standardOutput)
    outbox.flush()
    XCTAssertEqual(world.take(), ["status 0", "ab"])
  }

  func testUpdatesAreThrottledAndTheLastOneArrives() {
    for number in 1...10_000 {
      outbox.update(message("update", Int64(number)), id: "a")
      if number % 100 == 0 {
        world.wait(1)
        _ = outbox.flushDue()
      }
    }
    outbox.send(message("reply"))
    let sent = world.take()
    XCTAssertEqual(sent.first, "update 1")
    XCTAssertEqual(Array(sent.suffix(2)), ["update 10000", "reply 0"])
    XCTAssertLessThanOrEqual(sent.count, 6, "20 a second, and 0.1 seconds went by")
  }

  func testUpdatesOfSeveralDisplays() {
    for round in 1...3 {
      for id in 1...3 { outbox.update(message("update", Int64(10 * round + id)), id: "\(id)") }
    }
    XCTAssertEqual(world.take(), ["update 11"])
    world.wait(50)
    _ = outbox.flushDue()
    XCTAssertEqual(world.take(), ["update 32", "update 33", "update 31"])
  }

  func testASlowUpdateLeavesAtOnce() {
    for number in 1...3 {
      outbox.update(message("update", Int64(number)), id: "a")
      XCTAssertEqual(world.take(), ["update \(number)"])
      world.wait(50)
    }
  }

  func testAnimationByClearing() {
    for number in 1...1000 {
      outbox.clear(message("clear", Int64(number)))
      outbox.display(message("display", Int64(number)))
      if number % 10 == 0 {
        world.wait(1)
        _ = outbox.flushDue()
      }
    }
    outbox.send(message("reply"))
    let sent = world.take()
    XCTAssertEqual(Array(sent.prefix(2)), ["clear 1", "display 1"])
    XCTAssertEqual(Array(sent.suffix(3)), ["clear 1000", "display 1000", "reply 0"])
    XCTAssertLessThan(sent.count, 12)
    for place in stride(from: 0, to: sent.count - 1, by: 2) {
      XCTAssertEqual(sent[place + 1], sent[place].replacing("clear", with: "display"), "frames stay whole")
    }
  }

  func testWhatStandsBeforeAClearIsNotLost() {
    outbox.clear(message("clear", 1))
    outbox.write("a", to: .standardOutput)
    outbox.clear(message("clear", 2))
    XCTAssertEqual(
      world.take(), ["clear 1", "a"], "the second clear waits, and clears only what comes before it")
    outbox.flush()
    XCTAssertEqual(world.take(), ["clear 2"])
  }

  func testTicksWhileACellRunsAndNotWhenIdle() {
    XCTAssertNil(outbox.flushDue())
    outbox.beginRequest(parent: [])
    XCTAssertNotNil(outbox.flushDue())
    outbox.endRequest()
    XCTAssertNil(outbox.flushDue())
  }
}

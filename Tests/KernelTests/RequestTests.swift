import JSON
import Wire
import XCTest

@testable import Kernel

final class RequestTests: XCTestCase {
  func testEveryTypeStandsOnceInTheTable() {
    let names = MessageType.table.map(\.name)
    XCTAssertEqual(names.count, Set(names).count)
    XCTAssertEqual(MessageType.named("kernel_info_request", on: .shell)?.replyName, "kernel_info_reply")
    XCTAssertNil(MessageType.named("execute_request", on: .control))
    XCTAssertNil(MessageType.named("interrupt_request", on: .shell))
    XCTAssertNotNil(MessageType.named("kernel_info_request", on: .control))
    XCTAssertNotNil(MessageType.named("shutdown_request", on: .shell))
  }

  func testKernelInfo() {
    let info = FakeKernel().ask("kernel_info_request").first("kernel_info_reply")
    XCTAssertEqual(info?["status"], "ok")
    XCTAssertEqual(info?["protocol_version"], "5.5")
    XCTAssertEqual(info?["implementation"], "nabla")
    XCTAssertEqual(info?["language_info"]?["name"], "nabla")
    XCTAssertEqual(info?["language_info"]?["mimetype"], "text/x-nabla")
    XCTAssertEqual(info?["language_info"]?["file_extension"], ".nabla")
    XCTAssertEqual(info?["language_info"]?["pygments_lexer"], "julia")
    XCTAssertEqual(info?["language_info"]?["codemirror_mode"], "julia")
    XCTAssertFalse(info?["banner"]?.string?.isEmpty ?? true)
    XCTAssertNotNil(info?["help_links"]?.array)
    XCTAssertEqual(info?["supported_features"], [])
  }

  func testUnknownTypesAreBusyAndIdle() {
    let fake = FakeKernel()
    for type in ["usage_request", "debug_request", "create_subshell_request", "connect_request", ""] {
      XCTAssertEqual(fake.ask(type).kinds, [], type)
    }
    XCTAssertEqual(fake.record.log.withLock { $0.count }, 5)
  }

  func testComms() {
    let fake = FakeKernel()
    let sent = fake.ask("comm_open", ["comm_id": "c1", "target_name": "jupyter.widget", "data": [:]])
    XCTAssertEqual(sent.kinds, ["comm_close"])
    XCTAssertEqual(sent[1].channel, .iopub)
    XCTAssertEqual(sent.first("comm_close"), ["comm_id": "c1", "data": [:]])
    XCTAssertEqual(fake.ask("comm_msg", ["comm_id": "c1", "data": [:]]).kinds, [])
    XCTAssertEqual(fake.ask("comm_close", ["comm_id": "c1", "data": [:]]).kinds, [])
    XCTAssertEqual(
      fake.ask("comm_info_request", ["target_name": "x"]).first("comm_info_reply"),
      ["status": "ok", "comms": [:]])
    XCTAssertEqual(fake.record.log.withLock { $0.count }, 0)
  }

  func testShutdown() {
    let fake = FakeKernel()
    for restart in [false, true] {
      XCTAssertEqual(
        fake.ask("shutdown_request", ["restart": .bool(restart)]).first("shutdown_reply"),
        ["status": "ok", "restart": .bool(restart)])
    }
    XCTAssertEqual(fake.record.stops.load(ordering: .relaxed), 2)
  }

  func testCompletion() {
    let fake = FakeKernel()
    XCTAssertEqual(
      fake.ask("complete_request", ["code": "su", "cursor_pos": 2]).first("complete_reply"),
      [
        "status": "ok", "matches": ["sum"], "cursor_start": 0, "cursor_end": 2,
        "metadata": [
          "_jupyter_types_experimental": [["text": "sum", "type": "function", "start": 0, "end": 2]]
        ],
      ])
  }

  func testCursorsCountScalarsAndStayInside() {
    let family = "👩‍👩‍👧"  // Five scalars, one character.
    let table: [(code: String, cursor: JSONValue?, expected: Int)] = [
      ("sum", 0, 0), ("sum", 2, 2), ("sum", 99, 3), ("sum", -1, 0), ("sum", nil, 3), ("sum", "x", 3),
      ("", 0, 0), ("", 5, 0), ("e\u{301}", 2, 2), ("损失", 1, 1), (family, 5, 5), (family, 6, 5), ("𝛁f", 1, 1),
      ("sum", 2.0, 2),
    ]
    let fake = FakeKernel()
    for (code, cursor, _) in table {
      var content: JSONValue = ["code": .string(code)]
      content["cursor_pos"] = cursor
      fake.ask("complete_request", content)
      fake.ask("inspect_request", content)
    }
    XCTAssertEqual(fake.evaluator.cursors, table.flatMap { [$0.expected, $0.expected] })
  }

  func testInspection() {
    let fake = FakeKernel()
    XCTAssertEqual(
      fake.ask("inspect_request", ["code": "sum", "cursor_pos": 1, "detail_level": 1]).first("inspect_reply"),
      ["status": "ok", "found": true, "data": ["text/plain": "sum 1"], "metadata": [:]])
    XCTAssertEqual(
      fake.ask("inspect_request", ["code": ""]).first("inspect_reply"),
      ["status": "ok", "found": false, "data": [:], "metadata": [:]])
  }

  func testCompleteness() {
    let fake = FakeKernel()
    let table: [(String, JSONValue)] = [
      ("1", ["status": "complete"]), ("open", ["status": "incomplete", "indent": "  "]),
      ("wrong", ["status": "invalid"]),
    ]
    for (code, expected) in table {
      XCTAssertEqual(
        fake.ask("is_complete_request", ["code": .string(code)]).first("is_complete_reply"), expected)
    }
  }
}

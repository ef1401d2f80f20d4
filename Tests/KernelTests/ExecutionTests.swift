import Interpreter
import JSON
import Wire
import XCTest

@testable import Kernel

final class ExecutionTests: XCTestCase {
  /// Each of the eight ways to run a cell: what is published, counted and remembered.
  func testSilentAndStoreHistory() throws {
    for silent in [false, true] {
      for storeHistory in [false, true] {
        for fails in [false, true] {
          let name = "silent \(silent), store_history \(storeHistory), fails \(fails)"
          let fake = FakeKernel()
          fake.execute("print before")
          let code = fails ? "fail because" : "value 7"
          let sent = fake.execute(code, ["silent": .bool(silent), "store_history": .bool(storeHistory)])
          let counts = storeHistory && !silent
          let count = JSONValue.integer(counts ? 2 : 1)

          let input = silent ? [] : ["execute_input"]
          let output = fails ? ["error"] : silent ? [] : ["execute_result"]
          XCTAssertEqual(sent.kinds, input + output + ["execute_reply"], name)
          XCTAssertEqual(sent.first("execute_reply")?["execution_count"], count, name)
          XCTAssertEqual(sent.first("execute_reply")?["status"]?.string, fails ? "error" : "ok", name)
          if !silent {
            XCTAssertEqual(
              sent.first("execute_input"), ["code": .string(code), "execution_count": count], name)
          }
          if !silent && !fails {
            XCTAssertEqual(sent.first("execute_result")?["execution_count"], count, name)
          }
          let history = fake.ask("history_request", ["hist_access_type": "tail", "n": 9])
          XCTAssertEqual(
            history.first("history_reply")?["history"]?.array?.count, counts ? 2 : 1, name)
          XCTAssertEqual(fake.evaluator.labels.last, "cell [\(counts ? 2 : 1)]", name)
        }
      }
    }
  }

  func testDefaultsOfMissingFields() {
    let fake = FakeKernel()
    let sent = fake.ask("execute_request")
    XCTAssertEqual(sent.first("execute_reply")?["execution_count"], 1)
    XCTAssertEqual(
      sent.first("execute_reply"),
      ["status": "ok", "execution_count": 1, "payload": [], "user_expressions": [:]])
    XCTAssertEqual(
      fake.execute("ask ?").first("error")?["ename"], "InputError", "input is off unless allowed")
  }

  func testEmptySilentCellReadsTheCounter() {
    let fake = FakeKernel()
    XCTAssertEqual(
      fake.execute("", ["silent": true]).first("execute_reply")?["execution_count"], 0)
    fake.execute("value 1")
    XCTAssertEqual(
      fake.execute("", ["silent": true]).first("execute_reply")?["execution_count"], 1)
  }

  func testResult() {
    let sent = FakeKernel().execute("value 42")
    XCTAssertEqual(
      sent.first("execute_result"),
      [
        "execution_count": 1, "metadata": [:],
        "data": ["text/plain": "42", "application/x+json": ["n": 1]],
      ], "JSON types are JSON, not text")
  }

  func testErrorIsTheSameInBothPlaces() {
    let sent = FakeKernel().execute("print a\nfail because")
    XCTAssertEqual(sent.kinds, ["execute_input", "stream", "error", "execute_reply"])
    let error: JSONValue = [
      "ename": "ValueError", "evalue": "because", "traceback": ["ValueError: because"],
    ]
    XCTAssertEqual(sent.first("error"), error)
    for key in ["ename", "evalue", "traceback"] {
      XCTAssertEqual(sent.first("execute_reply")?[key], error[key])
    }
  }

  func testOutputComesInOrderBeforeTheReply() {
    let fake = FakeKernel()
    fake.stray = "from a library\n"
    let sent = fake.execute("print a\nprint b\nwarn c\ndisplay d\nprint e\nvalue f")
    XCTAssertEqual(
      sent.kinds,
      [
        "execute_input", "stream", "stream", "display_data", "stream", "execute_result", "stream",
        "execute_reply",
      ])
    XCTAssertEqual(
      sent.filter { $0.type == "stream" }.map { $0.content["text"] },
      ["a\nb\n", "c\n", "e\n", "from a library\n"])
    XCTAssertEqual(sent.text("stderr"), "c\n")
  }

  func testDisplays() {
    let sent = FakeKernel().execute("display x\nupdate y\nclear")
    XCTAssertEqual(
      sent.kinds, ["execute_input", "display_data", "update_display_data", "clear_output", "execute_reply"])
    XCTAssertEqual(
      sent.first("display_data"),
      ["data": ["text/plain": "x"], "metadata": [:], "transient": ["display_id": "id"]])
    XCTAssertEqual(sent.first("clear_output"), ["wait": true])
  }

  func testUserExpressions() {
    let fake = FakeKernel()
    let sent = fake.execute(
      "value 1",
      ["user_expressions": ["good": "value 2", "bad": "fail there", "empty": "nothing"], "silent": true])
    XCTAssertEqual(
      sent.first("execute_reply")?["user_expressions"],
      [
        "good": [
          "status": "ok", "data": ["text/plain": "2", "application/x+json": ["n": 1]], "metadata": [:],
        ],
        "bad": [
          "status": "error", "ename": "ValueError", "evalue": "there", "traceback": ["ValueError: there"],
        ],
        "empty": ["status": "ok", "data": ["text/plain": ""], "metadata": [:]],
      ])
    XCTAssertEqual(sent.first("execute_reply")?["status"], "ok", "one that fails does not fail the cell")
  }

  // MARK: Abort

  func testCellsQueuedBehindAnErrorAreNotRun() {
    let fake = FakeKernel()
    fake.arrivals = 53
    fake.execute("fail now", arrival: 1)
    for arrival in 2...51 {
      let sent = fake.execute("value \(arrival)", arrival: arrival)
      XCTAssertEqual(sent.kinds, ["execute_reply"], "busy, reply, idle and nothing else")
      XCTAssertEqual(
        sent.first("execute_reply"),
        [
          "status": "error", "execution_count": 1, "ename": "ExecutionAborted",
          "evalue": "not run, because a cell before it failed", "traceback": [],
        ])
    }
    XCTAssertEqual(
      fake.ask("complete_request", ["code": "s"], arrival: 52).first("complete_reply")?["status"], "ok")
    XCTAssertEqual(
      fake.ask("is_complete_request", ["code": "s"], arrival: 53).first("is_complete_reply")?["status"],
      "complete")
    XCTAssertEqual(fake.execute("value 54", arrival: 54).first("execute_reply")?["execution_count"], 2)
    XCTAssertEqual(fake.evaluator.ran, ["fail now", "value 54"])
  }

  func testAbortHappensOnlyWhereItIsWanted() {
    for options: JSONValue in [["stop_on_error": false], ["silent": true]] {
      let fake = FakeKernel()
      fake.arrivals = 2
      fake.execute("fail now", options, arrival: 1)
      XCTAssertEqual(
        fake.execute("value 2", arrival: 2).first("execute_reply")?["status"], "ok", "\(options)")
    }
  }

  func testAnInterruptedCellAbortsTheQueueToo() {
    let fake = FakeKernel()
    fake.arrivals = 2
    Interruption.raise()
    XCTAssertEqual(fake.execute("interrupt", arrival: 1).first("error")?["ename"], "Interrupted")
    XCTAssertFalse(Interruption.isRaised, "the next cell starts afresh")
    XCTAssertEqual(fake.execute("value 2", arrival: 2).first("execute_reply")?["ename"], "ExecutionAborted")
    XCTAssertEqual(fake.execute("value 3", arrival: 3).first("execute_reply")?["status"], "ok")
  }

  /// An interrupt that comes while a cell still waits is not lost.
  func testACellInterruptedBeforeItBeginsDoesNotRun() {
    let fake = FakeKernel()
    Interruption.raise()
    let sent = fake.execute("value 1")
    XCTAssertEqual(sent.kinds, ["execute_input", "error", "execute_reply"])
    XCTAssertEqual(sent.first("execute_reply")?["ename"], "Interrupted")
    XCTAssertEqual(fake.evaluator.ran, [])
    XCTAssertEqual(fake.execute("value 2").first("execute_reply")?["status"], "ok")
  }

  // MARK: Input

  func testInput() {
    let fake = FakeKernel()
    fake.answers = ["Ada"]
    let sent = fake.execute("print before\nask name?", ["allow_stdin": true])
    XCTAssertEqual(sent.kinds, ["execute_input", "stream", "input_request", "stream", "execute_reply"])
    XCTAssertEqual(sent.first("input_request"), ["prompt": "name?", "password": false])
    XCTAssertEqual(sent.first { $0.type == "input_request" }?.channel, .stdin)
    XCTAssertEqual(sent.text("stdout"), "before\nAda")
  }

  func testInputThatNobodyGives() {
    let fake = FakeKernel()
    XCTAssertEqual(
      fake.execute("ask ?", ["allow_stdin": false]).kinds, ["execute_input", "error", "execute_reply"],
      "no question where none is allowed")
    fake.answers = ["\u{4}"]
    XCTAssertEqual(fake.execute("ask ?", ["allow_stdin": true]).first("error")?["ename"], "InputError")
    XCTAssertEqual(fake.execute("ask ?", ["allow_stdin": true]).first("error")?["ename"], "Interrupted")
  }
}

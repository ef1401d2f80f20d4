import Glibc
import JSON
import XCTest

@testable import Kernel

final class HistoryTests: XCTestCase {
  private var folder: URL!
  private var path: String { folder.appendingPathComponent("state/nabla/history.jsonl").path }

  override func setUpWithError() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  override func tearDownWithError() throws { try FileManager.default.removeItem(at: folder) }

  private func history(_ cells: String..., from first: Int = 1) -> History {
    let history = History(file: HistoryFile(path: path))
    for (number, cell) in cells.enumerated() {
      history.append(line: first + number, source: cell, output: nil)
    }
    return history
  }

  private func text(of file: String) throws -> String { try String(contentsOfFile: file, encoding: .utf8) }

  func testTail() {
    let history = history("a", "b", "c")
    XCTAssertEqual(history.tail(2).map(\.source), ["b", "c"])
    XCTAssertEqual(history.tail(9).map(\.source), ["a", "b", "c"])
    XCTAssertEqual(history.tail(0), [])
    XCTAssertEqual(history.tail(-1), [])
    XCTAssertEqual(history.tail(1).map(\.line), [3])
  }

  func testCellsOutliveTheirKernel() throws {
    _ = history("a", "b")
    let second = history("c")
    XCTAssertEqual(second.tail(9).map(\.source), ["a", "b", "c"])
    XCTAssertEqual(second.tail(9).map(\.session), [1, 1, 2])
    XCTAssertEqual(History(file: HistoryFile(path: path)).tail(1).map(\.source), ["c"])
  }

  func testRange() {
    _ = history("a", "b")
    let second = history("c", "d", "e")
    XCTAssertEqual(second.range(session: 0, start: 2, stop: nil).map(\.source), ["d", "e"])
    XCTAssertEqual(second.range(session: 2, start: 1, stop: 3).map(\.source), ["c", "d"])
    XCTAssertEqual(second.range(session: -1, start: 1, stop: 2).map(\.source), ["a"])
    XCTAssertEqual(second.range(session: 1, start: 0, stop: nil).map(\.source), ["a", "b"])
    XCTAssertEqual(second.range(session: 7, start: 0, stop: nil), [])
  }

  func testSearch() {
    let history = history("x = 1", "sum(x)", "x = 1", "y = 2")
    XCTAssertEqual(history.search("x*", count: nil, unique: false).map(\.line), [1, 3])
    XCTAssertEqual(history.search("x*", count: nil, unique: true).map(\.line), [3])
    XCTAssertEqual(history.search("*=*", count: 2, unique: false).map(\.line), [3, 4])
    XCTAssertEqual(history.search("sum", count: nil, unique: false), [])
  }

  func testPatterns() {
    let table: [(pattern: String, text: String, matches: Bool)] = [
      ("", "", true), ("", "a", false), ("*", "", true), ("*", "a\nb", true), ("a", "a", true),
      ("a", "ab", false),
      ("a*c", "abbc", true), ("a*c", "abbcd", false), ("*b*", "abc", true), ("a**b", "ab", true),
      ("?", "", false),
      ("?", "∇", true), ("??", "∇", false), ("[abc]x", "bx", true), ("[a-c]", "b", true),
      ("[!a-c]", "b", false),
      ("[!a-c]", "d", true), ("[]]", "]", true), ("[", "[", true), ("[a", "[a", true), ("[a-]", "-", true),
      ("x[[]1]", "x[1]", true), ("*a*a*a*b", String(repeating: "a", count: 200), false),
    ]
    for (pattern, text, matches) in table {
      XCTAssertEqual(Glob(pattern).matches(text), matches, "\(pattern) \(text)")
    }
  }

  func testOnlyTheUserMayReadIt() throws {
    _ = history("secret")
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    XCTAssertEqual((attributes[.posixPermissions] as? NSNumber)?.intValue, 0o600)
    XCTAssertEqual(try text(of: path), "{\"session\":1,\"line\":1,\"source\":\"secret\"}\n")
  }

  func testLinesThatCannotBeReadAreSkipped() throws {
    _ = history("a")
    let damage =
      Array("{\"session\":\n\nnull\n{\"session\":1,\"line\":\"x\",\"source\":3}\n".utf8) + [0xFF, 0x0A]
    let handle = try XCTUnwrap(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(damage))
    try handle.close()
    let second = history("b")
    XCTAssertEqual(second.tail(9).map(\.source), ["a", "b"])
    XCTAssertEqual(second.tail(1).map(\.session), [2])
  }

  /// A line that another kernel is still writing is read when it is whole.
  func testHalfALineWaits() throws {
    let reader = history("a")
    let handle = try XCTUnwrap(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"session\":5,\"line\":1,".utf8))
    XCTAssertEqual(reader.tail(9).map(\.source), ["a"])
    try handle.write(contentsOf: Data("\"source\":\"other\"}\n".utf8))
    XCTAssertEqual(reader.tail(9).map(\.source), ["other", "a"])
    try handle.close()
  }

  /// A kernel that was ended while it wrote costs its own cell and no other.
  func testATornLineCostsItselfAlone() throws {
    let whole = "{\"session\":5,\"line\":1,\"source\":\"torn\"}"
    for length in 1...whole.utf8.count {
      try? FileManager.default.removeItem(atPath: path)
      _ = history("before")
      let handle = try XCTUnwrap(FileHandle(forWritingAtPath: path))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data(whole.utf8.prefix(length)))
      try handle.close()
      _ = history("after", "later")
      let found = History(file: HistoryFile(path: path)).tail(9).map(\.source)
      XCTAssertEqual(
        found,
        length == whole.utf8.count ? ["before", "torn", "after", "later"] : ["before", "after", "later"])
    }
  }

  /// Whatever numbers stand in the file, kernels go on counting.
  func testNumbersThatNoKernelWrote() throws {
    for number in [
      "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e300", "-1", "0", "1.5",
      "1e400", "null",
      "\"1\"",
    ] {
      try? FileManager.default.removeItem(atPath: path)
      _ = history("first")
      let handle = try XCTUnwrap(FileHandle(forWritingAtPath: path))
      try handle.seekToEnd()
      for (session, line) in [(number, "1"), ("1", number)] {
        try handle.write(
          contentsOf: Data("{\"session\":\(session),\"line\":\(line),\"source\":\"x\"}\n".utf8))
      }
      try handle.close()
      let history = history("second")
      XCTAssertEqual(history.tail(9).map(\.source), ["first", "second"], number)
      XCTAssertEqual(history.tail(1).first?.session, 2, number)
      XCTAssertEqual(history.range(session: .min, start: .min, stop: .max), [], number)
      XCTAssertEqual(history.range(session: .max, start: .max, stop: .min), [], number)
    }
  }

  func testKernelsWriteAtTheSameTime() throws {
    let path = path
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      let history = History(file: HistoryFile(path: path))
      for line in 1...50 { history.append(line: line, source: "cell \(line)", output: nil) }
    }
    let lines = try text(of: path).split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    XCTAssertGreaterThanOrEqual(
      lines.count, 8 * 25, "a kernel that waits too long for the lock goes on without")
    XCTAssertLessThanOrEqual(lines.count, 8 * 50)
    for (_, own) in Dictionary(grouping: lines, by: { $0["session"]?.int }) {
      let numbers = own.compactMap { $0["line"]?.int }
      XCTAssertEqual(numbers, numbers.sorted())
      XCTAssertEqual(Set(numbers).count, numbers.count, "no two kernels share a number")
    }
  }

  func testAFileThatGrewTooLargeIsHalved() throws {
    let line = "{\"session\":9,\"line\":1,\"source\":\"\(String(repeating: "x", count: 1000))\"}\n"
    _ = history("a")
    let reader = History(file: HistoryFile(path: path))
    XCTAssertEqual(reader.tail(9).count, 1)
    let handle = try XCTUnwrap(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(String(repeating: line, count: HistoryFile.sizeLimit / 1000).utf8))
    try handle.close()
    let writer = history("new", "newer")
    let text = try text(of: path)
    XCTAssertLessThan(text.utf8.count, HistoryFile.sizeLimit / 2 + 10_000)
    XCTAssertGreaterThan(text.utf8.count, HistoryFile.sizeLimit / 2 - 10_000)
    XCTAssertTrue(text.hasSuffix("\"newer\"}\n"))
    XCTAssertEqual(writer.tail(1).map(\.session), [10])
    XCTAssertEqual(
      reader.tail(1).map(\.source), ["newer"], "a kernel that read the old file reads the new one")
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/state/nabla").count, 1)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    XCTAssertEqual((attributes[.posixPermissions] as? NSNumber)?.intValue, 0o600)
  }

  func testWhereItStands() {
    func path(_ environment: [String: String]) -> String? { HistoryFile.standardPath { environment[$0] } }
    XCTAssertEqual(path(["HOME": "/h"]), "/h/.local/state/nabla/history.jsonl")
    XCTAssertEqual(path(["HOME": "/h", "XDG_STATE_HOME": "/s"]), "/s/nabla/history.jsonl")
    XCTAssertEqual(path(["HOME": "/h", "XDG_STATE_HOME": ""]), "/h/.local/state/nabla/history.jsonl")
    XCTAssertNil(path(["HOME": "/h", "NABLA_HISTORY": "off"]))
    XCTAssertNil(path([:]))
  }

  func testWithoutAFileTheKernelRemembersItsOwn() {
    let history = History(file: nil)
    history.append(line: 1, source: "a", output: "1")
    history.append(line: 2, source: " \n", output: nil)
    XCTAssertEqual(history.tail(9), [History.Entry(session: 1, line: 1, source: "a", output: "1")])
    XCTAssertFalse(FileManager.default.fileExists(atPath: path))
  }

  func testWithoutAWritableFolderTheKernelGoesOn() {
    let history = History(file: HistoryFile(path: "/proc/nowhere/history.jsonl"))
    history.append(line: 1, source: "a", output: nil)
    XCTAssertEqual(history.tail(9).map(\.source), ["a"])
  }

  func testReplies() {
    let fake = FakeKernel()
    fake.execute("value 7")
    fake.execute("print x")
    func rows(_ content: JSONValue) -> JSONValue? {
      fake.ask("history_request", content).first("history_reply")?["history"]
    }
    XCTAssertEqual(
      rows(["hist_access_type": "tail", "n": 2, "output": false, "raw": true]),
      [[1, 1, "value 7"], [1, 2, "print x"]])
    XCTAssertEqual(
      rows(["hist_access_type": "tail", "n": 2, "output": true]),
      [[1, 1, ["value 7", "7"]], [1, 2, ["print x", nil]]])
    XCTAssertEqual(rows(["hist_access_type": "range", "session": 0, "start": 2]), [[1, 2, "print x"]])
    XCTAssertEqual(
      rows(["hist_access_type": "search", "pattern": "v*", "unique": true]), [[1, 1, "value 7"]])
  }
}

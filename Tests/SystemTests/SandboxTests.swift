import Foundation
import System
import XCTest

/// Ways out of the walls that the system keeps, tried in a process of its own: those of files, those of calls, both and
/// neither, so that every refusal is one of the wall it is said to be of.
final class SandboxTests: XCTestCase {
  private var root = URL(fileURLWithPath: "/")

  override func setUpWithError() throws {
    root = FileManager.default.temporaryDirectory.appendingPathComponent("sandbox-\(UUID().uuidString)")
      .resolvingSymlinksInPath()
    for folder in ["inside", "outside"] {
      try FileManager.default.createDirectory(
        at: root.appendingPathComponent(folder), withIntermediateDirectories: true)
    }
    try put("1\n", "inside/a.csv")
    try put("2\n", "outside/secret.csv")
    try FileManager.default.createSymbolicLink(
      atPath: path("inside/link.csv"), withDestinationPath: path("outside/secret.csv"))
  }

  override func tearDownWithError() throws { try FileManager.default.removeItem(at: root) }

  private func path(_ name: String) -> String { root.appendingPathComponent(name).path }

  private func put(_ text: String, _ name: String) throws {
    try text.write(toFile: path(name), atomically: false, encoding: .utf8)
  }

  private func results(_ walls: String) throws -> [String: String] {
    let process = Process()
    process.executableURL = Bundle.main.executableURL?.deletingLastPathComponent()
      .appendingPathComponent("SandboxTrial")
    process.arguments = [walls, path("inside"), path("outside")]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    XCTAssertEqual(process.terminationReason, .exit)
    XCTAssertEqual(process.terminationStatus, 0, walls)
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
    return Dictionary(
      lines.compactMap { line in
        let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        return parts.count == 2 ? (parts[0], parts[1]) : nil
      }, uniquingKeysWith: { first, _ in first })
  }

  /// What stays possible behind both walls: the work itself.
  private static let work = [
    "read inside", "write inside", "replace inside", "start a thread", "read a library", "signal itself",
  ]

  private static let refusedByFiles = [
    "read outside", "read by a link", "list outside", "write outside", "truncate outside", "remove outside",
    "rename outside", "link outside", "make a link", "make a folder", "make a pipe", "passwords",
    "own memory",
    "environment of others", "start a program", "become a program",
  ]

  private static let refusedByCalls = [
    "truncate outside", "make a link", "make a pipe", "start a program", "become a program",
    "start a process",
    "open a socket", "change what others may do", "type for the user", "a thread from before opens a socket",
    "signal another process",
  ]

  private func check(_ walls: String, refused: [String]) throws {
    let results = try results(walls)
    guard results["files"] == "\(["files", "both"].contains(walls))",
      results["calls"] == "\(["calls", "both"].contains(walls))"
    else { throw XCTSkip("this system has no such walls") }
    for name in Self.work { XCTAssertEqual(results[name], "done", "\(walls): \(name)") }
    for name in refused { XCTAssertEqual(results[name], "refused", "\(walls): \(name)") }
    XCTAssertEqual(results.count, 30, "\(results)")
  }

  func testFilesAreKept() throws {
    try check("files", refused: Self.refusedByFiles)
    XCTAssertEqual(try String(contentsOfFile: path("outside/secret.csv"), encoding: .utf8), "2\n")
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: path("outside")), ["secret.csv"])
  }

  func testCallsAreKept() throws { try check("calls", refused: Self.refusedByCalls) }

  func testBothAreKept() throws { try check("both", refused: Self.refusedByFiles + Self.refusedByCalls) }

  /// Without them nearly all of that is possible: the trial does try it.
  func testWithoutWallsTheWaysAreOpen() throws {
    let results = try results("off")
    let open = Self.refusedByFiles + Self.refusedByCalls
    // What is gone after an earlier way has been gone, what only some users may do, and what most systems refuse to all.
    let others: Set = [
      "rename outside", "link outside", "environment of others", "type for the user",
      "change what others may do",
    ]
    for name in Self.work + open where !others.contains(name) {
      XCTAssertEqual(results[name], "done", name)
    }
  }
}

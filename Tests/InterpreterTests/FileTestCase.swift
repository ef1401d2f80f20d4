import Foundation
import Support
import XCTest

@testable import Interpreter

/// A notebook's folder beside one that is none of its business, new for each test.
class FileTestCase: XCTestCase {
  var root = URL(fileURLWithPath: "/")
  var folder: URL { root.appendingPathComponent("notebook") }

  override func setUpWithError() throws {
    root = FileManager.default.temporaryDirectory.appendingPathComponent("files-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      at: root.appendingPathComponent("outside"), withIntermediateDirectories: true)
    try put("1,2\n", "outside/secret.csv")
  }

  override func tearDownWithError() throws { try FileManager.default.removeItem(at: root) }

  func put(_ text: String, _ path: String) throws {
    try text.write(to: root.appendingPathComponent(path), atomically: false, encoding: .utf8)
  }

  func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: root.appendingPathComponent(path).path, withDestinationPath: target)
  }

  func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
  }

  func run(_ code: String, limits: Limits = Limits()) -> (value: String?, failure: Failure?) {
    let session = Session(host: CollectingHost(), limits: limits, folder: folder.path)
    switch session.run(code, label: "cell [1]") {
    case .finished(let bundle): return (bundle?["text/plain"], nil)
    case .failed(let failure): return (nil, failure)
    }
  }

  func assertRefused(
    _ code: String, _ reason: String, limits: Limits = Limits(), line: UInt = #line
  ) {
    let failure = run(code, limits: limits).failure
    XCTAssertEqual(failure?.kind, "FileError", code, line: line)
    XCTAssertTrue(failure?.message.contains(reason) ?? false, failure?.message ?? code, line: line)
  }
}

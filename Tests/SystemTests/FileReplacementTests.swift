import Foundation
import System
import XCTest

/// Files are replaced as a whole or not at all, and only where that is meant.
final class FileReplacementTests: XCTestCase {
  private var folder = URL(fileURLWithPath: "/")

  override func setUpWithError() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("replace-\(UUID().uuidString)")
      .resolvingSymlinksInPath()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  override func tearDownWithError() throws { try FileManager.default.removeItem(at: folder) }

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  private var isHidden = true

  private func replace(_ name: String, _ text: String, poll: () throws -> Void = {}) throws {
    let target = try FileReplacement.target(of: path(name))
    try FileReplacement.write(Array(text.utf8), to: target, isKept: true, isHidden: isHidden, poll: poll)
  }

  /// A file system without files that have no name writes under another one first.
  func testWithoutNamelessFiles() throws {
    isHidden = false
    for test in [
      testNewAndOld, testALinkStaysALink, testAHardLinkIsNotWrittenThrough,
      testWhatFailsLeavesTheOldFileAndNoPieces,
      testAnInterruptionLeavesTheOldFileAndNoPieces,
    ] {
      try test()
      try tearDownWithError()
      try setUpWithError()
    }
  }

  func testNewAndOld() throws {
    try replace("a", "1")
    XCTAssertEqual(try text("a"), "1")
    chmod(path("a"), 0o640)
    try replace("a", "22")
    XCTAssertEqual(try text("a"), "22")
    var status = stat()
    stat(path("a"), &status)
    XCTAssertEqual(status.st_mode & 0o777, 0o640)
    try replace("a", "")
    XCTAssertEqual(try text("a"), "")
    // As long as names can be.
    try replace(String(repeating: "n", count: 255), "3")
    try replace(String(repeating: "n", count: 255), "4")
    XCTAssertEqual(try names().count, 2)
  }

  func testALinkStaysALink() throws {
    try replace("a", "1")
    symlink("a", path("link"))
    try replace("link", "2")
    XCTAssertEqual(try text("a"), "2")
    XCTAssertEqual(try FileManager.default.destinationOfSymbolicLink(atPath: path("link")), "a")
  }

  /// Another name of the same file keeps what it had.
  func testAHardLinkIsNotWrittenThrough() throws {
    try replace("a", "1")
    link(path("a"), path("b"))
    try replace("b", "2")
    XCTAssertEqual(try text("a"), "1")
  }

  func testWhatIsNotReplaced() throws {
    mkfifo(path("pipe"), 0o600)
    mkdir(path("folder"), 0o700)
    symlink("nowhere", path("dead"))
    symlink("/proc/self/fd/1", path("output"))
    symlink("/dev/null", path("null"))
    try replace("kept", "1")
    chmod(path("kept"), 0o444)
    let faults: [(String, WriteFault)] = [
      ("pipe", .notRegular), ("folder", .folder), ("dead", .deadLink), ("output", .notRegular),
      ("null", .notRegular),
      ("kept", .readOnly), ("missing/a", .noFolder), ("kept/a", .noFolder), ("folder/", .folder),
    ]
    let before = try names()
    for (name, fault) in faults {
      XCTAssertThrowsError(try replace(name, "2"), name) { XCTAssertEqual($0 as? WriteFault, fault, name) }
    }
    for device in ["/dev/null", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
      XCTAssertThrowsError(try FileReplacement.target(of: device), device)
    }
    XCTAssertEqual(try names(), before)
    XCTAssertEqual(try text("kept"), "1")
  }

  /// The disk is full, or the file larger than one may be, at every place of the bytes.
  func testWhatFailsLeavesTheOldFileAndNoPieces() throws {
    try replace("a", "old")
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    let usual = limit
    let handler = signal(SIGXFSZ, SIG_IGN)
    defer { signal(SIGXFSZ, handler) }
    for size: UInt in [0, 1, 4095, 4096, 100_000] {
      limit.rlim_cur = size
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      var error: (any Error)?
      do { try replace("a", String(repeating: "n", count: 100_001)) } catch let thrown { error = thrown }
      var unlimited = usual
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &unlimited)
      XCTAssertEqual(error as? WriteFault, .system(EFBIG), "\(size)")
      XCTAssertEqual(try text("a"), "old")
      XCTAssertEqual(try names(), ["a"])
    }
  }

  func testAnInterruptionLeavesTheOldFileAndNoPieces() throws {
    struct Stopped: Error {}
    try replace("a", "old")
    XCTAssertThrowsError(try replace("a", "new") { throw Stopped() })
    XCTAssertThrowsError(try replace("b", "new") { throw Stopped() })
    XCTAssertEqual(try text("a"), "old")
    XCTAssertEqual(try names(), ["a"])
  }
}

import Foundation
import Glibc
import Numerics
import Support
import System
import XCTest

@testable import Interpreter

/// What `save` writes over, and what it leaves alone.
final class ReplacedFileTests: FileTestCase {
  private func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: root.appendingPathComponent(path)))
  }

  /// Over what others made a notebook writes the same format only.
  func testOnlyTheSameFormatIsReplaced() throws {
    let makers = [
      "npy": "save(\"made.npy\", [1])", "npz": "save(\"made.npz\", (a = 1))",
      "idx": "save(\"made.idx\", [1, 2])",
      "png": "save(\"made.png\", [0 1])", "svg": "save(\"made.svg\", plot([1, 2]))",
      "csv": "save(\"made.csv\", [1 2; 3 4])",
      "npy.gz": "save(\"made.npy.gz\", [1])", "csv.gz": "save(\"made.csv.gz\", [1 2])",
    ]
    for (_, code) in makers { XCTAssertNil(run(code).failure, code) }
    for (kind, code) in makers {
      XCTAssertNil(run(code).failure, code)
      let made = try bytes("notebook/made.\(kind)")
      // A session of its own has made nothing.
      XCTAssertNil(run(code).failure, "again: \(code)")
      for (other, _) in makers where other != kind {
        let file = try bytes("notebook/made.\(other)")
        try Data(file).write(to: folder.appendingPathComponent("made.\(kind)"))
        assertRefused(code, "of another format")
        XCTAssertEqual(try bytes("notebook/made.\(kind)"), file)
      }
      for text in [
        "#!/bin/sh\nrm -r x\n", "{\"a\": 1}", "[section]\nx = 1\n", "<html></html>", "a,b\n1\n", "\u{1}",
      ] {
        try put(text, "notebook/made.\(kind)")
        assertRefused(code, "of another format")
      }
      // An empty file holds nothing that could be lost.
      try put("", "notebook/made.\(kind)")
      XCTAssertNil(run(code).failure, "over nothing: \(code)")
      XCTAssertEqual(try bytes("notebook/made.\(kind)"), made)
    }
  }

  /// Whether the file system can mark files.
  private func marks(_ path: String) -> Bool {
    let target = path + ".marked"
    guard (try? FileReplacement.write([], to: target, mark: "user.nabla.probe")) != nil else { return false }
    let descriptor = openWithoutLinks(target, O_RDONLY)
    defer { close(descriptor) }
    return hasMark(descriptor, "user.nabla.probe")
  }

  /// JSON of others may be settings, and what a session made is its own until somebody else changes it.
  func testJSONOfOthersIsNotReplaced() throws {
    try put("{}", "notebook/a.json")
    assertRefused("save(\"a.json\", 1)", "may be the settings of a program")
    try put("", "notebook/a.json")
    assertRefused("save(\"a.json\", 1)", "may be the settings of a program")
    XCTAssertEqual(try bytes("notebook/a.json"), [])
    // Its own, in the same session and in a later one.
    XCTAssertNil(run("save(\"b.json\", 1)\nsave(\"b.json\", 2)").failure)
    let probe = folder.appendingPathComponent("probe").path
    XCTAssertTrue(FileManager.default.createFile(atPath: probe, contents: nil))
    if marks(probe) {
      XCTAssertNil(run("save(\"b.json\", 3)").failure)
      XCTAssertEqual(try bytes("notebook/b.json"), Array("3\n".utf8))
    }
    // Somebody else put another in its place.
    try FileManager.default.removeItem(at: folder.appendingPathComponent("b.json"))
    try put("{\"argv\": []}", "notebook/b.json")
    assertRefused("save(\"b.json\", 1)", "may be the settings of a program")
    // Within one session too, where the system may give the new file the number of the old one.
    let session = Session(host: CollectingHost(), folder: folder.path)
    func save(_ name: String) -> String? {
      guard case .failed(let failure) = session.run("save(\"\(name)\", 1)", label: "cell [1]") else {
        return nil
      }
      return failure.kind
    }
    for number in 1...20 {
      XCTAssertNil(save("c\(number).json"))
      try FileManager.default.removeItem(at: folder.appendingPathComponent("c\(number).json"))
      try put("{}", "notebook/c\(number).json")
      XCTAssertEqual(save("c\(number).json"), "FileError")
    }
    // The command line names it.
    var limits = Limits()
    limits.writable = [folder.path]
    assertRefused("save(\"b.json\", 1)", "may be the settings of a program", limits: limits)
    limits.writable = [folder.path + "/b.json"]
    XCTAssertNil(run("save(\"b.json\", 4)", limits: limits).failure)
    assertRefused("save(\"b.json\", 1)", "may be the settings of a program")
    assertRefused("save(\"a.json\", 1)", "may be the settings of a program", limits: limits)
  }

  func testNamesOfSettings() throws {
    for name in [
      "kernel.json", "KERNEL.JSON", "package.json", "package.json.gz", "jupyter_server_config.json",
      "tsconfig.json",
      "babel.config.json", "settings.json", "appsettings.json", "composer.json", "a.code-workspace.json",
      "tasks.json",
    ] {
      assertRefused("save(\"\(name)\", (argv = (\"sh\",)))", "programs keep their settings under this name")
      XCTAssertFalse(exists("notebook/\(name)"), name)
      var limits = Limits()
      limits.writable = [folder.path + "/" + name]
      XCTAssertNil(run("save(\"\(name)\", 1)", limits: limits).failure, name)
      assertRefused("save(\"\(name)\", 1)", "programs keep their settings under this name")
    }
    for name in ["results.json", "kernel_widths.json", "packages.json", "kernel.csv"] {
      XCTAssertNil(run("save(\"\(name)\", [1, 2])").failure, name)
    }
  }

  /// Neither written nor read, whether it is there or not; but a notebook may stand in a hidden folder.
  func testWhatBeginsWithADotIsHidden() throws {
    for name in ["notebook/.config", "notebook/.config/sub", "notebook/sub"] {
      try FileManager.default.createDirectory(
        at: root.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    try put("1\n", "notebook/.a.csv")
    try put("1\n", "notebook/.config/a.csv")
    try put("1\n", "notebook/sub/a.csv")
    try link("notebook/visible", to: ".config")
    try link("notebook/visible.csv", to: ".a.csv")
    try link("notebook/.link.csv", to: "sub/a.csv")
    try link("notebook/dead.csv", to: ".new.csv")
    let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
    for path in [
      ".a.csv", ".b.csv", ".config/a.csv", ".config/b.csv", ".config/sub/a.csv", "./.a.csv", "sub/../.a.csv",
      "sub/.c.csv",
      "visible/a.csv", "visible/b.csv", "visible.csv", ".link.csv", "dead.csv", "\(folder.path)/.a.csv",
      "...csv", "..a.csv",
      ".missing/a.csv",
    ] {
      assertRefused("load(\"\(path)\")", "begin with a dot are not read (--allow-read")
      assertRefused("save(\"\(path)\", [1])", "begin with a dot are not written (--allow-write")
    }
    XCTAssertEqual(try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted(), before)
    var limits = Limits()
    limits.readable = [folder.path + "/.config", folder.path + "/.a.csv"]
    for path in [".config/a.csv", "visible/a.csv", ".a.csv", "visible.csv"] {
      XCTAssertEqual(run("load(\"\(path)\")", limits: limits).value, "1 f64\n 1", path)
    }
    assertRefused("load(\".config/.b.csv\")", "begin with a dot", limits: limits)
    assertRefused("load(\".config/b.csv\")", "there is no such file", limits: limits)
    let session = Session(host: CollectingHost(), folder: folder.path + "/.config")
    guard case .finished = session.run("save(\"new.csv\", load(\"a.csv\"))", label: "cell [1]") else {
      return XCTFail("a notebook in a hidden folder")
    }
  }

  /// Files that are none, and names that are none.
  func testWhatIsNoFile() throws {
    XCTAssertEqual(mkfifo(folder.appendingPathComponent("pipe.csv").path, 0o600), 0)
    try link("notebook/null.csv", to: "/dev/null")
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("folder.csv"), withIntermediateDirectories: true)
    try put("1\n", "notebook/kept.csv")
    chmod(folder.appendingPathComponent("kept.csv").path, 0o444)
    for (path, reason) in [
      ("pipe.csv", "no ordinary file"), ("null.csv", "outside"), ("folder.csv", "a folder"),
      ("kept.csv", "write-protected"),
      ("\(String(repeating: "n", count: 300)).csv", "name is too long"),
      ("a\\0.csv", "not the name of a file"),
      ("‥/outside/a.csv", "does not exist"), ("．．/a.csv", "does not exist"), ("/dev/shm/a.csv", "outside"),
      ("/proc/self/fd/1.csv", "outside"), ("~/a.csv", "does not exist"), ("$HOME/a.csv", "does not exist"),
      ("kept.csv/a.csv", "no folder"), ("a.csv/", "the end of its name"),
      ("a.sh", "the end of its name"),
      ("a.ipynb", "the end of its name"), ("a.nabla", "the end of its name"),
      ("Makefile", "the end of its name"),
    ] { assertRefused("save(\"\(path.replacing("$", with: "\\$"))\", [1])", reason) }
    XCTAssertEqual(try bytes("notebook/kept.csv"), Array("1\n".utf8))
    // Another name of a file keeps what it had.
    Glibc.link(
      root.appendingPathComponent("outside/secret.csv").path, folder.appendingPathComponent("hard.csv").path)
    XCTAssertNil(run("save(\"hard.csv\", [7])").failure)
    XCTAssertEqual(try bytes("outside/secret.csv"), Array("1,2\n".utf8))
  }

  func testAnErrorLeavesTheOldFileAndNoPieces() throws {
    XCTAssertNil(run("save(\"a.json\", [1])").failure)
    XCTAssertEqual(run("save(\"a.json\", [NaN])").failure?.kind, "ValueError")
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder.path), ["a.json"])
    XCTAssertEqual(run("load(\"a.json\")").value, "1 f64\n 1")
  }
}

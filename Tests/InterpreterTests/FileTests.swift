import Foundation
import Glibc
import Numerics
import Support
import System
import XCTest

@testable import Interpreter

/// `load` and `save` in a folder of their own: what is written is read back, and no path leads out.
final class FileTests: XCTestCase {
  private var root = URL(fileURLWithPath: "/")
  private var folder: URL { root.appendingPathComponent("notebook") }

  override func setUpWithError() throws {
    root = FileManager.default.temporaryDirectory.appendingPathComponent("files-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      at: root.appendingPathComponent("outside"), withIntermediateDirectories: true)
    try put("1,2\n", "outside/secret.csv")
  }

  override func tearDownWithError() throws { try FileManager.default.removeItem(at: root) }

  private func put(_ text: String, _ path: String) throws {
    try text.write(to: root.appendingPathComponent(path), atomically: false, encoding: .utf8)
  }

  private func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: root.appendingPathComponent(path).path, withDestinationPath: target)
  }

  private func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
  }

  private func run(_ code: String, limits: Limits = Limits()) -> (value: String?, failure: Failure?) {
    let session = Session(host: CollectingHost(), limits: limits, folder: folder.path)
    switch session.run(code, label: "cell [1]") {
    case .finished(let bundle): return (bundle?["text/plain"], nil)
    case .failed(let failure): return (nil, failure)
    }
  }

  private func assertRefused(
    _ code: String, _ reason: String, limits: Limits = Limits(), line: UInt = #line
  ) {
    let failure = run(code, limits: limits).failure
    XCTAssertEqual(failure?.kind, "FileError", code, line: line)
    XCTAssertTrue(failure?.message.contains(reason) ?? false, failure?.message ?? code, line: line)
  }

  // MARK: Round trips

  /// Which bit pattern 0/0 has is the processor's choice; a file has always the same.
  func testFilesHoldOneNaN() throws {
    let numbers = "[0 / 0, NaN, -NaN, -(0 / 0), Inf - Inf, -1]"
    let nan = Double.nan.bitPattern
    for (name, value, element, last) in [
      ("a.npy", numbers, bytes(nan), bytes((-1.0).bitPattern)),
      ("a.npy", "f32(\(numbers))", bytes(Float.nan.bitPattern), bytes(Float(-1).bitPattern)),
      ("a.npy", "f16(\(numbers))", bytes(Half(.nan).bits), bytes(Half(-1).bits)),
      ("a.idx", numbers, bytes(nan).reversed(), bytes((-1.0).bitPattern).reversed()),
      (
        "a.idx", "f32(\(numbers))", bytes(Float.nan.bitPattern).reversed(),
        bytes(Float(-1).bitPattern).reversed()
      ),
    ] {
      XCTAssertNil(run("save(\"\(name)\", \(value))").failure)
      let file = try Data(contentsOf: folder.appendingPathComponent(name))
      let expected = [[UInt8]](repeating: element, count: 5).flatMap { $0 } + last
      XCTAssertEqual(Array(file.suffix(expected.count)), expected, "\(name) \(value)")
    }
  }

  /// The low byte first.
  private func bytes(_ bits: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: bits.littleEndian) { Array($0) }
  }

  func testWhatIsSavedIsLoaded() {
    for (name, value) in [
      ("a.npy", "[1.5 -0.1; Inf 3]"), ("a.npy", "f32([0.1, 2])"), ("a.npy", "[true, false]"),
      ("a.npy", "f16([0.1 2; -1e-7 Inf])"), ("a.npy", "f16(0.1)"), ("a.npz", "(h = f16([0.5, 1/3]), n = 7)"),
      ("a.npy", "3.5"),
      ("a.npy", "zeros(0, 3)"), ("a.npy", "reshape(1:120, 2, 3, 4, 5, 1)"), ("a.npy.gz", "rand(50, 3)"),
      ("a.npz", "(W = [1 2; 3 4], b = f32([0.5]), n = 7)"), ("a.idx", "reshape(0:255, 4, 8, 8)"),
      ("a.idx", "[0.1, -2, 1e300]"), ("a.idx", "f32([0.1, 2])"), ("a.idx.gz", "randint(9, 100)"),
      ("a.csv", "[1.5 -0.1; 1e-300 123456789012]"), ("a.csv", "[1, 2, 3]"),
      ("a.csv", "(x = [1, 2], ok = [true, false], name = (\"a,\\\"b\\\"\", \"c\\nd\"))"),
      ("a.tsv", "(x = [1, 2], name = (\"a\", \"b,c\"))"), ("a.csv", "([1, 2], (\"a\", \"b\"))"),
      ("a.png", "reshape(0:255, 16, 16) / 255"), ("a.png", "reshape(0:11, 2, 2, 3) / 255"),
      ("a.json", "(a = 1, b = (\"x\", 2), c = [1 2; 3 4], d = nothing, e = [true, false], f = (g = 0.1))"),
      ("a.json.gz", "[1, 2]"), ("A.JSON", "\"∇\\n\\\"\""),
    ] {
      let (shown, failure) = run(
        """
        seed(1)
        kind(v) = try string(dtype(v)) catch e; "no tensor" end
        same(a, b) = kind(a) == kind(b) && string(a) == string(b) && (kind(a) == "no tensor" || all(a == b))
        x = \(value)
        save("\(name)", x)
        y = load("\(name)")
        same(x, y) ? "same" : string(x, " but ", y)
        """)
      XCTAssertEqual(shown, "same", "\(name) \(value): \(failure?.message ?? "")")
    }
  }

  func testOtherProgramsReadNpzNames() {
    XCTAssertEqual(run("save(\"a.npz\", ([1], [2]))\nkeys(load(\"a.npz\"))").value, "(\"arr_0\", \"arr_1\")")
  }

  func testAFigureIsSavedAsSVG() throws {
    XCTAssertNil(run("save(\"a.svg\", plot([1, 4, 9]))").failure)
    let text = try String(contentsOf: folder.appendingPathComponent("a.svg"), encoding: .utf8)
    // The same picture as below a cell.
    let session = Session(host: CollectingHost(), folder: folder.path)
    guard case .finished(let shown?) = session.run("plot([1, 4, 9])", label: "cell [1]") else {
      return XCTFail("shows nothing")
    }
    XCTAssertEqual(text, shown["image/svg+xml"])
    XCTAssertNil(run("save(\"a.png\", image(zeros(2, 2), size = (100, 80)))").failure)
    // Twice as fine as it shows; white at the corner, black in the middle.
    let look = """
      A = load("a.png")
      @assert shape(A) == (160, 200, 3) && all(A[2, 2, :] == 1) && all(A[80, 100, :] == 0)
      """
    XCTAssertNil(run(look).failure)
    XCTAssertNil(run("save(\"b.svg\", descend(x -> x², 1.0))").failure)
    XCTAssertEqual(run("save(\"c.svg\", 3)").failure?.kind, "TypeError")
  }

  func testWhatAFormatCannotHold() {
    for (code, kind) in [
      ("save(\"a.json\", [NaN])", "ValueError"), ("save(\"a.json\", sin)", "TypeError"),
      ("save(\"a.npy\", \"text\")", "TypeError"), ("save(\"a.npz\", (a = \"text\"))", "TypeError"),
      ("save(\"a.png\", [2 3; 4 5])", "ValueError"), ("save(\"a.png\", [1, 2])", "TypeError"),
      ("save(\"a.csv\", (a = [1], b = [1, 2]))", "ValueError"),
      ("save(\"a.csv\", ones(2, 2, 2))", "TypeError"),
      ("save(\"a.txt\", 1)", "FileError"), ("save(\"a.idx\", 1)", "FileError"),
      ("load(\"a.svg\")", "FileError"),
      ("t = ()\nfor i in 1:2000\nt = (t,)\nend\nsave(\"a.json\", t)", "FileError"),
      ("load(3)", "TypeError"), ("load(\"a.csv\", separator = \"ab\")", "TypeError"),
    ] {
      XCTAssertEqual(run(code).failure?.kind, kind, code)
    }
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder.path), [])
  }

  // MARK: Limits

  /// A small file may hold much.
  func testMemory() throws {
    XCTAssertNil(run("save(\"a.npy.gz\", zeros(2_000_000))\nsave(\"b.npy\", zeros(200_000))").failure)
    let live = Memory.live
    defer { Memory.limit = Int.max }
    var limits = Limits()
    limits.memory = live + 1_000_000
    for code in ["load(\"a.npy.gz\")", "load(\"b.npy\")"] {
      XCTAssertEqual(run(code, limits: limits).failure?.kind, "LimitError", code)
    }
    XCTAssertEqual(Memory.live, live)
    Memory.limit = Int.max
    XCTAssertEqual(run("shape(load(\"a.npy.gz\"))").value, "(2000000,)")
    XCTAssertEqual(Memory.live, live)
  }

  // MARK: What is not there

  func testMissingAndUnfitFiles() throws {
    assertRefused("load(\"a.csv\")", "a.csv: there is no such file")
    assertRefused("load(\"a/b/c.csv\")", "there is no such file")
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("d.csv"), withIntermediateDirectories: true)
    assertRefused("load(\"d.csv\")", "this is a folder")
    assertRefused("save(\"d.csv\", [1])", "this is a folder")
    assertRefused("save(\"nowhere/a.csv\", [1])", "the folder it would stand in does not exist")
    XCTAssertEqual(mkfifo(folder.appendingPathComponent("p.csv").path, 0o600), 0)
    assertRefused("load(\"p.csv\")", "no ordinary file")
    assertRefused("load(\"\")", "\"\": the end of its name")
    assertRefused("load(\"a\\0b.csv\")", "not the name of a file")
  }

  // MARK: The sandbox

  func testNoPathLeadsOut() throws {
    try link("notebook/link", to: "../outside")
    try link("notebook/secret.csv", to: "../outside/secret.csv")
    try link("notebook/new.csv", to: "../outside/new.csv")
    try link("notebook/chain", to: "link")
    try link("notebook/loop.csv", to: "loop.csv")
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("sub"), withIntermediateDirectories: true)
    let outside = root.appendingPathComponent("outside").path
    for path in [
      "../outside/secret.csv", "\(outside)/secret.csv", "link/secret.csv", "secret.csv", "chain/secret.csv",
      "sub/../../outside/secret.csv", "./link/../outside/secret.csv", "../notebook-other/a.csv", "/etc/a.csv",
      "../outside/missing.csv", "link/missing.csv", "new.csv", "link/missing/a.csv",
      "/proc/self/cwd/../a.csv",
    ] {
      assertRefused("load(\"\(path)\")", "outside the notebook's folder")
      assertRefused("save(\"\(path)\", [1])", "outside the notebook's folder")
    }
    assertRefused("load(\"loop.csv\")", "outside")
    assertRefused("save(\"loop.csv\", [1])", "outside")
    XCTAssertFalse(exists("outside/new.csv"))
    XCTAssertFalse(exists("outside/missing.csv"))
    XCTAssertEqual(
      try String(contentsOf: root.appendingPathComponent("outside/secret.csv"), encoding: .utf8), "1,2\n")
  }

  /// A folder whose name only begins like the notebook's is another one.
  func testNeighboursAreOutside() throws {
    try FileManager.default.createDirectory(
      at: root.appendingPathComponent("notebook2"), withIntermediateDirectories: true)
    try put("1\n", "notebook2/a.csv")
    assertRefused("load(\"../notebook2/a.csv\")", "outside")
  }

  func testLinksAndDotsWithinAreFine() throws {
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("sub"), withIntermediateDirectories: true)
    try link("notebook/inner", to: "sub")
    XCTAssertEqual(run("save(\"inner/a.csv\", [1, 2])\nload(\"sub/../sub/./a.csv\")").value, "2 f64\n 1  2")
    XCTAssertEqual(run("load(\"\(folder.path)/sub/a.csv\")").value, "2 f64\n 1  2")
    XCTAssertEqual(run("load(\"../notebook/inner/a.csv\")").value, "2 f64\n 1  2")
  }

  /// The notebook's folder may itself be reached by a link.
  func testTheFolderMayBeALink() throws {
    try link("alias", to: "notebook")
    let session = Session(host: CollectingHost(), folder: root.appendingPathComponent("alias").path)
    guard case .finished = session.run("save(\"a.csv\", [1])\nload(\"a.csv\")", label: "cell [1]") else {
      return XCTFail("refused")
    }
    XCTAssertTrue(exists("notebook/a.csv"))
  }

  func testAllowedFolders() {
    let outside = root.appendingPathComponent("outside").path
    var limits = Limits()
    limits.readable = [outside]
    XCTAssertEqual(run("load(\"../outside/secret.csv\")", limits: limits).value, "1×2 f64\n 1  2")
    assertRefused("save(\"../outside/new.csv\", [1])", "may be written", limits: limits)
    limits = Limits()
    limits.writable = [outside]
    XCTAssertNil(run("save(\"../outside/new.csv\", [1])", limits: limits).failure)
    XCTAssertTrue(exists("outside/new.csv"))
    assertRefused("load(\"../outside/secret.csv\")", "may be read", limits: limits)
  }

  // MARK: What is replaced

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

import Foundation
import Glibc
import Numerics
import Support
import System
import XCTest

@testable import Interpreter

/// `load` and `save` in a folder of their own: what is written is read back, and no path leads out.
final class FileTests: FileTestCase {
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
}

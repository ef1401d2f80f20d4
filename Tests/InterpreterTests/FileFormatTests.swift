import Foundation
import Numerics
import XCTest

@testable import Formats
@testable import Interpreter
@testable import Library

/// Files that NumPy, Pillow and gzip wrote, in Fixtures: what is read from them, and that no damage to one is worse
/// than an error.
final class FileFormatTests: XCTestCase {
  static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures")

  private func shown(_ expression: String) -> String {
    let (printed, failure) = execute("print(\(expression))", name: "test", folder: Self.fixtures.path)
    return failure.map { "\($0.kind): \($0.message)" } ?? printed.joined(separator: "\n")
  }

  private func check(_ expected: [(String, String)], line: UInt = #line) {
    for (expression, text) in expected { XCTAssertEqual(shown(expression), text, expression, line: line) }
  }

  func testNpy() {
    let halves = "[0.25 0.5 0.75; 1.0 1.25 1.5]"
    check([
      ("(load(\"f8.npy\"),)", "(\(halves),)"), ("(load(\"f8-big.npy\"),)", "(\(halves),)"),
      ("(load(\"version2.npy\"),)", "(\(halves),)"),
      ("(load(\"f4.npy\"), load(\"f4-big.npy\"))", "(\(halves), \(halves))"),
      ("(dtype(load(\"f4.npy\")), dtype(load(\"f4-big.npy\")), dtype(load(\"f2.npy\")))", "(f32, f32, f16)"),
      ("(load(\"bool.npy\"),)", "([true false; false true],)"),
      ("load(\"scalar.npy\")", "2.5"), ("shape(load(\"empty.npy\"))", "(0, 3)"),
      ("all(load(\"f8-fortran.npy\") == reshape(0:23, 2, 3, 4))", "true"),
      ("(load(\"f8-big-fortran.npy\"),)", "([0 1 2; 3 4 5],)"),
    ])
  }

  func testWholeNumbersOfEverySize() {
    for type in ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"] {
      let low = type.hasPrefix("u") ? 0 : -5
      for name in [type, type + "-big"] { check([("(load(\"\(name).npy\"),)", "([\(low), 7, 100],)")]) }
    }
  }

  func testHalves() {
    check([
      ("f64(load(\"f2.npy\"))[[3, 4, 5]]", "3 f64\n 1.0  -1.5  65504.0"),
      ("f64(load(\"f2.npy\"))[6] == 2.0^-24", "true"),
      ("f64(load(\"f2.npy\"))[[8, 9]] == [Inf, -Inf]", "2 bool\n true  true"),
      ("isnan(load(\"f2.npy\")[10])", "true"),
      ("f64(load(\"f2-big.npy\")) == [0.5, 2.25]", "2 bool\n true  true"),
    ])
  }

  func testWhatNoTensorHolds() {
    for (name, reason) in [
      ("i8-inexact", "it holds 9007199254740993, and f64 holds whole numbers exactly up to 2^53 only"),
      ("complex", "its elements are of the type \"<c16\", and a tensor's are numbers or bools"),
      ("text", "its elements are of the type \"<U2\", and a tensor's are numbers or bools"),
      ("records", "its elements are records, and a tensor's are numbers or bools"),
    ] {
      check([("load(\"\(name).npy\")", "FileError: \(name).npy: \(reason)")])
    }
  }

  func testNpz() {
    check([
      ("load(\"several.npz\")", "(W = [0.25 0.5 0.75; 1.0 1.25 1.5], b = [1, 2, 3])"),
      ("load(\"deflated.npz\").W[2, 3]", "1.5"), ("shape(load(\"deflated.npz\").b)", "(50,)"),
      ("keys(load(\"unnamed.npz\"))", "(\"arr_0\", \"arr_1\")"),
    ])
  }

  func testIdx() {
    check([
      ("shape(load(\"images.idx\"))", "(2, 3, 4)"), ("load(\"images.idx\")[2, 3, 4]", "230"),
      ("all(load(\"images.idx\") == load(\"images.idx.gz\"))", "true"),
      ("(load(\"labels-idx1-ubyte\"),)", "([5, 0, 4],)"), ("(load(\"i4.idx\"),)", "([-1, 70000],)"),
      ("(f64(load(\"f4.idx\")), load(\"f8.idx\"))", "([0.5, -2.0], [0.1, -2.0])"),
      ("(load(\"little.idx\"),)", "([-1, 70000, 3],)"),
    ])
  }

  func testPictures() {
    let grey = "[0.0 0.2 0.4; 0.6 0.8 1.0]"
    check([
      ("(load(\"grey.png\"),)", "(\(grey),)"), ("(load(\"interlaced.png\"),)", "(\(grey),)"),
      ("(load(\"bits.png\"),)", "([0 0 0; 1 1 1],)"),
      ("load(\"grey16.png\")[1, 1] == 1 / 65535", "true"), ("load(\"grey16.png\")[1, 2]", "0.2"),
      ("shape(load(\"colours.png\"))", "(2, 3, 3)"), ("(load(\"colours.png\")[1, 2],)", "([0.2, 0.8, 0.8],)"),
      ("all(load(\"palette.png\") == load(\"colours.png\"))", "true"),
      // Opaque; gone; a fifth of it over white.
      ("(load(\"transparent.png\")[1, 1],)", "([0.0, 0.6, 1.0],)"),
      ("(load(\"transparent.png\")[1, 2],)", "([1, 1, 1],)"),
      ("load(\"transparent.png\")[2, 1] ≈ 0.8 + 0.2 * [0.6, 0, 0.4]", "true"),
      ("load(\"huge.png\")", "FileError: huge.png: it ends too early"),
    ])
  }

  func testTables() {
    check([
      ("load(\"plain.csv\")", "2×3 f64\n 1  2  3\n 4  5  6"),
      ("load(\"names.csv\")", "(x = [1, -300], y = [2.5, NaN], name = (\"a, \\\"b\\\"\", \"plain\"))"),
      ("load(\"semicolons.csv\", separator = \";\")", "(a = [1, 2], b = [true, false])"),
      ("load(\"plain.csv\", header = true)", "(1 = [4], 2 = [5], 3 = [6])"),
    ])
  }

  func testJSON() {
    check([
      (
        "load(\"values.json\")",
        "(a = (1, 2.5, [3]), b = [1 2; 3 4], c = nothing, d = \"text\", e = [true, false], f = [], g = (h = -0.001))"
      )
    ])
  }

  // MARK: Damage

  private func outcome(_ bytes: [UInt8], _ name: String) -> String {
    do {
      let options = try TableOptions(Arguments([]), function: "load")
      _ = try FileKind.read(bytes, try FileKind(name), options)
      return "read"
    } catch is FormatFault { return "malformed" } catch is FileTrouble { return "malformed" } catch {
      return "\(error)"
    }
  }

  private func eachFixture(_ body: (String, [UInt8]) -> Void) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.fixtures.path).sorted()
    XCTAssertGreaterThan(names.count, 50)
    for name in names {
      body(name, Array(try Data(contentsOf: Self.fixtures.appendingPathComponent(name))))
    }
  }

  /// A part of a table may be a table; a part of anything else is nothing.
  func testEveryBeginningOfEveryFileIsAnError() throws {
    try eachFixture { name, bytes in
      for count in bytes.indices {
        let result = outcome(Array(bytes[..<count]), name)
        let isWhole = name.hasSuffix(".csv") || name.hasSuffix(".json") && count == bytes.count - 1
        XCTAssertTrue(result == "malformed" || isWhole && result == "read", "\(name) to \(count): \(result)")
      }
    }
  }

  /// Whatever a byte is turned into, reading ends in a value or an error.
  func testEveryDamagedByteIsSurvived() throws {
    var malformed = 0
    try eachFixture { name, bytes in
      for index in bytes.indices {
        for change: UInt8 in [0x01, 0x80, 0xFF] {
          var damaged = bytes
          damaged[index] ^= change
          let result = outcome(damaged, name)
          XCTAssertTrue(
            ["read", "malformed"].contains(result) || result.hasPrefix("memory"), "\(name): \(result)")
          if result == "malformed" { malformed += 1 }
        }
      }
    }
    XCTAssertGreaterThan(malformed, 1000)
  }

  /// Members that share their bytes: each is of the size that a file may have, and there are many of them.
  func testMembersThatOverlap() throws {
    let npy = try NpyFile.bytes(of: Tensor([Double](repeating: 0, count: 1 << 17)))
    let one = try NpzFile.bytes(
      of: .fields(names: ["a"], items: [.tensor(Tensor([Double](repeating: 0, count: 9)))]))
    let (local, directory) = (
      Array(one[..<(one.count - 22 - 51)]), Array(one[(one.count - 22 - 51)..<(one.count - 22)])
    )
    XCTAssertTrue(directory.starts(with: [0x50, 0x4B, 1, 2]))
    func archive(_ count: Int) -> [UInt8] {
      let entries = (0..<count).flatMap { index in
        var entry = directory
        entry[46] = UInt8(ascii: "a") + UInt8(index % 26)
        return entry
      }
      var end = Array(one[(one.count - 22)...])
      end.replaceSubrange(8..<12, with: [UInt8(count), 0, UInt8(count), 0])
      var size: [UInt8] = []
      for shift in [0, 8, 16, 24] { size.append(UInt8(entries.count >> shift & 255)) }
      end.replaceSubrange(12..<16, with: size)
      return local + entries + end
    }
    XCTAssertEqual(outcome(archive(1), "x.npz"), "read")
    for count in [2, 3, 26] { XCTAssertEqual(outcome(archive(count), "x.npz"), "malformed", "\(count)") }
    XCTAssertThrowsError(try NpzFile.read(archive(2))) {
      guard case FormatFault.overlappingMembers? = $0 as? FormatFault else { return XCTFail("\($0)") }
    }
    XCTAssertGreaterThan(npy.count, 1 << 20)
  }

  /// What members hold counts together, and is never held twice: the tensors, and one member unpacked.
  func testMembersCountAgainstTheMemory() throws {
    let tensor = Tensor([Double](repeating: 1, count: 1 << 17))
    let bytes = try NpzFile.bytes(of: .list([FileContent](repeating: .tensor(tensor), count: 8)))
    let before = Memory.live
    defer { Memory.limit = .max }
    // Eight megabytes of tensors, and one of a member.
    Memory.limit = before + 10 << 20
    XCTAssertNoThrow(try NpzFile.read(bytes))
    for limit in [1 << 19, 3 << 20, 7 << 20] {
      Memory.limit = before + limit
      XCTAssertThrowsError(try NpzFile.read(bytes), "\(limit)") {
        guard case .memory? = $0 as? Fault else { return XCTFail("\($0)") }
      }
      XCTAssertEqual(Memory.live, before)
    }
  }

  /// Another separator than the file's name says is named, where the lines are numbers with it and not without.
  func testOtherSeparators() throws {
    func reason(_ text: String, _ name: String = "x.csv", separator: String? = nil) -> String {
      do {
        var options = try TableOptions(Arguments([]), function: "load")
        options.separator = separator?.utf8.first
        _ = try FileKind.read(Array(text.utf8), FileKind(name), options)
        return "read"
      } catch let fault as FormatFault { return fault.reason } catch { return "\(error)" }
    }
    for (text, name, words) in [
      ("1.0 2.0\n3.0 4.0\n", "x.csv", "spaces, not by commas: load(…, separator = \" \")"),
      ("  1.000e+00   -2\n  3.0   4.0\n", "x.csv", "spaces"), ("a b\n1 2\n", "x.csv", "spaces"),
      ("1;2\n3;4\n", "x.csv", "semicolons"), ("1\t2\n", "x.csv", "tabs"), ("1|2\n", "x.csv", "\"|\""),
      ("x;y\r\n1;2\r\n", "x.csv", "semicolons"), ("1,2\n3,4\n", "x.tsv", "commas, not by tabs"),
    ] { XCTAssertTrue(reason(text, name).contains(words), "\(text): \(reason(text, name))") }
    for text in [
      "name\nJohn Smith\nA B\n", "1\n2\n", "\"1 2\"\n", "12 May\n", "1,2\n", "a\n\n1\n", "x y\nz\n",
    ] {
      XCTAssertEqual(reason(text), "read", text)
    }
    for (text, separator) in [("1 2\n3 4\n", ";"), ("1 2\n", ",")] {
      XCTAssertEqual(reason(text, separator: separator), "read", "said is said")
    }
    for text in ["1 2\n3 4\n", "  1   2  \n 3  4\n", "1 2\r\n\r\n   \n3 4", "1.00e+00 2.0e+00\n3 4 \n"] {
      let content = try CSVFile.read(Array(text.utf8), header: nil, separator: 0x20)
      guard case .tensor(let tensor) = content else { return XCTFail(text) }
      XCTAssertEqual(tensor.doubles, [1, 2, 3, 4], text)
      XCTAssertEqual(Array(tensor.shape), [2, 2], text)
    }
  }

  func testMoreTrouble() {
    XCTAssertEqual(outcome(Array("a,b\n1\n".utf8), "x.csv"), "malformed")
    XCTAssertEqual(outcome(Array("\"a\nb".utf8), "x.csv"), "malformed")
    XCTAssertEqual(outcome(Array("\"a\"b\n".utf8), "x.csv"), "malformed")
    XCTAssertEqual(outcome(Array("a,a\n1,2\n".utf8), "x.csv"), "malformed")
    XCTAssertEqual(outcome([], "x.csv"), "malformed")
    XCTAssertEqual(outcome(Array("{\"a\": 1} x".utf8), "x.json"), "malformed")
    XCTAssertEqual(outcome(Array(String(repeating: "[", count: 100_000).utf8), "x.json"), "malformed")
    XCTAssertEqual(outcome(Array("# text".utf8), "x.md"), "malformed")
    XCTAssertEqual(
      outcome([0, 0, 8, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], "x.idx"), "malformed")
  }

  func testMemoryIsGivenBack() throws {
    let bytes = Array(try Data(contentsOf: Self.fixtures.appendingPathComponent("deflated.npz")))
    let before = Memory.live
    for _ in 0..<3 { XCTAssertEqual(outcome(bytes, "x.npz"), "read") }
    XCTAssertEqual(Memory.live, before)
  }
}

import Foundation
import XCTest

@testable import JSON

final class RoundTripTests: XCTestCase {
  func testWriting() {
    let table: [(JSONValue, String)] = [
      (nil, "null"), (true, "true"), (-12, "-12"), (.integer(.min), "-9223372036854775808"), (0, "0"),
      (.number(3), "3.0"), (0.1, "0.1"), (-1.5e-5, "-1.5e-05"), (1e16, "1e+16"), (1.5e16, "1.5e+16"),
      (.number(-12_345_678_901_234_568), "-1.2345678901234568e+16"), (1e15, "1000000000000000.0"),
      (0.0001, "0.0001"), (1e22, "1e+22"), (.number(.infinity), "null"), (.number(.nan), "null"),
      ("a\"\\/\n\u{1}\u{7F}∇", #""a\"\\/\n\u0001"# + "\u{7F}∇\""), ([], "[]"), ([1, [:]], "[1,{}]"),
      (["b": 1, "a": [2, 3]], #"{"b":1,"a":[2,3]}"#),
    ]
    for (value, text) in table { XCTAssertEqual(value.description, text) }
  }

  func testNotebookFormat() {
    let value: JSONValue = ["b": [1, [:]], "a": ["é": [], "z": nil], "Z": "x", "😀": 1, "\u{FB00}": 2]
    let expected = """
      {
       "Z": "x",
       "a": {
        "z": null,
        "é": []
       },
       "b": [
        1,
        {}
       ],
       "\u{FB00}": 2,
       "😀": 1
      }
      """
    XCTAssertEqual(String(decoding: value.bytes(.notebook), as: UTF8.self), expected)
  }

  func testDoublesReadBack() throws {
    for _ in 0..<20_000 {
      let value = Double(bitPattern: .random(in: .min ... .max))
      guard value.isFinite else { continue }
      XCTAssertEqual(try JSONValue(parsing: JSONValue.number(value).bytes()), .number(value))
    }
    for _ in 0..<20_000 {
      let digits = "\(Int.random(in: 0..<1_000_000)).\(Int.random(in: 0..<1_000_000))"
      let text = "\(digits)e\(Int.random(in: -30...30))"
      XCTAssertEqual(try JSONValue(parsing: text), .number(Double(text)!), text)
    }
  }

  func testRandomTrees() throws {
    for _ in 0..<500 {
      let value = randomValue(depth: 5)
      XCTAssertEqual(try JSONValue(parsing: value.bytes()), value)
      XCTAssertEqual(try JSONValue(parsing: value.bytes(.notebook)), value)
      // A second reader agrees.
      let data = Data(JSONValue.array([value]).bytes())
      XCTAssertNoThrow(try JSONSerialization.jsonObject(with: data))
    }
  }

  /// Whatever the bytes, the parser answers; what it accepts another reader accepts too.
  func testMutatedBytes() throws {
    var acceptedCount = 0
    for _ in 0..<5_000 {
      var bytes = randomValue(depth: 3).bytes()
      for _ in 0..<Int.random(in: 1...3) where !bytes.isEmpty {
        let position = bytes.indices.randomElement()!
        switch Int.random(in: 0..<3) {
        case 0: bytes[position] = UInt8.random(in: 0...255)
        case 1: bytes.remove(at: position)
        default: bytes.insert(Array("{}[],:\"\\u0e-.tfn ".utf8).randomElement()!, at: position)
        }
      }
      guard let value = try? JSONValue(parsing: bytes) else { continue }
      acceptedCount += 1
      XCTAssertNoThrow(
        try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed),
        String(decoding: bytes, as: UTF8.self))
      XCTAssertEqual(try JSONValue(parsing: value.bytes()), value)
    }
    XCTAssertGreaterThan(acceptedCount, 0)
  }

  private func randomValue(depth: Int) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 6)) {
    case 0: return nil
    case 1: return .bool(.random())
    case 2: return .integer(.random(in: .min ... .max))
    case 3: return .number(.random(in: -1e6...1e6))
    case 4, 5: return .string(randomText())
    case 6: return .array((0..<Int.random(in: 0...5)).map { _ in randomValue(depth: depth - 1) })
    default:
      let members = (0..<Int.random(in: 0...20)).map { number in
        ("\(number)\(randomText())", randomValue(depth: depth - 2))
      }
      return .object(JSONObject(members))
    }
  }

  private func randomText() -> String {
    let scalars: [Unicode.Scalar] = ["a", "b", "\"", "\\", "\n", "\u{1}", "é", "∇", "😀", "\u{7F}", "/", " "]
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...12) { text.append(scalars.randomElement()!) }
    return String(text)
  }
}

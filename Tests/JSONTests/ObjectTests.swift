import XCTest

@testable import JSON

final class ObjectTests: XCTestCase {
  func testKeysKeepTheirOrder() {
    var object: JSONObject = ["b": 1, "a": 2]
    object["c"] = 3
    object["b"] = 4
    XCTAssertEqual(object.keys, ["b", "a", "c"])
    object["a"] = nil
    object["a"] = 5
    XCTAssertEqual(object.keys, ["b", "c", "a"])
    XCTAssertEqual(object, ["a": 5, "b": 4, "c": 3])
    XCTAssertNotEqual(object, ["a": 5, "b": 4])
  }

  func testManyMembers() {
    var object = JSONObject()
    for number in 0..<1000 { object["k\(number)"] = .integer(Int64(number)) }
    for number in stride(from: 0, to: 1000, by: 2) { object["k\(number)"] = nil }
    XCTAssertEqual(object.count, 500)
    XCTAssertEqual(object["k501"], 501)
    XCTAssertNil(object["k500"])
    XCTAssertEqual(object[1].key, "k3")
    for number in 0..<1000 where number > 20 { object["k\(number)"] = nil }
    XCTAssertEqual(object.keys, (0..<10).map { "k\($0 * 2 + 1)" })
  }

  func testAccessors() {
    var value: JSONValue = ["n": 3, "x": 2.5, "w": 4.0, "s": "a", "l": [1, "b"], "o": ["k": true], "z": nil]
    XCTAssertEqual(value["n"]?.int, 3)
    XCTAssertEqual(value["n"]?.double, 3)
    XCTAssertEqual(value["w"]?.int, 4)
    XCTAssertNil(value["x"]?.int)
    XCTAssertEqual(value["x"]?.double, 2.5)
    XCTAssertEqual(value["s"]?.string, "a")
    XCTAssertEqual(value["l"]?[1]?.string, "b")
    XCTAssertNil(value["l"]?[2])
    XCTAssertEqual(value["o"]?["k"]?.bool, true)
    XCTAssertEqual(value["z"]?.isNull, true)
    XCTAssertNil(value["missing"])
    value["o"]?["k"] = 7
    value["n"] = nil
    XCTAssertEqual(value["o"], ["k": 7])
    XCTAssertNil(value["n"])
  }
}

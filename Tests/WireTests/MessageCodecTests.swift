import JSON
import XCTest

@testable import Wire

final class MessageCodecTests: XCTestCase {
  private let key = Array("secret".utf8)

  private func frames(
    identities: [[UInt8]] = [[0xFF, 1]], header: String = "{\"msg_id\":\"1\",\"msg_type\":\"x\"}",
    parent: String = "{}", metadata: String = "{}", content: String = "{\"a\":[1]}", buffers: [[UInt8]] = []
  ) -> [[UInt8]] {
    let parts = [header, parent, metadata, content].map { Array($0.utf8) }
    return identities + [MessageCodec.delimiter, Authenticator(key: key).sign(parts[...])] + parts + buffers
  }

  func testDecodes() throws {
    let message = try MessageCodec(key: key).decode(
      frames(identities: [[1], [2, 3], []], metadata: "{\"m\":1}", buffers: [[9], []]))
    XCTAssertEqual(message.identities, [[1], [2, 3], []])
    XCTAssertEqual(message.type, "x")
    XCTAssertEqual(String(decoding: message.header, as: UTF8.self), "{\"msg_id\":\"1\",\"msg_type\":\"x\"}")
    XCTAssertEqual(message.content, ["a": [1]])
    XCTAssertEqual(message.metadata, ["m": 1])
    XCTAssertEqual(message.buffers, [[9], []])
  }

  func testWithoutIdentities() throws {
    XCTAssertEqual(try MessageCodec(key: key).decode(frames(identities: [])).identities, [])
  }

  func testEncodesWhatItDecodes() throws {
    let header = Array("{ \"msg_id\" : \"parent\",  \"msg_type\":\"execute_request\" }".utf8)
    let codec = MessageCodec(key: key)
    let frames = codec.encode(
      OutgoingMessage("reply", on: .shell, to: [[1], [2]], parent: header, content: ["status": "ok"]))
    XCTAssertEqual(frames[4 + 1], header, "the parent's header goes out as it came")
    let message = try MessageCodec(key: key).decode(frames)
    XCTAssertEqual(message.identities, [[1], [2]])
    XCTAssertEqual(message.type, "reply")
    XCTAssertEqual(message.content, ["status": "ok"])
    XCTAssertEqual(message.metadata, [:])
  }

  func testHeaders() throws {
    let codec = MessageCodec(key: [])
    var ids: Set<String> = []
    for _ in 0..<100 {
      let frames = codec.encode(OutgoingMessage("status", on: .iopub, content: [:]))
      XCTAssertEqual(String(decoding: frames[0], as: UTF8.self), "kernel.\(codec.session).status")
      XCTAssertEqual(frames[2], [], "an empty key gives an empty signature")
      XCTAssertEqual(frames[4], Array("{}".utf8))
      let header = try JSONValue(parsing: frames[3])
      XCTAssertEqual(header["session"]?.string, codec.session)
      XCTAssertEqual(header["msg_type"], "status")
      XCTAssertEqual(header["version"], "5.5")
      XCTAssertNotNil(header["username"]?.string)
      ids.insert(header["msg_id"]?.string ?? "")
      let date = try XCTUnwrap(header["date"]?.string)
      XCTAssertNotNil(date.firstMatch(of: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/), date)
      let parsed = try Date(
        date, strategy: .iso8601.year().month().day().time(includingFractionalSeconds: true))
      XCTAssertLessThan(abs(parsed.timeIntervalSinceNow), 60)
    }
    XCTAssertEqual(ids.count, 100)
    XCTAssertNotEqual(MessageCodec(key: []).session, codec.session)
  }

  func testTopicsOfTheCallerAreKept() {
    let frames = MessageCodec(key: []).encode(
      OutgoingMessage("iopub_welcome", on: .iopub, to: [[]], content: ["subscription": ""]))
    XCTAssertEqual(frames[0], [])
    XCTAssertEqual(frames[1], MessageCodec.delimiter)
  }

  func testDropsWhatIsNoMessage() {
    let notUTF8 = [UInt8]("{\"msg_id\":\"1\",\"msg_type\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8)
    func signed(header: [UInt8]) -> [[UInt8]] {
      let parts = [header] + ["{}", "{}", "{}"].map { Array($0.utf8) }
      return [MessageCodec.delimiter, Authenticator(key: key).sign(parts[...])] + parts
    }
    var unsigned = frames()
    unsigned[2] = []
    let table: [(String, [[UInt8]], String)] = [
      ("nothing", [], "no <IDS|MSG>"),
      ("no delimiter", [[1], [2], [3]], "no <IDS|MSG>"),
      ("delimiter alone", [MessageCodec.delimiter], "0 frames"),
      ("truncated", Array(frames().dropLast()), "4 frames"),
      ("unsigned", unsigned, "not signed"),
      (
        "signed by another", frames().map { $0 == frames()[2] ? Array(repeating: 0x61, count: 64) : $0 },
        "wrong"
      ),
      ("not JSON", frames(header: "{msg}"), "header is not JSON"),
      ("not UTF-8", signed(header: notUTF8), "header is not JSON"),
      ("long header", frames(header: String(repeating: " ", count: 1 << 20) + "{}"), "1048578 bytes"),
      ("long parent", frames(parent: String(repeating: " ", count: 1 << 20) + "{}"), "1048578 bytes"),
      ("header no object", frames(header: "[]"), "header is not an object"),
      ("no type", frames(header: "{\"msg_id\":\"1\"}"), "no msg_type"),
      ("type no string", frames(header: "{\"msg_id\":\"1\",\"msg_type\":3}"), "no msg_type"),
      ("no id", frames(header: "{\"msg_type\":\"x\"}"), "no msg_id"),
      ("content null", frames(content: "null"), "content is not an object"),
      ("content cut", frames(content: "{\"a\":"), "content is not JSON"),
      ("parent null", frames(parent: "null"), "parent_header is not an object"),
      ("deep", frames(content: String(repeating: "[", count: 100_000)), "content is not JSON"),
    ]
    for (name, frames, expected) in table {
      XCTAssertThrowsError(try MessageCodec(key: key).decode(frames), name) {
        XCTAssertTrue("\($0)".contains(expected), "\(name): \($0)")
      }
    }
  }

  func testAReplayedMessageIsDropped() throws {
    let codec = MessageCodec(key: key)
    _ = try codec.decode(frames())
    XCTAssertThrowsError(try codec.decode(frames()))
    _ = try codec.decode(frames(content: "{\"a\":2}"))
  }

  /// Whatever arrives is a message or an error. The seed is fixed: a failure can be repeated.
  func testSurvivesFuzzedFrames() {
    var generator = SplitMix(state: 2026)
    let codec = MessageCodec(key: [])
    var survivors = 0
    for _ in 0..<20_000 {
      var frames = frames(buffers: [[1]])
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0 where !frames.isEmpty: frames.remove(at: .random(in: frames.indices, using: &generator))
        case 1: frames.insert([], at: .random(in: 0...frames.count, using: &generator))
        case 2 where frames.count > 1:
          frames.swapAt(
            .random(in: frames.indices, using: &generator), .random(in: frames.indices, using: &generator))
        default:
          guard let frame = frames.indices.randomElement(using: &generator), !frames[frame].isEmpty else {
            continue
          }
          let byte = frames[frame].indices.randomElement(using: &generator)!
          frames[frame][byte] = .random(in: 0...255, using: &generator)
        }
      }
      if let message = try? codec.decode(frames) {
        survivors += 1
        XCTAssertFalse(
          codec.encode(OutgoingMessage("x", on: .shell, parent: message.header, content: [:])).isEmpty)
      }
    }
    XCTAssertGreaterThan(survivors, 0)
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

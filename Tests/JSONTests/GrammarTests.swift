import XCTest

@testable import JSON

/// What RFC 8259 accepts and refuses, as tables.
final class GrammarTests: XCTestCase {
  private let accepted: [(String, JSONValue)] = [
    ("null", nil), ("true", true), ("false", false), (" \t\r\n1 ", 1), ("0", 0), ("-0", 0), ("-1", -1),
    ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("9223372036854775808", .number(9_223_372_036_854_775_808)),
    ("-9223372036854775809", .number(-0x1p63)),
    ("1.5", 1.5), ("-0.0", .number(-0.0)), ("1e3", .number(1000)), ("1E+3", .number(1000)),
    ("125e-2", 1.25), ("0e5", .number(0)), ("0.1", 0.1), ("1e-400", .number(0)),
    ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
    ("5e-324", .number(.leastNonzeroMagnitude)),
    ("0.30000000000000004", 0.30000000000000004), ("123456789012345678901234567890", 1.2345678901234568e29),
    ("2.2250738585072011e-308", .number(.leastNormalMagnitude.nextDown)), ("1e22", .number(1e22)),
    ("1e23", .number(1e23)),
    (#""""#, ""), (#""a""#, "a"), (#""∇x²""#, "∇x²"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
    (#""\u2207""#, "∇"), (#""\uD83D\uDE00""#, "😀"), (#""\ud83d\ude00x""#, "😀x"), (#""\u0000""#, "\0"),
    (#""\u00e9\u0065\u0301""#, "ée\u{301}"), ("\"\u{7F}\"", "\u{7F}"), ("\"\u{2028}\"", "\u{2028}"),
    ("[]", []), ("[ ]", []), ("[1,2]", [1, 2]), ("[[],[[]]]", [[], [[]]]), ("{}", [:]), ("{ }", [:]),
    (#"{"a":1,"b":[true,null]}"#, ["a": 1, "b": [true, nil]]), (#"{"":0}"#, ["": 0]),
    (#"{"a":1,"a":2}"#, ["a": 2]), (#"{"a":{"a":{}}}"#, ["a": ["a": [:]]]),
  ]

  func testAccepted() throws {
    for (text, value) in accepted {
      XCTAssertEqual(try JSONValue(parsing: text), value, text)
    }
  }

  private let refused: [(String, JSONError)] = [
    ("", JSONError(.unexpectedEnd, at: 0)), ("  ", JSONError(.unexpectedEnd, at: 2)),
    ("nul", JSONError(.unexpectedEnd, at: 3)), ("nulL", JSONError(.unexpectedByte(0x4C), at: 3)),
    ("True", JSONError(.unexpectedByte(0x54), at: 0)), ("truee", JSONError(.trailingText, at: 4)),
    ("NaN", JSONError(.unexpectedByte(0x4E), at: 0)), ("Infinity", JSONError(.unexpectedByte(0x49), at: 0)),
    ("-Infinity", JSONError(.invalidNumber, at: 1)), ("+1", JSONError(.unexpectedByte(0x2B), at: 0)),
    ("-", JSONError(.unexpectedEnd, at: 1)), ("01", JSONError(.invalidNumber, at: 1)),
    ("-012", JSONError(.invalidNumber, at: 2)), ("1.", JSONError(.unexpectedEnd, at: 2)),
    ("1.e1", JSONError(.invalidNumber, at: 2)), (".5", JSONError(.unexpectedByte(0x2E), at: 0)),
    ("1e", JSONError(.unexpectedEnd, at: 2)), ("1e+", JSONError(.unexpectedEnd, at: 3)),
    ("1ea", JSONError(.invalidNumber, at: 2)), ("0x1", JSONError(.trailingText, at: 1)),
    ("1 2", JSONError(.trailingText, at: 2)), ("1e400", JSONError(.numberOutOfRange, at: 0)),
    ("[-1e99999999999999999999]", JSONError(.numberOutOfRange, at: 1)),
    ("[", JSONError(.unexpectedEnd, at: 1)), ("[1", JSONError(.unexpectedEnd, at: 2)),
    ("[1,]", JSONError(.unexpectedByte(0x5D), at: 3)), ("[,1]", JSONError(.unexpectedByte(0x2C), at: 1)),
    ("[1 2]", JSONError(.unexpectedByte(0x32), at: 3)), ("]", JSONError(.unexpectedByte(0x5D), at: 0)),
    ("[1}", JSONError(.unexpectedByte(0x7D), at: 2)), ("[]]", JSONError(.trailingText, at: 2)),
    ("{", JSONError(.unexpectedEnd, at: 1)), (#"{"a"}"#, JSONError(.unexpectedByte(0x7D), at: 4)),
    (#"{"a":}"#, JSONError(.unexpectedByte(0x7D), at: 5)),
    (#"{"a":1,}"#, JSONError(.unexpectedByte(0x7D), at: 7)),
    ("{a:1}", JSONError(.unexpectedByte(0x61), at: 1)), ("{1:1}", JSONError(.unexpectedByte(0x31), at: 1)),
    (#"{'a':1}"#, JSONError(.unexpectedByte(0x27), at: 1)),
    (#"{"a" 1}"#, JSONError(.unexpectedByte(0x31), at: 5)),
    ("// c\n1", JSONError(.unexpectedByte(0x2F), at: 0)),
    ("\u{FEFF}1", JSONError(.unexpectedByte(0xEF), at: 0)),
    ("\u{A0}1", JSONError(.unexpectedByte(0xC2), at: 0)), (#"""#, JSONError(.unexpectedEnd, at: 1)),
    (#""\"#, JSONError(.unexpectedEnd, at: 2)), (#""\x41""#, JSONError(.invalidEscape, at: 1)),
    (#""\u12"#, JSONError(.unexpectedEnd, at: 5)), (#""\u12G4""#, JSONError(.invalidEscape, at: 5)),
    (#""\uD800""#, JSONError(.loneSurrogate, at: 1)), (#""\uDC00""#, JSONError(.loneSurrogate, at: 1)),
    (#""\uD800\uD800""#, JSONError(.loneSurrogate, at: 1)),
    (#""a\uD800x""#, JSONError(.loneSurrogate, at: 2)), (#""\uD800\n""#, JSONError(.loneSurrogate, at: 1)),
    ("\"a\nb\"", JSONError(.controlCharacterInString, at: 2)),
    ("\"\u{0}\"", JSONError(.controlCharacterInString, at: 1)),
    ("\u{0}", JSONError(.unexpectedByte(0), at: 0)),
  ]

  func testRefused() {
    for (text, error) in refused {
      XCTAssertThrowsError(try JSONValue(parsing: text), text) {
        XCTAssertEqual($0 as? JSONError, error, text)
      }
    }
  }

  func testInvalidUTF8() {
    let wrong: [[UInt8]] = [
      [0xFF], [0xC0, 0xAF], [0x80], [0xE2, 0x88], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80],
    ]
    for bytes in wrong {
      for text in [[0x22] + bytes + [0x22], [0x22, 0x5C, 0x6E] + bytes + [0x22]] as [[UInt8]] {
        XCTAssertThrowsError(try JSONValue(parsing: text)) {
          XCTAssertEqual(($0 as? JSONError)?.kind, .invalidUTF8)
        }
      }
    }
  }

  func testDepth() {
    for (open, inner, close) in [("[", "", "]"), (#"{"a":"#, "0", "}")] {
      let nested = { (levels: Int) in
        String(repeating: open, count: levels) + inner + String(repeating: close, count: levels)
      }
      XCTAssertNoThrow(try JSONValue(parsing: nested(500)))
      XCTAssertThrowsError(try JSONValue(parsing: nested(501))) {
        XCTAssertEqual(($0 as? JSONError)?.kind, .tooDeep)
      }
    }
    XCTAssertThrowsError(try JSONValue(parsing: String(repeating: "[", count: 1_000_000)))
  }

  func testErrorsHaveWords() {
    XCTAssertEqual(JSONError(.unexpectedByte(0x5D), at: 3).description, "unexpected ']' at byte 3")
    XCTAssertEqual(JSONError(.unexpectedByte(0), at: 0).description, "unexpected byte 0 at byte 0")
  }

  /// A file may begin with a byte order mark, a message may not.
  func testByteOrderMark() throws {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    XCTAssertEqual(try JSONValue(parsingFile: mark + Array("[1]".utf8)), [1])
    XCTAssertEqual(try JSONValue(parsingFile: Array("[1]".utf8)), [1])
    XCTAssertThrowsError(try JSONValue(parsing: mark + Array("[1]".utf8)))
    XCTAssertThrowsError(try JSONValue(parsingFile: mark + mark + Array("[1]".utf8)))
    XCTAssertThrowsError(try JSONValue(parsingFile: mark)) {
      XCTAssertEqual($0 as? JSONError, JSONError(.unexpectedEnd, at: 3))
    }
  }
}

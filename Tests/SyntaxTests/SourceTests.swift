import XCTest

@testable import Syntax

final class SourceTests: XCTestCase {
  func testLines() {
    let source = Source("ab\nθ = 1\n\nx", name: "cell [3]")
    XCTAssertEqual(source.lineStarts, [0, 3, 9, 10])
    XCTAssertEqual([0, 2, 3, 8, 9, 10, 11].map(source.line), [1, 1, 2, 2, 3, 4, 4])
    XCTAssertEqual(source.column(of: 5), 3)
    XCTAssertEqual(source.lineText(2), "θ = 1")
    XCTAssertEqual(source.lineText(3), "")
    XCTAssertEqual(source.lineText(9), "")
    XCTAssertEqual(source.text(Span(3, 4)), "θ")
    XCTAssertEqual(source.text(Span(-5, 500)), "ab\nθ = 1\n\nx")
    XCTAssertEqual(source.name, "cell [3]")
  }

  func testNormalization() {
    // Canonical composition in its hard cases: marks out of order, singletons, Hangul, exclusions.
    for (raw, expected) in [
      ("e\u{301}", "é"), ("a\u{323}\u{307}", "ạ\u{307}"), ("a\u{307}\u{323}", "ạ\u{307}"), ("\u{212B}", "Å"),
      ("\u{1112}\u{1161}\u{11AB}", "한"), ("\u{37E}", ";"), ("=\u{338}", "≠"), ("\u{958}", "\u{915}\u{93C}"),
      ("a\r\nb\rc", "a\nb\nc"),
    ] {
      XCTAssertEqual(Array(Source(raw, name: "").scalars), Array(expected.unicodeScalars), raw)
    }
  }

  /// What the fast path skips is untouched by NFC, alone and before every mark that follows something inert.
  func testInertCharacters() {
    for value in UInt32(0)..<0x20000 {
      guard let scalar = Unicode.Scalar(value), scalar.isInert else { continue }
      XCTAssertEqual(
        Array(Source("\u{AC00}\(Character(scalar))\u{AC00}", name: "").scalars)[1],
        scalar == "\r" ? "\n" : scalar)
      XCTAssertEqual(scalar.properties.canonicalCombiningClass, .notReordered)
    }
  }

  func testOffsets() {
    let source = Source("e\u{301}x\r\nθ̂ y", name: "test")
    // Raw: e ´ x CR LF θ ^ space y; normalised: é x LF θ ^ space y.
    XCTAssertEqual(source.rawCount, 9)
    XCTAssertEqual((0...9).map(source.normalizedOffset), [0, 0, 1, 2, 2, 3, 4, 5, 6, 7])
    XCTAssertEqual((0...7).map(source.rawOffset), [0, 2, 3, 5, 6, 7, 8, 9])
    XCTAssertEqual(source.normalizedOffset(ofRaw: 99), 7)
    XCTAssertEqual(source.rawOffset(ofNormalized: -3), 0)
  }

  func testDisplayWidth() {
    let source = Source("x̂ 损失", name: "test")
    XCTAssertEqual(source.displayWidth(Span(0, 2)), 1)
    XCTAssertEqual(source.displayWidth(Span(3, 5)), 4)
  }

  func testCharacterClasses() {
    for raised in "²³¹⁰⁴⁵⁶⁷⁸⁹⁺⁻ᵀⁿⁱᵏªºʰ".unicodeScalars {
      XCTAssertFalse(raised.isNameStart || raised.isNamePart, String(raised))
    }
    for sign in "∇∂√′″∞∘⊙∈".unicodeScalars { XCTAssertFalse(sign.isNamePart, String(sign)) }
    for lowered in "₀₉₊₋ₐᵢₜᵦⱼ".unicodeScalars {
      XCTAssertTrue(lowered.isNamePart, String(lowered))
      XCTAssertFalse(lowered.isNameStart, String(lowered))
    }
    for letter in "aZ_θΩ损ℓℯдא".unicodeScalars { XCTAssertTrue(letter.isNameStart, String(letter)) }
  }
}

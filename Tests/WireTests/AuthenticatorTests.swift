import XCTest

@testable import Wire

final class AuthenticatorTests: XCTestCase {
  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// RFC 4231, test cases 1, 2, 3, 6 and 7.
  func testSignsAsTheStandardSays() {
    let cases: [(key: [UInt8], data: [UInt8], digest: String)] = [
      (
        Array(repeating: 0x0b, count: 20), Array("Hi There".utf8),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        Array(repeating: 0xaa, count: 20), Array(repeating: 0xdd, count: 50),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
      ),
      (
        Array(repeating: 0xaa, count: 131),
        Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
      (
        Array(repeating: 0xaa, count: 131),
        Array(
          ("This is a test using a larger than block-size key and a larger than block-size data. "
            + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
      ),
    ]
    for (key, data, digest) in cases {
      XCTAssertEqual(text(Authenticator(key: key).sign([data])), digest)
    }
  }

  func testSignsFramesAsIfTheyWereOneText() {
    let authenticator = Authenticator(key: Array("Jefe".utf8))
    let frames = ["what do ", "ya want", "", " for nothing?"].map { Array($0.utf8) }
    XCTAssertEqual(
      text(authenticator.sign(frames[...])), text(authenticator.sign([frames.flatMap { $0 }])))
  }

  func testEmptyKeySignsAndChecksNothing() throws {
    let authenticator = Authenticator(key: [])
    XCTAssertEqual(authenticator.sign([[1]]), [])
    try authenticator.verify(Array("anything".utf8), of: [[1]])
    try authenticator.verify([], of: [[1]])
  }

  func testEveryFlippedBitIsNoticed() throws {
    let authenticator = Authenticator(key: [1, 2, 3])
    let frames: [[UInt8]] = [Array("{\"a\":1}".utf8), Array("{}".utf8)]
    let signature = authenticator.sign(frames[...])
    for frame in frames.indices {
      for byte in frames[frame].indices {
        for bit in 0..<8 {
          var tampered = frames
          tampered[frame][byte] ^= 1 << bit
          XCTAssertThrowsError(try authenticator.verify(signature, of: tampered[...]))
        }
      }
    }
    for byte in signature.indices {
      var tampered = signature
      tampered[byte] ^= 1
      XCTAssertThrowsError(try authenticator.verify(tampered, of: frames[...]))
    }
    XCTAssertThrowsError(try authenticator.verify([], of: frames[...]))
    XCTAssertThrowsError(try authenticator.verify(Array(signature.dropLast()), of: frames[...]))
    try authenticator.verify(signature, of: frames[...])
  }

  func testASignatureIsGoodOnce() throws {
    let authenticator = Authenticator(key: [7])
    let frames: [[UInt8]] = [[1, 2, 3]]
    let signature = authenticator.sign(frames[...])
    try authenticator.verify(signature, of: frames[...])
    XCTAssertThrowsError(try authenticator.verify(signature, of: frames[...])) {
      XCTAssertEqual("\($0)", "it has been received before")
    }
  }

  func testOldSignaturesAreForgottenInOrder() {
    var seen = RecentSignatures()
    func digest(_ number: Int) -> [UInt8] { withUnsafeBytes(of: (number, number)) { Array($0) } }
    for number in 0..<RecentSignatures.capacity { XCTAssertTrue(seen.insert(digest(number))) }
    XCTAssertFalse(seen.insert(digest(0)))
    XCTAssertTrue(seen.insert(digest(-1)))
    XCTAssertTrue(seen.insert(digest(0)), "the oldest makes room")
    XCTAssertFalse(seen.insert(digest(2)), "the others stay")
  }
}

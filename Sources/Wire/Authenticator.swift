import CCrypto
import Synchronization

/// Signs messages and checks signatures with HMAC-SHA256; refuses a signature it has seen before.
///
/// With an empty key nothing is signed and nothing is checked, which is what the protocol asks for.
public final class Authenticator: Sendable {
  /// A context that already carries the key: duplicating it is cheaper than keying one per message.
  private let keyed: KeyedContext?
  private let seen = Mutex(RecentSignatures())

  public init(key: [UInt8]) {
    keyed = key.isEmpty ? nil : KeyedContext(key: key)
  }

  /// The lower-case hexadecimal signature of the frames; empty with an empty key.
  public func sign(_ frames: ArraySlice<[UInt8]>) -> [UInt8] {
    keyed.map { hexadecimal($0.digest(frames)) } ?? []
  }

  /// Whether `signature` is that of the frames, found in a time that does not depend on where they differ,
  /// and one that has not been used before.
  func verify(_ signature: [UInt8], of frames: ArraySlice<[UInt8]>) throws(MessageError) {
    guard let keyed else { return }
    let digest = keyed.digest(frames)
    let expected = hexadecimal(digest)
    guard signature.count == expected.count,
      CRYPTO_memcmp(signature, expected, expected.count) == 0
    else { throw MessageError(signature.isEmpty ? "it is not signed" : "its signature is wrong") }
    guard seen.withLock({ $0.insert(digest) }) else {
      throw MessageError("it has been received before")
    }
  }
}

/// An EVP_MAC context is only read after it was keyed, so that threads may share it.
private final class KeyedContext: @unchecked Sendable {
  static let digestSize = 32
  private let context: OpaquePointer

  init(key: [UInt8]) {
    guard let algorithm = EVP_MAC_fetch(nil, "HMAC", nil), let context = EVP_MAC_CTX_new(algorithm) else {
      preconditionFailure("OpenSSL offers no HMAC")
    }
    EVP_MAC_free(algorithm)
    self.context = context
    var algorithmName = Array("SHA256".utf8CString)
    // A parameter points to its name and its value: both are there until it has been read.
    OSSL_MAC_PARAM_DIGEST.withCString { name in
      algorithmName.withUnsafeMutableBufferPointer { value in
        let parameters = [
          OSSL_PARAM_construct_utf8_string(name, value.baseAddress, 0), OSSL_PARAM_construct_end(),
        ]
        let status = EVP_MAC_init(context, key, key.count, parameters)
        precondition(status == 1, "OpenSSL cannot start HMAC-SHA256")
      }
    }
  }

  deinit { EVP_MAC_CTX_free(context) }

  func digest(_ frames: ArraySlice<[UInt8]>) -> [UInt8] {
    let copy = EVP_MAC_CTX_dup(context)
    defer { EVP_MAC_CTX_free(copy) }
    for frame in frames { EVP_MAC_update(copy, frame, frame.count) }
    return [UInt8](unsafeUninitializedCapacity: Self.digestSize) { bytes, count in
      EVP_MAC_final(copy, bytes.baseAddress, &count, Self.digestSize)
    }
  }
}

private func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
  [UInt8](unsafeUninitializedCapacity: 2 * bytes.count) { text, count in
    for (position, byte) in bytes.enumerated() {
      text[2 * position] = hexadecimalDigit(byte >> 4)
      text[2 * position + 1] = hexadecimalDigit(byte & 15)
    }
    count = 2 * bytes.count
  }
}

func hexadecimalDigit(_ value: UInt8) -> UInt8 {
  value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}

/// The signatures seen last, as many as the reference implementation remembers.
struct RecentSignatures {
  static let capacity = 65_536

  /// Half of a digest: as hard to forge as 128 bits are, and half the memory.
  private struct Mark: Hashable {
    var high: UInt64
    var low: UInt64
  }

  private var marks: Set<Mark> = []
  private var order: [Mark] = []
  /// The place in `order` of the oldest mark, once it is full.
  private var oldest = 0

  /// False when the digest was already there.
  mutating func insert(_ digest: [UInt8]) -> Bool {
    let mark = digest.withUnsafeBytes {
      Mark(high: $0.loadUnaligned(as: UInt64.self), low: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
    guard marks.insert(mark).inserted else { return false }
    if order.count < Self.capacity {
      order.append(mark)
    } else {
      marks.remove(order[oldest])
      order[oldest] = mark
      oldest = (oldest + 1) % Self.capacity
    }
    return true
  }
}

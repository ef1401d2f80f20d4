import Glibc
import JSON
import Synchronization

/// Messages ↔ the frames of the wire:
/// identities … `<IDS|MSG>` signature header parent_header metadata content buffers …
///
/// Every thread that owns a socket uses the same codec, so that one replay guard sees all channels and
/// message ids are unique in the process.
public final class MessageCodec: Sendable {
  public static let protocolVersion = "5.5"
  static let delimiter = Array("<IDS|MSG>".utf8)
  /// Headers are a few hundred bytes; one this long is no header.
  static let longestHeader = 1 << 16

  /// The id of this kernel process, in every header it sends.
  public let session: String
  private let authenticator: Authenticator
  private let count = Atomic<Int>(0)
  private let topic: [UInt8]

  public init(key: [UInt8], session: String = uniqueIdentifier()) {
    self.session = session
    authenticator = Authenticator(key: key)
    topic = Array("kernel.\(session).".utf8)
  }

  public func decode(_ frames: [[UInt8]]) throws(MessageError) -> Message {
    guard let delimiter = frames.firstIndex(of: Self.delimiter) else {
      throw MessageError("it has no <IDS|MSG> frame")
    }
    let firstPart = delimiter + 2
    guard frames.count >= firstPart + 4 else {
      throw MessageError("\(frames.count - delimiter - 1) frames follow <IDS|MSG> where at least 5 belong")
    }
    let parts = frames[firstPart..<firstPart + 4]
    try authenticator.verify(frames[delimiter + 1], of: parts)

    let header = frames[firstPart]
    guard header.count <= Self.longestHeader, frames[firstPart + 1].count <= Self.longestHeader else {
      throw MessageError("its header has \(max(header.count, frames[firstPart + 1].count)) bytes")
    }
    let fields = try Self.object(header, "header")
    _ = try Self.object(frames[firstPart + 1], "parent_header")
    guard let type = fields["msg_type"]?.string, fields["msg_id"]?.string != nil else {
      throw MessageError("its header has no msg_type or no msg_id")
    }
    return Message(
      type: type, identities: Array(frames[..<delimiter]), header: header,
      content: .object(try Self.object(frames[firstPart + 3], "content")),
      metadata: .object(try Self.object(frames[firstPart + 2], "metadata")),
      buffers: Array(frames[(firstPart + 4)...]))
  }

  private static func object(_ text: [UInt8], _ name: String) throws(MessageError) -> JSONObject {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: text)
    } catch {
      throw MessageError("its \(name) is not JSON: \(error)")
    }
    guard let object = value.object else { throw MessageError("its \(name) is not an object") }
    return object
  }

  public func encode(_ message: OutgoingMessage) -> [[UInt8]] {
    var frames = message.identities
    if frames.isEmpty && message.channel == .iopub { frames.append(topic + Array(message.type.utf8)) }
    let first = frames.count + 2
    frames.append(Self.delimiter)
    frames.append([])
    frames.append(header(of: message.type))
    frames.append(message.parent)
    frames.append(message.metadata.bytes())
    frames.append(message.content.bytes())
    frames[first - 1] = authenticator.sign(frames[first...])
    return frames
  }

  private func header(of type: String) -> [UInt8] {
    let number = count.wrappingAdd(1, ordering: .relaxed).newValue
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256)
    bytes.append(contentsOf: "{\"msg_id\":\"".utf8)
    bytes.append(contentsOf: session.utf8)
    bytes.append(contentsOf: "_".utf8)
    bytes.append(contentsOf: String(number).utf8)
    bytes.append(contentsOf: "\",\"session\":\"".utf8)
    bytes.append(contentsOf: session.utf8)
    bytes.append(contentsOf: "\",\"username\":\"kernel\",\"date\":\"".utf8)
    appendTimestamp(to: &bytes)
    bytes.append(contentsOf: "\",\"msg_type\":".utf8)
    appendEscaped(type, to: &bytes)
    bytes.append(contentsOf: ",\"version\":\"\(Self.protocolVersion)\"}".utf8)
    return bytes
  }
}

/// Thirty-two random hexadecimal digits.
public func uniqueIdentifier() -> String {
  var generator = SystemRandomNumberGenerator()
  let halves: [UInt64] = [generator.next(), generator.next()]
  let digits = halves.flatMap { half in
    (0..<16).map { hexadecimalDigit(UInt8(truncatingIfNeeded: half >> (4 * $0)) & 15) }
  }
  return String(decoding: digits, as: UTF8.self)
}

/// Appends the time now, in UTC with microseconds: `2026-11-21T09:30:00.123456Z`.
func appendTimestamp(to bytes: inout [UInt8]) {
  var now = timespec()
  clock_gettime(CLOCK_REALTIME, &now)
  var parts = tm()
  gmtime_r(&now.tv_sec, &parts)
  let fields: [(value: Int, width: Int, after: UInt8)] = [
    (Int(parts.tm_year) + 1900, 4, UInt8(ascii: "-")), (Int(parts.tm_mon) + 1, 2, UInt8(ascii: "-")),
    (Int(parts.tm_mday), 2, UInt8(ascii: "T")), (Int(parts.tm_hour), 2, UInt8(ascii: ":")),
    (Int(parts.tm_min), 2, UInt8(ascii: ":")), (Int(parts.tm_sec), 2, UInt8(ascii: ".")),
    (now.tv_nsec / 1000, 6, UInt8(ascii: "Z")),
  ]
  for field in fields {
    let start = bytes.count
    var rest = field.value
    for _ in 0..<field.width {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    }
    bytes[start...].reverse()
    bytes.append(field.after)
  }
}

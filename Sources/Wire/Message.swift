import JSON

/// A message as a client sent it, its signature checked.
public struct Message: Sendable {
  /// The routing frames; a reply carries them back.
  public var identities: [[UInt8]]
  public var type: String
  /// The header as it came: what is sent in answer names it as its parent, byte for byte.
  public var header: [UInt8]
  public var content: JSONValue
  public var metadata: JSONValue
  public var buffers: [[UInt8]]

  public init(
    type: String, identities: [[UInt8]] = [], header: [UInt8], content: JSONValue, metadata: JSONValue = [:],
    buffers: [[UInt8]] = []
  ) {
    self.type = type
    self.identities = identities
    self.header = header
    self.content = content
    self.metadata = metadata
    self.buffers = buffers
  }
}

/// A message on its way to the clients.
public struct OutgoingMessage: Sendable {
  public var channel: Channel
  public var type: String
  /// Whom it is for; on IOPub the topic, chosen by the codec when there is none.
  public var identities: [[UInt8]]
  /// The JSON text of the header this answers.
  public var parent: [UInt8]
  public var content: JSONValue
  public var metadata: JSONValue

  public init(
    _ type: String, on channel: Channel, to identities: [[UInt8]] = [],
    parent: [UInt8] = OutgoingMessage.noParent, content: JSONValue, metadata: JSONValue = [:]
  ) {
    self.channel = channel
    self.type = type
    self.identities = identities
    self.parent = parent
    self.content = content
    self.metadata = metadata
  }

  /// The parent of what nobody asked for: an object all the same, since clients look into it unguarded.
  public static let noParent = Array("{}".utf8)
}

/// Why frames are not a message. It is logged; the sender gets no answer.
public struct MessageError: Error, Equatable, CustomStringConvertible {
  public var description: String

  init(_ description: String) { self.description = description }
}

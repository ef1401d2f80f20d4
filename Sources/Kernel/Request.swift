import JSON
import Wire

/// A message that a client sent on the shell or the control channel.
package struct Request: Sendable {
  var channel: Channel
  var message: Message
  /// Its place among all that arrived on the shell; an abort reaches up to a place.
  var arrival = 0

  package init(channel: Channel, message: Message, arrival: Int = 0) {
    (self.channel, self.message, self.arrival) = (channel, message, arrival)
  }

  subscript(field: String) -> JSONValue? { message.content[field] }

  func bool(_ field: String, or standard: Bool) -> Bool { self[field]?.bool ?? standard }

  var code: String { self["code"]?.string ?? "" }

  /// The cursor as a count of Unicode scalars within the code; the end where the client names none.
  var cursor: Int {
    let end = code.unicodeScalars.count
    return min(max(self["cursor_pos"]?.int ?? end, 0), end)
  }

  /// The message of this type that answers the request, to the client who sent it.
  func answer(_ type: String, on channel: Channel? = nil, _ content: JSONValue) -> OutgoingMessage {
    OutgoingMessage(
      type, on: channel ?? self.channel, to: message.identities, parent: message.header, content: content)
  }

  /// A message that the request makes the kernel publish.
  func publication(_ type: String, _ content: JSONValue) -> OutgoingMessage {
    OutgoingMessage(type, on: .iopub, parent: message.header, content: content)
  }
}

/// The answer to a request.
struct Reply {
  var content: JSONValue
  /// What is to be done once the client has the reply and the idle status.
  var afterwards: (() -> Void)?

  init(_ content: JSONValue, afterwards: (() -> Void)? = nil) {
    self.content = content
    self.afterwards = afterwards
  }
}

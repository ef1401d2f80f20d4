// What an evaluation may do to the world around it. The kernel, the notebook runner and the tests
// each give the interpreter a host of their own; the interpreter knows nothing of sockets or files.

/// One value in several media types, best first; text types are strings, binary ones base64.
public struct Bundle: Equatable, Sendable {
  public struct Entry: Equatable, Sendable {
    public var mediaType: String
    public var text: String

    public init(_ mediaType: String, _ text: String) {
      self.mediaType = mediaType
      self.text = text
    }
  }

  public var entries: [Entry]

  public init(_ entries: [Entry]) { self.entries = entries }

  public init(plain: String) { entries = [Entry("text/plain", plain)] }

  /// Bytes of all its forms.
  var size: Int { entries.reduce(0) { $0 + $1.text.utf8.count } }

  public subscript(mediaType: String) -> String? {
    entries.first { $0.mediaType == mediaType }?.text
  }
}

public enum OutputStream: String, Sendable {
  case standardOutput = "stdout"
  case standardError = "stderr"
}

/// Where the output of an evaluation goes and where its input comes from. Called on the evaluation
/// thread only, in order.
public protocol Host: AnyObject {
  /// Whether what is shown can be replaced later. Where it cannot, what changes while it is computed is shown once,
  /// in its last state: how many states there are between is a matter of the clock.
  var canReplace: Bool { get }
  func write(_ text: String, to stream: OutputStream)
  /// Shows a bundle now; `id` is given when it may be replaced later.
  func display(_ bundle: Bundle, id: String?)
  /// Replaces what `display` showed under `id`.
  func update(_ bundle: Bundle, id: String)
  func clearOutput(wait: Bool)
  /// Asks the user for a line. Throws `InputUnavailable` where nobody can answer, `Interruption.Raised` when
  /// the evaluation was interrupted while waiting.
  func input(prompt: String) throws -> String
  /// What was just displayed, or what the cell is about to have as its result, can be asked for more states as long as
  /// the session runs.
  func offer(_ adjustable: any Adjustable, asResult: Bool)
}

extension Host {
  public var canReplace: Bool { true }
  public func offer(_ adjustable: any Adjustable, asResult: Bool) {}
}

public struct InputUnavailable: Error {
  public init() {}
}

import JSON

/// Where a kernel listens and how its messages are signed: the content of a connection file.
public struct Connection: Equatable, Sendable {
  public enum Transport: String, Sendable { case tcp, ipc }

  public var transport: Transport
  /// The address to bind, exactly; for ipc the beginning of the files' paths.
  public var ip: String
  public var ports: [Channel: Int]
  /// The key of the signatures; empty when messages are not signed.
  public var key: [UInt8]
  /// The key pair that encrypts the transport, in Z85; `nil` when it is in the clear.
  public var curve: CurveKeys?

  public struct CurveKeys: Equatable, Sendable {
    public var publicKey: String
    public var secretKey: String

    public init(publicKey: String, secretKey: String) {
      self.publicKey = publicKey
      self.secretKey = secretKey
    }
  }

  public init(
    transport: Transport, ip: String, ports: [Channel: Int], key: [UInt8], curve: CurveKeys? = nil
  ) {
    self.transport = transport
    self.ip = ip
    self.ports = ports
    self.key = key
    self.curve = curve
  }

  /// The address of a channel as ZeroMQ writes it.
  public func endpoint(_ channel: Channel) -> String {
    let port = ports[channel] ?? 0
    switch transport {
    case .tcp: return ip.contains(":") ? "tcp://[\(ip)]:\(port)" : "tcp://\(ip):\(port)"
    case .ipc: return "ipc://\(path(channel))"
    }
  }

  /// The files that an ipc transport leaves in the file system.
  public var paths: [String] {
    transport == .ipc ? Channel.allCases.map(path) : []
  }

  /// Whether only programs of this machine can reach the kernel.
  public var isLocal: Bool {
    transport == .ipc || ip == "localhost" || ip == "::1" || ip.hasPrefix("127.")
  }

  private func path(_ channel: Channel) -> String { "\(ip)-\(ports[channel] ?? 0)" }
}

/// What is wrong with a connection file.
public struct ConnectionError: Error, Equatable, CustomStringConvertible {
  public var description: String
}

extension Connection {
  /// Reads the text of a connection file. Keys that are not known are ignored; a signature scheme or a
  /// transport that is not known is an error, because nobody could talk to such a kernel.
  public init(parsing text: [UInt8]) throws(ConnectionError) {
    let file: JSONValue
    do {
      file = try JSONValue(parsingFile: text)
    } catch {
      throw ConnectionError(description: "the connection file is not JSON: \(error)")
    }
    guard file.object != nil else {
      throw ConnectionError(description: "the connection file is not a JSON object")
    }

    let scheme = try Self.text("signature_scheme", of: file, or: "hmac-sha256")
    guard scheme.lowercased() == "hmac-sha256" || scheme.isEmpty else {
      throw ConnectionError(
        description: "unknown signature_scheme '\(scheme)'; this kernel knows hmac-sha256")
    }
    let transportName = try Self.text("transport", of: file, or: "tcp")
    guard let transport = Transport(rawValue: transportName) else {
      throw ConnectionError(
        description: "unknown transport '\(transportName)'; this kernel knows tcp and ipc")
    }
    self.transport = transport
    ip = try Self.text("ip", of: file, or: transport == .tcp ? "127.0.0.1" : "kernel-ipc")
    key = Array(try Self.text("key", of: file, or: "").utf8)
    ports = try Self.ports(of: file)
    curve = try Self.curveKeys(of: file)
  }

  private static func text(
    _ name: String, of file: JSONValue, or standard: String
  ) throws(ConnectionError) -> String {
    switch file[name] {
    case nil, .null: return standard
    case .string(let text): return text
    default: throw ConnectionError(description: "'\(name)' in the connection file is not a string")
    }
  }

  private static func ports(of file: JSONValue) throws(ConnectionError) -> [Channel: Int] {
    var ports: [Channel: Int] = [:]
    for channel in Channel.allCases {
      let name = channel == .heartbeat ? "hb_port" : "\(channel.rawValue)_port"
      guard let port = file[name]?.int, (0...65_535).contains(port) else {
        throw ConnectionError(description: "'\(name)' in the connection file is not a port")
      }
      ports[channel] = port
    }
    return ports
  }

  private static func curveKeys(of file: JSONValue) throws(ConnectionError) -> CurveKeys? {
    let publicKey = try text("curve_publickey", of: file, or: "")
    let secretKey = try text("curve_secretkey", of: file, or: "")
    if publicKey.isEmpty && secretKey.isEmpty { return nil }
    guard publicKey.utf8.count == 40 && secretKey.utf8.count == 40 else {
      throw ConnectionError(
        description: "curve_publickey and curve_secretkey must stand together, 40 characters each")
    }
    return CurveKeys(publicKey: publicKey, secretKey: secretKey)
  }
}

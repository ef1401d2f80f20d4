import CZeroMQ
import Glibc
import JSON
import Notebook
import Wire

/// Starts an installed kernel as Jupyter would, asks who it is, and lets it go.
struct KernelCheck {
  let installation: Installation
  /// Seconds a kernel may take to answer, and then to end.
  private let patience = 10.0

  /// What the kernel says it is: "nabla 0.1.0".
  func run() throws -> String {
    let folder = try temporaryFolder()
    defer { removeTemporaryFolder(folder) }
    let connection = Connection(
      transport: .ipc, ip: "\(folder)/channel",
      ports: Dictionary(uniqueKeysWithValues: Channel.allCases.enumerated().map { ($1, $0 + 1) }),
      key: Array(uniqueIdentifier().utf8))
    let connectionFile = "\(folder)/connection.json"
    try writeFile(connectionFile, description(of: connection), mode: 0o600)

    let logFile = "\(folder)/log"
    let log = open(logFile, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard log >= 0 else { throw FileProblem(logFile, errno: errno) }
    defer { close(log) }
    let process = try ChildProcess(
      installation.arguments(connectionFile: connectionFile), output: log, errors: log)
    do {
      return try converse(with: process, at: connection)
    } catch {
      let said = (try? readFile(logFile)).map { String(decoding: $0, as: UTF8.self) } ?? ""
      throw CommandFailure("the installed kernel did not work: \(error)" + (said.isEmpty ? "" : "\n\(said)"))
    }
  }

  private func converse(with process: ChildProcess, at connection: Connection) throws -> String {
    var process: ChildProcess? = process
    defer { process?.kill() }
    let context = SocketContext()
    defer { context.terminate() }
    let codec = MessageCodec(key: connection.key)
    let shell = try connect(.shell, of: connection, in: context)
    defer { shell.close() }
    let control = try connect(.control, of: connection, in: context)
    defer { control.close() }

    try shell.send(codec.encode(OutgoingMessage("kernel_info_request", on: .shell, content: [:])))
    let poller = Poller(sockets: [shell], descriptors: [])
    let answer = try within(patience) { () throws -> JSONValue? in
      try poller.wait(milliseconds: 20)
      if let frames = try shell.receive(waiting: false) { return try codec.decode(frames).content }
      if process!.hasEnded() {
        process = nil
        throw CommandFailure("it ended at once")
      }
      return nil
    }
    guard let answer else {
      throw CommandFailure("it did not answer within \(Int(clamping: patience)) seconds")
    }
    guard answer["status"]?.string == "ok", let name = answer["implementation"]?.string else {
      throw CommandFailure("it answered \(answer)")
    }

    try control.send(
      codec.encode(OutgoingMessage("shutdown_request", on: .control, content: ["restart": false])))
    let hasEnded = try within(patience) { () throws -> Bool? in
      if process!.hasEnded() { return true }
      usleep(5000)
      return nil
    }
    guard hasEnded != nil else { throw CommandFailure("it did not end when asked to") }
    process = nil
    return "\(name) \(answer["implementation_version"]?.string ?? "")"
  }

  private func connect(_ channel: Channel, of connection: Connection, in context: SocketContext) throws
    -> Socket
  {
    let socket = try Socket(.dealer, in: context)
    socket.set(ZMQ_LINGER, 0)
    try socket.connect(connection.endpoint(channel))
    return socket
  }

  /// Tries until there is a value; `nil` when the time is over.
  private func within<Value>(_ seconds: Double, _ attempt: () throws -> Value?) throws -> Value? {
    let deadline = ContinuousClock.now + .seconds(seconds)
    repeat {
      if let value = try attempt() { return value }
    } while ContinuousClock.now < deadline
    return nil
  }

  /// The text of the connection file.
  private func description(of connection: Connection) -> [UInt8] {
    var file: JSONObject = [
      "transport": .string(connection.transport.rawValue), "ip": .string(connection.ip),
      "key": .string(String(decoding: connection.key, as: UTF8.self)), "signature_scheme": "hmac-sha256",
      "kernel_name": .string(installation.name),
    ]
    for (channel, port) in connection.ports {
      file[channel == .heartbeat ? "hb_port" : "\(channel.rawValue)_port"] = .integer(Int64(port))
    }
    return JSONValue.object(file).bytes()
  }

  /// Short, because the path of a socket must fit 107 bytes.
  private func temporaryFolder() throws -> String {
    var template = Array("\(environment("TMPDIR") ?? "/tmp")/nabla-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FileProblem("a temporary folder", errno: errno) }
    return template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  private func removeTemporaryFolder(_ folder: String) {
    for name in contents(of: folder) { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }
}

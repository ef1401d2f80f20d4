import JSON
import Wire

/// The files that say where a kernel listens.
struct ConnectionFiles: Fuzzer {
  private static let file: JSONValue = [
    "shell_port": 57503, "iopub_port": 40885, "stdin_port": 52597, "control_port": 50160, "hb_port": 42540,
    "ip": "127.0.0.1", "key": "a0436f6c-1916", "transport": "tcp", "signature_scheme": "hmac-sha256",
    "kernel_name": "",
  ]

  func input(_ number: Int, _ dice: inout Dice) -> [UInt8] {
    var file = ConnectionFiles.file
    for _ in 0...dice.below(2) {
      switch dice.below(4) {
      case 0: file["transport"] = dice.pick(["ipc", "tcp", "udp", "", .null])
      case 1: file["ip"] = dice.pick(["::1", "*", "/tmp/k", "", "a\u{0}b", "localhost", "k"])
      case 2:
        let key = dice.pick([
          "", String(repeating: "k", count: 40), String(repeating: "é", count: 20), "short",
        ])
        file["curve_publickey"] = .string(key)
        file["curve_secretkey"] = .string(dice.once(in: 2) ? key : "")
      default: file = Mutation.json(file, &dice)
      }
    }
    let bytes = file.bytes()
    return dice.once(in: 3) ? Mutation.bytes(bytes, &dice) : bytes
  }

  func faults(of input: [UInt8], _ trial: Trial) -> [Fault] {
    trial.step {
      do throws(ConnectionError) {
        let connection = try Connection(parsing: input)
        _ = (connection.paths, connection.isLocal)
        return Channel.allCases.filter { connection.endpoint($0).isEmpty }.map {
          Fault("\($0) has no endpoint")
        }
      } catch {
        return error.description.isEmpty ? [Fault("an error without words")] : []
      }
    }
  }
}

import Foundation
import Interpreter
import JSON
import Kernel
import Support
import Wire

/// Files of remembered cells, damaged, and what clients ask of them. The first line of an input is the request, the
/// rest the file.
struct HistoryFiles: Fuzzer {
  private static let numbers: [JSONValue] = [
    0, 1, 2, 3, -1, .integer(.max), .integer(.min), .integer(.max - 1), 5, 1e18, 9.3e18, 0.5, .null, "1",
  ]

  static func request(_ dice: inout Dice) -> JSONValue {
    [
      "hist_access_type": dice.pick(["tail", "range", "search", "x", .null]), "n": dice.pick(numbers),
      "session": dice.pick(numbers), "start": dice.pick(numbers), "stop": dice.pick(numbers),
      "pattern": dice.pick(["*", "1*", "[a-z]*", "[!", "[]]", "?", "*a*a*a*a*b", "[z-a]", "", "∇*", .null]),
      "output": .bool(dice.once(in: 2)), "raw": .bool(dice.once(in: 2)), "unique": .bool(dice.once(in: 2)),
    ]
  }

  func input(_ number: Int, _ dice: inout Dice) -> [UInt8] {
    var request = HistoryFiles.request(&dice)
    if dice.once(in: 3) { request = Mutation.json(request, &dice) }
    var file = dice.several(0...5) { dice -> [UInt8] in
      var line: JSONValue = [
        "session": dice.pick(HistoryFiles.numbers), "line": dice.pick(HistoryFiles.numbers),
        "source": .string(dice.pick(["1 + 1", "x = 1", "", "é∇\n", "aaaa"])),
      ]
      if dice.once(in: 4) { line = Mutation.json(line, &dice) }
      return line.bytes() + [0x0A]
    }.flatMap { $0 }
    if dice.once(in: 3) { file = Mutation.bytes(file, &dice) }
    // A kernel that was killed has left half a line.
    if dice.once(in: 3) { file = file.dropLast(1 + dice.below(20)) }
    return request.bytes() + [0x0A] + file
  }

  func faults(of input: [UInt8], _ trial: Trial) -> [Fault] {
    let end = input.firstIndex(of: 0x0A) ?? input.endIndex
    guard let request = try? JSONValue(parsing: Array(input[..<end])), request.object != nil else {
      return []
    }
    let path = trial.folder + "/history.jsonl"
    try? Data(input[min(end + 1, input.endIndex)...]).write(to: URL(fileURLWithPath: path))
    defer { trial.tidy() }
    var faults: [Fault] = []
    trial.step {
      let first = SocketlessKernel(history: History(file: HistoryFile(path: path))) { trial.session($0) }
      for (type, content) in [
        ("execute_request", ["code": "\"first\""]), ("history_request", request),
        ("execute_request", ["code": "\"second\""]), ("history_request", request),
      ] as [(String, JSONValue)] {
        let message = HistoryFiles.message(type, content)
        let sent = first.take(message, on: .shell)
        faults += WireMessages.faults(in: sent, to: message, on: .shell, [])
      }
      // The next kernel finds both cells, whatever else stands in the file.
      let next = SocketlessKernel(history: History(file: HistoryFile(path: path))) { trial.session($0) }
      let all = HistoryFiles.message("history_request", ["hist_access_type": "tail", "n": 1000])
      let sent = next.take(all, on: .shell)
      let rows = sent.first { $0.type == "history_reply" }?.content["history"]?.array ?? []
      for source in ["first", "second"] where !rows.contains(where: { $0[2] == .string("\"\(source)\"") }) {
        faults.append(Fault("the \(source) cell is forgotten"))
      }
    }
    return faults
  }

  private static func message(_ type: String, _ content: JSONValue) -> Message {
    Message(
      type: type, identities: [[1]], header: Array("{\"msg_id\":\"1\",\"msg_type\":\"\(type)\"}".utf8),
      content: content)
  }
}

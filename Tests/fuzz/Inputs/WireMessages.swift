import Interpreter
import JSON
import Kernel
import Support
import Wire

/// What clients and strangers send: frames of the wire, signed, unsigned and damaged, one message after the other to
/// one kernel.
///
/// As text, a message is its frames with `--` on a line between them, the channel first; `==` stands between messages.
/// The frame SIGN stands for the right signature of the four that follow.
struct WireMessages: Fuzzer {
  private static let betweenFrames = Array("\n--\n".utf8)
  private static let betweenMessages = Array("\n==\n".utf8)
  private static let key = Array("secret".utf8)

  // MARK: Making

  func input(_ number: Int, _ dice: inout Dice) -> [UInt8] {
    Array(dice.several(1...4) { message(number, &$0) }.joined(separator: WireMessages.betweenMessages))
  }

  private static let types = [
    "execute_request", "execute_request", "complete_request", "inspect_request", "is_complete_request",
    "history_request",
    "comm_open", "comm_msg", "comm_close", "comm_info_request", "kernel_info_request", "interrupt_request",
    "shutdown_request", "input_reply", "debug_request", "status", "",
  ]

  private func message(_ number: Int, _ dice: inout Dice) -> [UInt8] {
    let type = dice.pick(WireMessages.types)
    var header: JSONValue = [
      "msg_id": .string("\(number)-\(dice.below(1000))"), "msg_type": .string(type), "session": "s",
      "username": "u",
      "date": "2026-11-29T19:00:00.000000Z", "version": "5.5",
    ]
    var content = content(of: type, &dice)
    if dice.once(in: 2) { content = Mutation.json(content, &dice) }
    if dice.once(in: 8) { header = Mutation.json(header, &dice) }
    let parent: JSONValue = dice.once(in: 8) ? Mutation.value(&dice) : dice.once(in: 2) ? [:] : header
    let metadata: JSONValue = dice.once(in: 8) ? Mutation.value(&dice) : [:]
    var frames: [[UInt8]] = dice.several(0...2) { dice in
      (0...dice.below(4)).map { _ in UInt8(dice.below(256)) }
    }
    frames += [Array("<IDS|MSG>".utf8), Array("SIGN".utf8)]
    frames += [header, parent, metadata, content].map { $0.bytes() }
    frames += dice.several(0...1) { _ in [1, 2, 3] }
    if dice.once(in: 4) { damage(&frames, &dice) }
    let channel = dice.pick(["shell", "shell", "shell", "control", "stdin"])
    return Array(([Array(channel.utf8)] + frames).joined(separator: WireMessages.betweenFrames))
  }

  private func damage(_ frames: inout [[UInt8]], _ dice: inout Dice) {
    let place = dice.below(frames.count)
    switch dice.below(6) {
    case 0: frames.remove(at: place)
    case 1: frames.insert([], at: place)
    case 2: frames.swapAt(place, dice.below(frames.count))
    case 3: frames.insert(frames[place], at: dice.below(frames.count))
    case 4: frames[place] = Array(String(repeating: dice.pick(["[", "{\"a\":", " "]), count: 5000).utf8)
    default: frames[place] = Mutation.bytes(frames[place], &dice)
    }
  }

  private func code(_ dice: inout Dice) -> String {
    switch dice.below(4) {
    case 0:
      dice.pick([
        "1 + 1", "x", "println(\"a\")", "input(\"?\")", "error(\"e\")", "display(1)", "plot([1])", "", " ",
        "?sum",
      ])
    case 1: Mutation.program(dice.pick(Corpus.contract), others: Corpus.contract, &dice)
    default: dice.pick(Corpus.contract)
    }
  }

  private func content(of type: String, _ dice: inout Dice) -> JSONValue {
    let code = JSONValue.string(code(&dice))
    let cursor = dice.pick(
      [0, 1, 5, 100, -1, .integer(.max), .integer(.min), 2.0, 1e300, .null, "x"] as [JSONValue])
    switch type {
    case "execute_request":
      return [
        "code": code, "silent": .bool(dice.once(in: 4)), "store_history": .bool(!dice.once(in: 4)),
        "user_expressions": ["a": "1 + 1", "b": code], "allow_stdin": .bool(dice.once(in: 2)),
        "stop_on_error": .bool(dice.once(in: 2)),
      ]
    case "complete_request": return ["code": code, "cursor_pos": cursor]
    case "inspect_request":
      return ["code": code, "cursor_pos": cursor, "detail_level": dice.pick([0, 1, cursor])]
    case "is_complete_request": return ["code": code]
    case "history_request": return HistoryFiles.request(&dice)
    case "comm_open":
      let target = dice.pick(["t", "jupyter.widget", "jupyter.widget.control"] as [JSONValue])
      return ["comm_id": "c", "target_name": target, "data": [:]]
    case "comm_msg", "comm_close":
      let asking: JSONValue = ["method": "request_states"]
      return ["comm_id": "c", "data": dice.once(in: 3) ? asking : Mutation.value(&dice)]
    case "shutdown_request": return ["restart": .bool(dice.once(in: 2))]
    case "input_reply": return ["value": code]
    default: return [:]
    }
  }

  // MARK: Trying

  func faults(of input: [UInt8], _ trial: Trial) -> [Fault] {
    trial.tidy()
    let kernel = SocketlessKernel { trial.session($0, time: nil) }
    let isSigned = hash(input) % 8 != 0
    let key = isSigned ? WireMessages.key : []
    let codec = MessageCodec(key: key)
    var faults: [Fault] = []
    for text in WireMessages.split(input, at: WireMessages.betweenMessages) {
      var frames = WireMessages.split(text, at: WireMessages.betweenFrames)
      let channel = Channel(rawValue: String(decoding: frames.removeFirst(), as: UTF8.self)) ?? .shell
      WireMessages.sign(&frames, key)
      guard let message = trial.step({ try? codec.decode(frames) }) else { continue }
      if channel == .stdin {
        kernel.answers.append(message.content["value"]?.string ?? "")
        continue
      }
      let sent = trial.step(interrupted: true) { kernel.take(message, on: channel) }
      faults += WireMessages.faults(in: sent, to: message, on: channel, key)
    }
    let last = Message(
      type: "execute_request", header: Array("{\"msg_id\":\"last\"}".utf8), content: ["code": "1 + 1"])
    let sent = trial.step { kernel.take(last, on: .shell) }
    let result = sent.first { $0.type == "execute_result" }?.content["data"]?["text/plain"]
    if result != "2" { faults.append(Fault("1 + 1 is not 2 afterwards", "\(result ?? "nothing")")) }
    return faults
  }

  /// What a client could not read, and what is not as the protocol has it.
  static func faults(
    in sent: [OutgoingMessage], to message: Message, on channel: Channel, _ key: [UInt8]
  ) -> [Fault] {
    var faults = SocketlessKernel.disorder(in: sent, to: message, on: channel).map { Fault($0) }
    let (sender, reader) = (MessageCodec(key: key), MessageCodec(key: key))
    for one in sent {
      do {
        let read = try reader.decode(sender.encode(one))
        if read.type != one.type || read.content != one.content {
          // A number that is none has no other form in JSON.
          faults.append(Fault("\(one.type) does not read back", "\(one.content)"))
        }
      } catch {
        faults.append(Fault("\(one.type) cannot be read: \(error)", "\(one.content)"))
      }
    }
    return faults
  }

  private static func sign(_ frames: inout [[UInt8]], _ key: [UInt8]) {
    guard let place = frames.firstIndex(of: Array("SIGN".utf8)), place + 5 <= frames.count else { return }
    frames[place] = Authenticator(key: key).sign(frames[(place + 1)..<(place + 5)])
  }

  static func split(_ bytes: [UInt8], at separator: [UInt8]) -> [[UInt8]] {
    var parts: [[UInt8]] = [[]]
    var place = 0
    while place < bytes.count {
      if bytes[place] == separator[0], bytes[place...].starts(with: separator) {
        parts.append([])
        place += separator.count
      } else {
        parts[parts.count - 1].append(bytes[place])
        place += 1
      }
    }
    return parts
  }
}

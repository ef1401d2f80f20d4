import Formats
import Foundation
import Interpreter
import Support

/// Files of every format that `load` reads, damaged: their bytes, or what is packed in them with its checksums right.
/// The first line of an input is what stands behind `load(`, the rest the file.
struct DataFiles: Fuzzer {
  func input(_ number: Int, _ dice: inout Dice) -> [UInt8] {
    let (name, original) = dice.pick(Corpus.files)
    var bytes = original
    var ending =
      name.hasSuffix("-ubyte") ? "idx" : name.split(separator: ".", maxSplits: 1).last.map(String.init) ?? ""
    if bytes.starts(with: [0x1F, 0x8B]), dice.once(in: 2), let inner = try? Deflate.inflate(bytes[...], .gzip)
    {
      bytes = (try? Deflate.gzip(Mutation.bytes(inner, &dice))) ?? bytes
    } else if ending == "png", dice.once(in: 2) {
      bytes = Checksums.png(Mutation.bytes(bytes, &dice))
    } else if ending == "npy", dice.once(in: 3) {
      bytes = Checksums.zip(Mutation.bytes(bytes, &dice), &dice)
      ending = "npz"
    } else {
      bytes = Mutation.bytes(bytes, &dice)
    }
    if dice.once(in: 12) {
      ending = dice.pick(["npy", "npz", "csv", "tsv", "idx", "png", "json", "csv.gz", "npy.gz"])
    }
    var call = "\"a.\(ending)\""
    if dice.once(in: 6) {
      call += dice.pick([
        "; header = true", "; header = false", "; separator = \";\"", "; separator = \"\"",
        "; separator = \"∇\"",
        "; header = 1", "; header = true, separator = \"\\t\"",
      ])
    }
    return Array(call.utf8) + [0x0A] + bytes
  }

  func faults(of input: [UInt8], _ trial: Trial) -> [Fault] {
    let end = input.firstIndex(of: 0x0A) ?? input.endIndex
    let call = String(decoding: input[..<end], as: UTF8.self)
    let name = call.dropFirst().prefix { $0 != "\"" }
    guard !name.isEmpty, !name.contains("/"), !name.hasPrefix(".") else { return [] }
    trial.tidy()
    try? Data(input[min(end + 1, input.endIndex)...]).write(
      to: URL(fileURLWithPath: "\(trial.folder)/\(name)"))
    let session = trial.session(CollectingHost())
    func run(_ code: String) -> Outcome { trial.step { session.run(code, label: "cell [1]") } }

    var faults: [Fault] = []
    switch run("x = load(\(call))\nx") {
    case .failed(let failure): faults += MessageCheck.faults(of: failure, in: "load(\(call))")
    case .finished(let shown):
      trial.board.outcomes.finished += 1
      // What was read is written, and read again as the same.
      let kinds =
        name.hasSuffix("npy") || name.hasSuffix("npz")
        ? [String(name.suffix(3))] : ["json", "csv", "npz", "png"]
      for kind in kinds {
        let again = run("save(\"b.\(kind)\", x)\ny = load(\"b.\(kind)\")\ny")
        if case .failed(let failure) = again {
          faults += MessageCheck.faults(of: failure, in: "load save \(call)")
        } else if case .finished(let second) = again, kind.hasPrefix("np"), name.hasSuffix(kind),
          second?["text/plain"] != shown?["text/plain"]
        {
          faults.append(Fault("\(kind) is not read as it was written", "\(shown as Any)\n\(second as Any)"))
        }
      }
    }
    return faults + trial.afterwards(session)
  }
}

/// Files whose damage is not found by their checksums.
enum Checksums {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
  }

  static func crc(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
  }

  /// Every chunk of a picture with the sum that belongs to it, as far as its chunks can be followed.
  static func png(_ picture: [UInt8]) -> [UInt8] {
    var bytes = picture
    var place = 8
    while place + 12 <= bytes.count {
      let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      guard place + 12 + length <= bytes.count else { break }
      let sum = crc(bytes[(place + 4)..<(place + 8 + length)])
      for byte in 0..<4 {
        bytes[place + 8 + length + byte] = UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * byte))
      }
      place += 12 + length
    }
    return bytes
  }

  /// An archive of one stored member, now and then with a size or a place that is not so.
  static func zip(_ member: [UInt8], _ dice: inout Dice) -> [UInt8] {
    func little(_ value: Int, _ width: Int) -> [UInt8] {
      (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var lie: Int { dice.once(in: 8) ? dice.pick([0, 1, -1, 0x7FFF_FFFF, member.count + 1]) : 0 }
    let name = Array(dice.pick(["a.npy", "a", "", "../a.npy", "a.npy\u{0}"]).utf8)
    let sum = Int(crc(member))
    let sizes = little(sum, 4) + little(member.count + lie, 4) + little(member.count + lie, 4)
    let version: [UInt8] = [20, 0, 0, 0, dice.once(in: 10) ? 8 : 0, 0, 0, 0, 0, 0]
    let own = little(0x0403_4B50, 4) + version + sizes + little(name.count, 2) + [0, 0] + name + member
    var central = little(0x0201_4B50, 4) + [20, 0] + version + sizes + little(name.count, 2)
    central +=
      little(0, 2) + little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4) + little(lie, 4) + name
    let count = dice.once(in: 10) ? 1000 : 1
    let entries = Array(repeating: central, count: count == 1 || dice.once(in: 2) ? 1 : 50).flatMap { $0 }
    let end = little(0x0605_4B50, 4) + little(0, 4) + little(count, 2) + little(count, 2)
    return own + entries + end + little(entries.count + lie, 4) + little(own.count + lie, 4) + [0, 0]
  }
}

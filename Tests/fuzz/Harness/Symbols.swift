import Foundation

/// Addresses of calls in words.
enum Symbols {
  /// The calls from the innermost on, without those of the harness and of the system's libraries, as far as the
  /// debug information of this program tells them.
  static func frames(_ lines: [String]) -> [String] {
    guard let start = lines.lastIndex(where: { $0 + "\n" == LastWords.mark }) else { return [] }
    let addresses = lines[(start + 1)...].prefix { $0.utf8.count == 16 && UInt($0, radix: 16) != nil }
    return names(of: addresses.map { "0x" + $0 }).filter { !$0.contains("LastWords") }
  }

  private static func names(of addresses: [String]) -> [String] {
    guard !addresses.isEmpty else { return [] }
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["llvm-symbolizer", "--obj=/proc/\(getpid())/exe", "--output-style=GNU", "-f"] + addresses
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return addresses }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let lines = text.split(separator: "\n").map(String.init)
    let pairs = stride(from: 0, to: lines.count - 1, by: 2).map { place -> String in
      let file = lines[place + 1].split(separator: "/").suffix(2).joined(separator: "/")
      return "\(lines[place].prefix(120)) at \(file)"
    }
    return pairs.isEmpty ? addresses : pairs
  }
}

import Foundation

/// Inputs that failed once. They are tried before all others, in the order of their names.
enum Seeds {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("seeds")

  static func files(of kind: Kind) -> [String] {
    let place = folder.appendingPathComponent(kind.name)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted().map { place.appendingPathComponent($0).path }
  }

  /// Keeps an input under the hash of its bytes.
  static func keep(_ input: [UInt8], of kind: Kind) -> String {
    let place = folder.appendingPathComponent(kind.name)
    try? FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    let digits = String(hash(input), radix: 16)
    let name = String(repeating: "0", count: 16 - digits.count) + digits
    try? Data(input).write(to: place.appendingPathComponent(name))
    return "\(kind.name)/\(name)"
  }
}

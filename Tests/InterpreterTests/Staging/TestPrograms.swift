import Foundation

extension StagedRun {
  /// Calls `body` with each program in `Tests/Programs`: its text, its name, and the folder they are in.
  static func programsOfTheTests(_ body: (_ code: String, _ name: String, _ folder: String) throws -> Void)
    throws
  {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Programs")
    for folder in try FileManager.default.contentsOfDirectory(atPath: root.path).sorted() {
      let directory = root.appendingPathComponent(folder)
      for file in try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
      where file.hasSuffix(".nabla") {
        let code = try String(contentsOf: directory.appendingPathComponent(file), encoding: .utf8)
        try body(code, "\(folder)/\(file)", root.path)
      }
    }
  }
}

import Foundation
import JSON
import Support

/// What people wrote, for new inputs to be made of.
enum Corpus {
  private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let root = tests.deletingLastPathComponent()

  /// Files below a folder, in the order of their paths.
  private static func files(_ folder: URL, _ ending: String) -> [URL] {
    let found =
      FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?
      .compactMap { $0 as? URL } ?? []
    return found.filter { $0.pathExtension == ending }.sorted { $0.path < $1.path }
  }

  private static func text(_ file: URL) -> String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }

  /// The programs of the tests.
  static let programs = files(tests.appendingPathComponent("Programs"), "nabla").map(text)

  /// The cells of the contract.
  static let contract = files(tests.appendingPathComponent("InterpreterTests/Contract"), "txt").flatMap {
    ContractCase.all(in: text($0)).map(\.code)
  }

  private static let notebooks = files(root.appendingPathComponent("notebooks"), "ipynb")
    .compactMap { try? JSONValue(parsing: Array(Data(contentsOf: $0))) }

  private static func sources(_ type: String) -> [String] {
    notebooks.flatMap { notebook in
      (notebook["cells"]?.array ?? []).filter { $0["cell_type"]?.string == type }.compactMap { cell in
        cell["source"]?.string ?? cell["source"]?.array?.compactMap(\.string).joined()
      }
    }
  }

  /// Cells of the notebooks: code and text.
  static let cells = sources("code")
  static let texts = sources("markdown")

  /// What is short enough to be evaluated in no time, most of it.
  static let code = programs + contract + cells

  /// Data files with their names.
  static let files: [(name: String, bytes: [UInt8])] = {
    let folder = tests.appendingPathComponent("InterpreterTests/Fixtures")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().compactMap { name in
      guard !name.hasPrefix("."), let data = try? Data(contentsOf: folder.appendingPathComponent(name)) else {
        return nil
      }
      return (name, Array(data))
    }
  }()
}

// Each figure of the gallery against its committed bytes. NABLA_UPDATE_SNAPSHOTS=1 rewrites them.
import Foundation
import XCTest

@testable import Figures

final class SnapshotTests: XCTestCase {
  private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Snapshots")

  func testGalleryIsAsCommitted() throws {
    let updates = ProcessInfo.processInfo.environment["NABLA_UPDATE_SNAPSHOTS"] == "1"
    for (name, drawn) in Gallery.drawn {
      let svg = try drawn.get()
      let file = folder.appendingPathComponent("\(name).svg")
      if updates {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try svg.write(to: file, atomically: true, encoding: .utf8)
        continue
      }
      let kept = try String(contentsOf: file, encoding: .utf8)
      if svg == kept { continue }
      let pairs = zip(svg.split(separator: "\n"), kept.split(separator: "\n"))
      // The hash in the ids changes with anything; the first line that differs otherwise says more.
      let first = pairs.first { $0 != $1 && !$0.contains("=\"n") && !$0.contains("#n") }
      XCTFail(
        "\(name) is not as committed (NABLA_UPDATE_SNAPSHOTS=1 rewrites it):\n"
          + "  now:  \(first?.0 ?? "the same lines, another number of them")\n  kept: \(first?.1 ?? "")")
    }
  }

  func testSnapshotsAreThoseOfTheGallery() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    XCTAssertEqual(files, Gallery.all.map { "\($0.name).svg" }.sorted())
  }
}

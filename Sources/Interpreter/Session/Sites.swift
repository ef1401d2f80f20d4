import Syntax

/// Every place of the program that can fail or that the tape remembers has a number. The numeric core
/// carries the number; only this table knows what text it stands for.
package struct Site {
  /// Index into `Sites.sources`.
  package var source: Int
  package var span: Span
  /// The parts worth underlining, in the order of the operands.
  package var operands: [Span]
}

/// One text that was compiled: a cell, a file or the library's prelude.
package struct CompiledSource {
  package var source: Source
  package var isLibrary: Bool
}

package final class Sites {
  private(set) var sources: [CompiledSource] = []
  private(set) var sites: [Site] = [Site(source: -1, span: Span(0, 0), operands: [])]

  func add(_ source: Source, isLibrary: Bool) -> Int {
    sources.append(CompiledSource(source: source, isLibrary: isLibrary))
    return sources.count - 1
  }

  func add(_ site: Site) -> Int32 {
    sites.append(site)
    return Int32(sites.count - 1)
  }

  package subscript(_ site: Int32) -> Site? {
    site > 0 && Int(site) < sites.count ? sites[Int(site)] : nil
  }

  package func source(of site: Site) -> CompiledSource? {
    sources.indices.contains(site.source) ? sources[site.source] : nil
  }
}

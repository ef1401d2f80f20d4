import Syntax

/// Every place of the program that can fail or that the tape remembers has a number. The numeric core
/// carries the number; only this table knows what text it stands for.
struct Site {
  /// Index into `Sites.sources`.
  var source: Int
  var span: Span
  /// The parts worth underlining, in the order of the operands.
  var operands: [Span]
}

/// One text that was compiled: a cell, a file or the library's prelude.
struct CompiledSource {
  var source: Source
  var isLibrary: Bool
}

final class Sites {
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

  subscript(_ site: Int32) -> Site? {
    site > 0 && Int(site) < sites.count ? sites[Int(site)] : nil
  }

  func source(of site: Site) -> CompiledSource? {
    sources.indices.contains(site.source) ? sources[site.source] : nil
  }
}

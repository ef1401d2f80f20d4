import Explorables
import Figures
import Interpreter

/// A figure or an explorable as a page of its own, for `save("page.html", …)`.
enum FigurePage {
  /// `nil` for values that are neither.
  static func markup(of value: Value) throws -> String? {
    if case .record(let record) = value, let exploration = record.payload as? Exploration {
      let (explorable, packed, picture) = try exploration.shown()
      return explorable.page(title: exploration.sentence(explorable), packed: packed, picture: picture)
    }
    guard let figure = try FileKind.figure(in: value) else { return nil }
    let drawn = try figure.drawn()
    return figurePage(title: drawn.sentence, body: drawn.html)
  }
}

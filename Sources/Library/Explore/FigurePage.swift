import Explorables
import Figures
import Interpreter

/// A figure or an explorable as a page of its own, for `save("page.html", …)`.
enum FigurePage {
  /// `nil` for values that are neither.
  static func markup(of value: Value) throws -> String? {
    if case .record(let record) = value, let exploration = record.payload as? Exploration {
      let (explorable, packed, picture) = try exploration.shown()
      return page(
        exploration.sentence(explorable), explorable.html(packed: packed, picture: picture, withScript: false)
      )
    }
    guard let figure = try FileKind.figure(in: value) else { return nil }
    let drawn = try figure.drawn()
    return page(drawn.sentence, drawn.html + "\n")
  }

  private static func page(_ title: String, _ body: String) -> String {
    PageFrame.plain(title: title, generator: "nabla \(Language.version)").markup(around: body)
  }
}

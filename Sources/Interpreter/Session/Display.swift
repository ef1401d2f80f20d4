import Figures

/// A value in the media types that a front end shows.
package enum Display {
  /// The bundle of a cell's value; `nil` where there is nothing to show.
  package static func bundle(of value: Value) throws -> Bundle? {
    switch value {
    case .unset, .nothing: return nil
    case .figure(let figure): return try bundle(of: figure)
    case .record(let record):
      if let bundle = try Machine.session?.library.bundle(of: record) { return bundle }
      if let figure = try figure(of: record) { return try bundle(of: figure) }
      if record.tag?.showsText == true, case .string(let markdown)? = record["markdown"] {
        return Bundle([
          Bundle.Entry("text/markdown", markdown.string), Bundle.Entry("text/plain", Printer.block(value)),
        ])
      }
      return Bundle(plain: Printer.block(value))
    default: return Bundle(plain: Printer.block(value))
    }
  }

  /// The figure that a record shows as, where the library knows one.
  package static func figure(of record: Record) throws -> FigureValue? {
    try Machine.session?.library.figure(of: record)
  }

  /// Whether an error says that something cannot be drawn.
  package static func isOfFigure(_ error: any Error) -> Bool {
    ((error as? RuntimeError)?.cause ?? error) is FigureFault
  }

  /// Kind and message of an error that a program could catch; `nil` for an interrupt and the limits.
  package static func words(of error: any Error) -> (kind: String, message: String)? {
    Report.isCatchable(error) ? (Report.kind(of: error), Report.message(of: error)) : nil
  }

  /// The picture as HTML, which untrusted notebooks show too; as SVG for exports; and its sentence.
  private static func bundle(of value: FigureValue) throws -> Bundle {
    let drawn = try value.figure.drawn()
    return Bundle([
      Bundle.Entry("text/html", drawn.html), Bundle.Entry("image/svg+xml", drawn.svg),
      Bundle.Entry("text/plain", drawn.sentence),
    ])
  }
}

// Every mark there is. Each row is declared in the mark's own file.

/// The marks.
public enum Marks {
  /// Every mark, in the order of the reference page.
  public static let all: [MarkRow] = [
    plot, scatter, bars, histogram, ribbon, errorBars, heatmap, image, overlay, contour, region, field, track,
    spectrum,
    descent, horizontalLine, verticalLine, arrow, text,
  ]

  /// Makes the figure of the mark named so.
  public static func build(
    _ name: String, _ channels: [Channel], _ options: [String: OptionValue] = [:]
  ) throws -> Figure {
    guard let row = all.first(where: { $0.name == name }) else {
      throw FigureFault.unknownMark(name: name)
    }
    return try row.build(channels, options)
  }
}

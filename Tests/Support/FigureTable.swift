/// What is drawn and where, at the ends of the numbers or between two of them.
package enum FigureTable {
  package static let data = [
    "[1e308, -1e308, 0]", "[NaN, 1, Inf]", "[1e-320, 2e-320]", "[1e15, 1e15 + 0.125, 1e15 + 1]", "[5]",
  ]

  /// Options `k`: limits, scales, sizes, and one that changes nothing.
  package static let limits = [
    "title = \"\"", "ylimits = 0..1", "ylimits = 1..1e300, xlimits = 1e300..1e301", "xlimits = 0..1e-300",
    "xlimits = -1e308..1e308, ylimits = -1e308..1e308", "xscale = \"symlog\", yscale = \"log\"",
    "yscale = \"symlog\", ylimits = -1e308..1e308", "yscale = \"log\", ylimits = 1e-320..1e308",
    "ylimits = 1e-320..2e-320, xlimits = 1..1.0000000000000002", "size = (60, 60)",
  ]

  /// Calls of every mark with the data `d` and the options `k`.
  package static let marks = [
    "plot(d; k)", "plot(d, d; k)", "scatter(d, d; k)", "bars(d; k)", "hist(d; k)", "ribbon(d, d, 2d; k)",
    "errorbars(d, d, d; k)", "hline(d[1]; k)", "vline(d[1]; k)", "text(d[1], d[1], \"a\"; k)",
    "arrow((0, 0), (d[1], d[1]); k)", "heatmap(d ⊗ [1, 2]; k)", "heatmap(d ⊗ [1, 2]; x = d, k)",
    "image(d ⊗ [1, 2]; k)", "overlay([1 2; 3 4], d ⊗ [1, 2]; k)", "track(d ⊗ [1, 2]; k)",
    "spectrum((re = d, im = d); k)", "contour((x, y) -> x * d[1] + y, 0..1, 0..1; k)",
    "contour((x, y) -> x * y, -1e308..1e308, 0..1; k)", "field((x, y) -> (d[1] * x, y), 0..1, 0..1; k)",
    "region((x, y) -> x * d[1], 0..1, 0..1; k)", "plot(x -> x * d[1], -1..1; k)",
    "plot(x -> 1 / x, -1e308..1e308; k)", "descent(x -> x^2, descend(x -> x^2 * d[1], 1.0; steps = 4); k)",
  ]
}

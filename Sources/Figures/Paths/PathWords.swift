// What is said about paths, in the figure and in its sentence.

enum PathWords {
  /// Where a point is drawn: in its own two coordinates, or in the plane of a projection.
  static func place(_ point: [Double], _ plane: Projection?) -> Point {
    guard point.allSatisfy(\.isFinite) else { return Point(x: .nan, y: .nan) }
    return plane?.project(point) ?? Point(x: point[0], y: point[1])
  }

  /// A point as it is written, the first coordinates of a long one; for labels with true minus signs.
  static func tuple(_ point: [Double], forLabel: Bool = false) -> String {
    let shown = point.prefix(3).map { forLabel ? labelText($0, digits: 3) : plainText($0) }
    if point.count == 1 { return shown[0] }
    return "(" + (shown + (point.count > 3 ? ["…"] : [])).joined(separator: ", ") + ")"
  }

  static func percent(_ share: Double) -> String {
    // 99.97 % is not all of it.
    let text = fixed(share * 100, share > 0.99 && share < 1 ? 2 : 0)
    return "\(text == "100.00" ? "100" : text) %"
  }

  static func projected(_ plane: Projection) -> String {
    "projected from \(plane.origin.count) dimensions onto two principal components that show"
      + " \(percent(plane.shown)) of the variance"
  }

  static func axes(_ plane: Projection) -> AxesOptions {
    AxesOptions(
      xlabel: "principal component 1 (\(percent(plane.shares.0)))",
      ylabel: "principal component 2 (\(percent(plane.shares.1)))")
  }

  /// How a descent ended; `left` is the step that took it out of the frame for good.
  static func ending(_ path: PathData, left: Int? = nil) -> String {
    let steps = path.steps == 1 ? "1 step" : "\(path.steps) steps"
    switch path.status {
    case "converged": return "converged in \(steps)"
    case "diverged": return "diverged at step \(path.steps)"
    default:
      if path.fliesOff { return "diverged in \(steps)" }
      return left.map { "left at step \($0) of \(path.steps)" } ?? "\(path.status) after \(steps)"
    }
  }

  /// Names short enough for the end of a line: labels, else methods, else what tells methods apart.
  static func names(_ paths: [PathData]) -> [String] {
    let heads = paths.map { String($0.method.prefix { $0 != "(" }) }
    return paths.indices.map { index in
      if let label = paths[index].label { return label }
      let head = heads[index]
      if heads.count(where: { $0 == head }) == 1 { return head }
      let twins = paths.indices.filter { heads[$0] == head }.map { paths[$0].method }
      let own = settings(paths[index].method)
      let telling = own.filter { setting in !twins.allSatisfy { settings($0).contains(setting) } }
      if telling.isEmpty { return "\(head) from \(tuple(paths[index].points.first ?? [], forLabel: true))" }
      return telling.joined(separator: ", ")
    }
  }

  private static func settings(_ method: String) -> [String] {
    guard let open = method.firstIndex(of: "("), method.hasSuffix(")") else { return [] }
    let inner = method[method.index(after: open)...].dropLast()
    return inner.split(separator: ",").map { part in
      String(part.drop { $0 == " " })
    }
  }
}

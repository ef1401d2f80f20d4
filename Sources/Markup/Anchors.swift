/// Names of the places on a page that links lead to, each given once.
public struct Anchors: Sendable {
  private var taken: Set<String> = []

  public init() {}

  /// The anchor of a heading, as JupyterLab names it: its words joined by hyphens.
  public mutating func anchor(of heading: String) -> String {
    let words = heading.split(whereSeparator: \.isWhitespace).joined(separator: "-")
    let first = words.isEmpty ? "section" : words
    var anchor = first
    var number = 2
    while !taken.insert(anchor).inserted {
      anchor = "\(first)-\(number)"
      number += 1
    }
    return anchor
  }
}

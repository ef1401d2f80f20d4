/// Names of the places on a page that links lead to, each given once.
public struct Anchors: Sendable {
  private var taken: Set<String> = []
  /// The number that the last heading of the same words got: many may be called alike.
  private var numbers: [String: Int] = [:]

  public init() {}

  /// The anchor of a heading, as JupyterLab names it: its words joined by hyphens.
  public mutating func anchor(of heading: String) -> String {
    let words = heading.split(whereSeparator: \.isWhitespace).joined(separator: "-")
    let first = words.isEmpty ? "section" : words
    var anchor = first
    var number = numbers[first] ?? 1
    while !taken.insert(anchor).inserted {
      number += 1
      anchor = "\(first)-\(number)"
    }
    numbers[first] = number
    return anchor
  }
}

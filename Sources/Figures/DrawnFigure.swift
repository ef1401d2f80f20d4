import Synchronization

/// A figure that has been laid out, in each form that a front end takes.
public struct DrawnFigure: Sendable {
  /// An SVG document.
  public let svg: String
  /// What it shows, in a sentence with its key numbers.
  public let sentence: String
  private let size: Size

  /// How many figures this process has laid out.
  package static let count = Atomic<Int>(0)

  init(svg: String, sentence: String, size: Size) {
    self.svg = svg
    self.sentence = sentence
    self.size = size
    DrawnFigure.count.add(1, ordering: .relaxed)
  }

  /// An `<img>` with everything in it, which untrusted notebooks show too.
  public var html: String {
    let data = base64(Array(svg.utf8))
    return "<img alt=\"\(escaped(sentence, attribute: true))\" height=\"\(pixels(size.height))\""
      + " src=\"data:image/svg+xml;base64,\(data)\" width=\"\(pixels(size.width))\">"
  }
}

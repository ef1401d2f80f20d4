import Figures
import Markup

extension Explorable {
  /// The script that moves the states of every explorable in a page.
  public static let script = String(decoding: PackageResources.Explore_js, as: UTF8.self)

  /// The same with what computes and draws between the states; for pages that have something to compute, since it is five
  /// times as long.
  public static let computingScript =
    "(() => {\n\"use strict\";\n"
    + [PackageResources.Recompute_js, PackageResources.Redraw_js, PackageResources.Explore_js]
    .map { String(decoding: $0, as: UTF8.self) }.joined() + "})();\n"

  private static let beginning = "<div class=\"nabla-explore\">"
  private static let storeStart = "<script class=\"nabla-states\" type=\"text/plain\">"
  /// Of states between which the page computes.
  private static let computedStart = "<script class=\"nabla-states nabla-computed\" type=\"text/plain\">"
  private static let storeEnd = "</script>"

  /// The starting state, which is all that an untrusted notebook shows, the packed states, and a script that puts the
  /// controls over them.
  ///
  /// - Parameters:
  ///   - picture: the markup of the starting state where it is a figure.
  ///   - withScript: whether nobody knows whether there will be a script; a page of ours has one in its end.
  public func html(packed: String, picture: String, withScript: Bool = true) -> String {
    var first = picture
    if case .text(let text) = states[start] { first = Explorable.markup(saying: text) }
    let note =
      "One of \(states.count) states, at \(position(of: start)). The controls come with a trusted notebook."
    return """
      \(Explorable.beginning)
      <div class="nabla-state">\(first)</div>
      <p class="nabla-note"><small>\(escaped(note))</small></p>
      \(withScript ? strip : "")\(recomputed == nil ? Explorable.storeStart : Explorable.computedStart)\(packed)\(Explorable.storeEnd)
      \(withScript ? "<script>\(ownScript)</script>\n" : "")</div>
      """
  }

  private var ownScript: String { recomputed == nil ? Explorable.script : Explorable.computingScript }

  /// A state that is no figure.
  public static func markup(saying words: String) -> String { "<pre>\(escaped(words))</pre>" }

  /// The script that a page needs; `nil` where nothing moves in it.
  public static func script(of page: String) -> String? {
    guard page.contains(beginning) else { return nil }
    return page.contains(computedStart) ? computingScript : script
  }

  /// What stands packed in such a markup; `nil` where it is none.
  public static func packed(in html: String) -> Substring? {
    guard html.hasPrefix(beginning),
      let start = html.firstRange(of: storeStart) ?? html.firstRange(of: computedStart),
      let end = html[start.upperBound...].firstRange(of: storeEnd)
    else { return nil }
    return html[start.upperBound..<end.lowerBound]
  }
}

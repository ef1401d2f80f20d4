import CCrypto
import Figures
import Markup

extension Explorable {
  /// The script that moves the states of every explorable in a page.
  public static let script = String(decoding: PackageResources.Explore_js, as: UTF8.self)

  private static let beginning = "<div class=\"nabla-explore\">"
  private static let storeStart = "<script class=\"nabla-states\" type=\"text/plain\">"
  private static let storeEnd = "</script>"

  /// The starting state, which is all that an untrusted notebook shows, the packed states, and a script that puts the
  /// controls over them.
  ///
  /// - Parameters:
  ///   - picture: the markup of the starting state where it is a figure.
  ///   - withScript: whether the page does not have the script already.
  public func html(packed: String, picture: String, withScript: Bool = true) -> String {
    var first = picture
    if case .text(let text) = states[start] { first = "<pre>\(escaped(text))</pre>" }
    let note =
      "One of \(states.count) states, at \(position(of: start)). The controls come with a trusted notebook."
    return """
      \(Explorable.beginning)
      <div class="nabla-state">\(first)</div>
      <p class="nabla-note"><small>\(escaped(note))</small></p>
      \(Explorable.storeStart)\(packed)\(Explorable.storeEnd)
      \(withScript ? "<script>\(Explorable.script)</script>\n" : "")</div>
      """
  }

  /// Whether a page has something to move.
  public static func moves(_ page: String) -> Bool { page.contains(beginning) }

  /// What stands packed in such a markup; `nil` where it is none.
  public static func packed(in html: String) -> Substring? {
    guard html.hasPrefix(beginning), let start = html.firstRange(of: storeStart),
      let end = html[start.upperBound...].firstRange(of: storeEnd)
    else { return nil }
    return html[start.upperBound..<end.lowerBound]
  }

  /// A page of its own, which forbids all but its script.
  public func page(title: String, packed: String, picture: String) -> String {
    figurePage(title: title, body: html(packed: packed, picture: picture), policy: Explorable.policy)
  }

  /// Nothing from elsewhere, no script but this one.
  public static var policy: String { contentPolicy(allowing: [script]) }
}

/// A page of one figure.
public func figurePage(title: String, body: String, policy: String = contentPolicy()) -> String {
  """
  <!DOCTYPE html>
  <html>
  <head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="\(policy)">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <meta name="generator" content="nabla">
  <title>\(escaped(title))</title>
  <link rel="icon" href="data:,">
  </head>
  <body style="max-width:72em;margin:2em auto;padding:0 1em;font:16px system-ui,sans-serif">
  \(body)
  </body>
  </html>

  """
}

/// A content policy that forbids a page everything but pictures in it, its styles and these scripts, by their SHA-256.
public func contentPolicy(allowing scripts: [String] = []) -> String {
  let own =
    scripts.isEmpty ? "" : "; script-src " + scripts.map { "'sha256-\(hash(of: $0))'" }.joined(separator: " ")
  return "default-src 'none'; img-src data:; style-src 'unsafe-inline'\(own)"
}

private func hash(of script: String) -> String {
  var digest = [UInt8](repeating: 0, count: 32)
  var length: UInt32 = 32
  let text = Array(script.utf8)
  let status = EVP_Digest(text, text.count, &digest, &length, EVP_sha256(), nil)
  precondition(status == 1 && length == 32, "OpenSSL has SHA-256")
  return base64(digest)
}

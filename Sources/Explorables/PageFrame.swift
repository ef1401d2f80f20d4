import CCrypto
import Figures
import Markup

/// What stands around the content of a page: its head, its styles and what it allows, which is nothing from elsewhere
/// and no script but its own.
public struct PageFrame {
  let title: String
  /// Who made the page.
  let generator: String
  let styles: String
  /// The page's own scripts, after its content; where there are explorables, what moves them is one more.
  let scripts: [String]

  public init(title: String, generator: String, styles: [[UInt8]], scripts: [[UInt8]] = []) {
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    (self.title, self.generator) = (title, generator)
    self.styles = styles.map(text).joined()
    self.scripts = scripts.map(text)
  }

  /// A page of one figure, or of anything small.
  public static func plain(title: String, generator: String) -> PageFrame {
    let style =
      "body { max-width: 72em; margin: 2em auto; padding: 0 1em; font: 16px system-ui, sans-serif }\n"
    return PageFrame(title: title, generator: generator, styles: [Array(style.utf8)])
  }

  public func markup(around content: String) -> String {
    let scripts = scripts + (Explorable.script(of: content).map { [$0] } ?? [])
    return """
      <!DOCTYPE html>
      <html>
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(contentPolicy(allowing: scripts))">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="\(escaped(generator))">
      <title>\(escaped(title))</title>
      <link rel="icon" href="data:,">
      <style>
      \(styles)</style>
      </head>
      <body>
      \(content)\(scripts.map { "<script>\($0)</script>\n" }.joined())</body>
      </html>

      """
  }
}

/// A content policy that forbids a page everything but pictures in it, its styles and these scripts, by their SHA-256.
func contentPolicy(allowing scripts: [String]) -> String {
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

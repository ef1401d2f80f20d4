import Explorables
import Interpreter
import Markup

/// What stands around the content of a page: its head, its styles and what it allows.
struct PageFrame {
  let title: String
  let styles: [[UInt8]]
  /// The page's own scripts, after its content. Nothing else can run but what moves explorables, where there are some.
  var scripts: [[UInt8]] = []

  func markup(around content: String) -> String {
    let styles = styles.map { String(decoding: $0, as: UTF8.self) }.joined()
    var scripts = scripts.map { String(decoding: $0, as: UTF8.self) }
    if Explorable.moves(content) { scripts.append(Explorable.script) }
    return """
      <!DOCTYPE html>
      <html>
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(contentPolicy(allowing: scripts))">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="nabla \(Language.version)">
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

import Markup
import Syntax

/// Source of the language with its colours as classes.
func colouredMarkup(_ code: String) -> String {
  let source = Source(code, name: "")
  var markup = ""
  var position = 0
  for coloured in source.colouredSpans where coloured.span.start >= position {
    markup += escapedSigns(source.text(Span(position, coloured.span.start)))
    markup += "<span class=\"\(coloured.kind.rawValue)\">\(escapedSigns(source.text(coloured.span)))</span>"
    position = coloured.span.end
  }
  return markup + escapedSigns(source.text(Span(position, source.scalars.count)))
}

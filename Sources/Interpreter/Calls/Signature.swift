import Numerics

extension Signature {
  /// Reads "f(x, y, rest...; a, b = 1)", the form in which operations say it too.
  package init(parsing text: String) {
    let parsed = OperationSignature(text)
    self.init(
      name: parsed.name, positional: parsed.positional, rest: parsed.rest, named: parsed.named,
      fallbacks: parsed.fallbacks)
  }
}

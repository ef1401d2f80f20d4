/// Arguments with which an operation is tried in the generated tests.
public struct Sample: Sendable {
  public var positional: [Tensor]
  public var named: [String: Tensor]

  init(_ positional: Tensor..., named: [String: Tensor] = [:]) {
    self.positional = positional
    self.named = named
  }
}

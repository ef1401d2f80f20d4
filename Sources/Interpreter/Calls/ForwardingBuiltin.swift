/// A builtin that hands named arguments on to the function it was given.
package final class ForwardingBuiltin: Function {
  private let header: Signature
  private let text: String
  /// Whether it says itself what it calls, where a run is watched for a plan.
  let isFollowed: Bool
  private let body: (Arguments) throws -> Value

  package init(
    _ header: Signature, documentation: String, isFollowed: Bool = false,
    body: @escaping (Arguments) throws -> Value
  ) {
    self.header = header
    self.isFollowed = isFollowed
    self.text = documentation
    self.body = body
  }

  package override var signature: Signature { header }
  package override var documentation: String { text }
  package override var positionalCount: Int? { header.rest == nil ? header.positional.count : nil }

  package override func call(_ arguments: Arguments) throws -> Value {
    let count = header.positional.count
    let counts = count...(header.rest == nil ? count : Int.max)
    guard counts.contains(arguments.positional.count) else {
      throw Problem.argumentCount(signature: header, given: arguments.positional.count, counts)
    }
    return try body(arguments)
  }
}

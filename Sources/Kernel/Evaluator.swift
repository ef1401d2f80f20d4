import Interpreter

/// What the state machine needs of an interpreter. The tests give it one of their own.
package protocol Evaluator: AnyObject {
  func run(_ code: String, label: String) -> Outcome
  func evaluate(_ expression: String) -> Outcome
  func adjust(_ value: any Adjustable, to positions: [AdjustablePosition]) -> Outcome
  func completeness(of code: String) -> Completeness
  func complete(_ code: String, at cursor: Int) -> Completion
  func inspect(_ code: String, at cursor: Int, detail: Int) -> Bundle?
}

extension Session: Evaluator {
  package func completeness(of code: String) -> Completeness { Session.completeness(of: code) }
}

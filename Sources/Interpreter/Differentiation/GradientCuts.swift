// Where a value that is differentiated by goes into something no gradient goes through, it is remembered, and a note
// says so once a cell (`NonFinite`). Rows of the table tell their own (`Operation.constants`).

import Numerics

extension Value {
  /// Remembers that a followed tensor of this value becomes a constant.
  ///
  /// - Parameters:
  ///   - operation: What it was given to.
  ///   - parameter: As what.
  @inline(__always)
  package func noteCut(of operation: @autoclosure () -> String, _ parameter: @autoclosure () -> String) {
    guard Tape.depth > 0 else { return }
    let isConstant = allLeaves { if case .tensor(let tensor) = $0 { !tensor.isFollowed } else { true } }
    if !isConstant {
      Tape.noteCut(GradientCut(operation: operation(), parameter: parameter(), site: Tape.site))
    }
  }
}

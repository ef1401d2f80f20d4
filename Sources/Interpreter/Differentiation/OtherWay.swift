// What is NaN where it was pushed forward is asked of the way back, as `Numerics/Tape/OtherWay` does the reverse: a
// derivative does not depend on the way that was taken.

import Numerics

extension Differentiation {
  /// The leaves of what was pushed forward, their NaN settled.
  ///
  /// - Parameters:
  ///   - tape: The one that was pushed forward on. Where another is open beneath, it is that one's answer that is settled.
  ///   - velocities: Those of the leaves of `x`.
  ///   - call: The computation.
  static func settled(
    _ tangent: Value, on tape: Tape, at x: Value, along velocities: [Tensor], _ repetition: Repetition,
    _ call: (Value) throws -> Value
  ) throws -> Value {
    guard tape.level == 1, !Tape.isWrittenDown, !isFinite(tangent) else { return tangent }
    let leaves = Trees.leaves(tangent).map { leaf -> (tangent: Tensor, places: [Int])? in
      guard case .tensor(let tensor) = leaf else { return nil }
      return (tensor, OtherWay.places(in: tensor))
    }
    let count = leaves.reduce(0) { $0 + ($1?.places.count ?? 0) }
    guard count > 0, count <= OtherWay.most else { return tangent }
    return try repetition.run {
      let other = try Tape.open(.reverse)
      defer { other.close() }
      let variables = x.mapLeaves { leaf in
        guard case .tensor(let tensor) = leaf else { return leaf }
        return .tensor(other.variable(tensor))
      }
      let results = Trees.leaves(try call(variables))
      guard results.count == leaves.count else { return tangent }
      var position = 0
      return try Trees.map(tangent) { leaf in
        defer { position += 1 }
        guard case .tensor(let y) = results[position], let (tangent, places) = leaves[position],
          !places.isEmpty, y.shape == tangent.shape
        else { return leaf }
        let numbers = try onWayBack {
          try OtherWay.pulled(y, at: places, along: velocities, of: variables.leafTensors, on: other)
        }
        return .tensor(OtherWay.replacing(places, of: tangent, by: numbers))
      }
    }
  }
}

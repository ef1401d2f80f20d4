// A call of which every number is followed from its parameters to its value, texts included: what a page needs that
// computes the value for other parameters. Whatever looks at a number in any other way ends it.

import Numerics

package enum FollowedNumbers {
  /// Runs `body` with these numbers, unseen and unheard, and writes down what it computes from them; `nil` where it does
  /// more than compute, or a number cannot be followed.
  package static func run<Result>(_ numbers: [Double], _ body: (PlanTrace, [Value]) throws -> Result?)
    -> Result?
  {
    guard Tape.depth == 0, !Watch.isOn, !Staging.isOn, !PlanTrace.isOn else { return nil }
    let before = (Tape.site, Machine.depth)
    return Differentiation.Repetition().run {
      let trace = PlanTrace.begin()
      _ = Staging.begin(trace, followingTexts: true)
      defer {
        Staging.end()
        trace.end()
        (Tape.site, Machine.depth) = before
      }
      let followed = numbers.map { Value.tensor(trace.carried(Tensor($0))) }
      guard let result = try? body(trace, followed), !trace.gaveUp else { return nil }
      return result
    }
  }
}

/// What a text was put together from.
package enum TextPiece {
  case text(String)
  case number(Tensor)

  /// The pieces of a value in a text where numbers are followed in it; `nil` for what is always the same. Of anything but a
  /// number or a text the digits are looked at.
  static func followed(in value: Value) -> [TextPiece]? {
    switch value {
    case .string(let text): return text.pieces
    case .tensor(let tensor) where tensor.isScalar && tensor.type == .f64 && !tensor.isPlain:
      if let trace = PlanTrace.current, trace.knows(tensor) { return [.number(tensor)] }
    default: if value.isConstant { return nil }
    }
    if !value.isConstant { Staging.giveUp() }
    return nil
  }

  var text: String {
    switch self {
    case .text(let text): text
    case .number(let tensor): Printer.inline(.tensor(tensor.primal))
    }
  }
}

extension Value {
  /// Whether no number in it is followed.
  package var isAlwaysTheSame: Bool { isConstant }
}

extension Function {
  /// Whether a number that is followed can be reached from it: through the variables of the functions around it, and the
  /// functions in them. What cannot be looked into is taken for one that does.
  package var reachesFollowedNumbers: Bool {
    var seen: Set<ObjectIdentifier> = []
    return Function.reaches(.function(self), &seen)
  }

  private static func reaches(_ value: Value, _ seen: inout Set<ObjectIdentifier>) -> Bool {
    switch value {
    case .tensor(let tensor): return !tensor.isPlain
    case .tuple(let tuple): return tuple.items.contains { reaches($0, &seen) }
    case .record(let record):
      return record.payload != nil || record.items.contains { reaches($0, &seen) }
    case .string(let text): return text.pieces != nil
    case .function(let function):
      guard seen.insert(ObjectIdentifier(function)).inserted else { return false }
      switch function {
      case is Builtin: return false
      case let closure as Closure:
        return closure.code.outerUses.contains { use in
          var frame = closure.parent
          for _ in 1..<use.hops { frame = frame?.parent }
          guard let frame else { return true }
          return reaches(frame.slots[use.slot], &seen)
        }
      default:
        return function.heldFunctions.isEmpty
          || function.heldFunctions.contains { reaches(.function($0), &seen) }
      }
    default: return false
    }
  }
}

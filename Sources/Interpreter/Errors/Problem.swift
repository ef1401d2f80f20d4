// What can go wrong above the numeric core, as data. Words are made in `Wording.swift` alone.

import Numerics
import Syntax

package enum Problem: Error {
  case syntax(Diagnostic)
  // NameError
  case unknownName(String, known: [String])
  case unknownField(String, known: [String])
  case unknownParameter(String, signature: Signature)
  // TypeError
  case notCallable(kind: String)
  case argumentCount(signature: Signature, given: Int, ClosedRange<Int>)
  case unknownArgument(String, signature: Signature)
  case missingArgument(String, signature: Signature)
  case repeatedArgument(String, signature: Signature)
  case wrongOperands(operation: String, [String])
  case wrongArgument(function: String, expected: String, got: String)
  case condition(of: String, got: String, isTensor: Bool)
  case notIterable(kind: String)
  case notIndexable(kind: String)
  case noFields(kind: String, field: String)
  case unpackCount(targets: Int, values: Int)
  case notUnpackable(kind: String)
  case differentStructure(operation: String, String, String)
  case notDifferentiable(argument: String?, kind: String, named: [String])
  /// `∇f()`, or `grad(f, 3)` of a function of two.
  case nothingToDifferentiate(signature: Signature)
  case noSuchPosition(Int, signature: Signature, given: Int)
  /// `f′(x, y)`
  case derivativeOfSeveral(signature: Signature, given: Int)
  // ShapeError
  case gradientOfNonNumber(function: String, kind: String, isTensor: Bool)
  case derivativeOfNonNumbers(function: String, kind: String)
  case inverseOfTensor(rank: Int)
  /// Shapes that do not fit, in a sentence of the operation's own.
  case unfit(String)
  // IndexError
  case indexRange(index: Double, length: Int, of: String)
  case indexNotWhole(Double)
  // ValueError and the rest
  case raised(String)
  case badValue(function: String, reason: String)
  case assertion(text: String?, left: String?, relation: String?, right: String?)
  case file(path: String, reason: String)
  /// A file that is not there, and what stands in its folder.
  case missingFile(path: String, siblings: [String])
  case inputUnavailable
  // LimitError
  case depth(Int)
  case time(Double)
  /// There is a limit on time, and no thread to watch it.
  case unwatched
  case output(Int)
  // InternalError
  /// The evaluator itself came to its end, by this signal.
  case trapped(signal: String)
}

extension Problem {
  /// The function of a problem in a helper of the library: the one that the user called.
  package static let caller = ""

  /// A wrong number of positional arguments; or, what is behind it more often, one of them given by name.
  static func wrongArguments(_ arguments: Arguments, _ signature: Signature, _ legal: ClosedRange<Int>)
    -> Problem
  {
    if let named = arguments.named.first(where: { signature.positional.contains($0.name) }) {
      return .unknownArgument(named.name, signature: signature)
    }
    return .argumentCount(signature: signature, given: arguments.positional.count, legal)
  }
}

/// A problem and the place in the program where it happened.
/// Lives on the evaluation thread alone.
final class RuntimeError: Error, @unchecked Sendable {
  /// A `Problem`, a `Fault` of the numeric core, or an interruption.
  let cause: any Error
  /// The innermost place, a number of `Sites`.
  let site: Int32
  /// Held for the place: the function that it is in may be gone when the error is reported.
  let source: CompiledSource?
  /// What the operands under that place were: one note per operand span of the site.
  let operands: [OperandNote]
  /// The calls it came through.
  var calls = CallTrail()

  init(cause: any Error, site: Int32, operands: [OperandNote]) {
    self.cause = cause
    self.site = site
    source = Machine.sites[site]?.source
    self.operands = operands
  }
}

/// A value at the time of the error: its shape or its own text, and the site that made it.
struct OperandNote {
  var description: String
  /// Whether the description is the value itself, not a shape or a kind.
  var isValue = false
  var origin: Int32?
  /// Of a tensor.
  var elementType: ElementType?

  init(_ value: Value) {
    if case .tensor(let tensor) = value { elementType = tensor.type }
    switch value {
    case .tensor(let tensor) where !tensor.isScalar:
      description =
        tensor.type == .f64 ? tensor.shape.description : "\(tensor.shape.description) \(tensor.type)"
      origin = tensor.origin
    case .tensor:
      description = Printer.inline(value)
      isValue = true
    case .string(let text):
      // No more of a long text than a note shows.
      description = Printer.quoted(
        text.string.utf8.count > 200 ? String(text.string.prefix(80)) + "…" : text.string)
      isValue = true
    case .tuple, .record:
      description = OperandNote.isSmall(value) ? Trees.structure(value) : value.kindDescription
    default:
      description = value.kindDescription
    }
  }
}

extension OperandNote {
  /// Whether a tree's structure is short enough for a note.
  private static func isSmall(_ tree: Value) -> Bool {
    var left = 6
    func count(_ value: Value) {
      left -= 1
      guard left >= 0 else { return }
      switch value {
      case .tuple(let tuple): for item in tuple.items where left >= 0 { count(item) }
      case .record(let record): for item in record.items where left >= 0 { count(item) }
      default: break
      }
    }
    count(tree)
    return left >= 0
  }
}

/// The calls an error came through: the innermost and the outermost of a long recursion, and how many
/// there were between.
struct CallTrail {
  /// Innermost first.
  private(set) var inner: [CallNote] = []
  private(set) var skipped = 0
  private(set) var outer: [CallNote] = []

  private static let innerLimit = 24
  private static let outerLimit = 8

  mutating func append(_ note: @autoclosure () -> CallNote) {
    if inner.count < Self.innerLimit {
      inner.append(note())
    } else if outer.count < Self.outerLimit {
      outer.append(note())
    } else {
      outer.removeFirst()
      outer.append(note())
      skipped += 1
    }
  }
}

struct CallNote {
  /// `layer(x; W, b)`
  var signature: String
  var isLibrary: Bool
  var site: Int32
  /// Held for the place.
  var source: CompiledSource?
  var operands: [OperandNote]
}

/// Gives an error its place, or one more call on its way up.
@inline(never)
func located(_ error: any Error, site: Int32, _ operands: [Value]) -> any Error {
  if error is RuntimeError { return error }
  return RuntimeError(cause: error, site: site, operands: operands.map(OperandNote.init))
}

/// The same at a call: an error from inside `function` passes through here.
@inline(never)
func passed(_ error: any Error, through function: Function, site: Int32, _ operands: [Value]) -> any Error {
  guard let error = error as? RuntimeError else {
    return RuntimeError(cause: error, site: site, operands: operands.map(OperandNote.init))
  }
  let closure = function as? Closure
  error.calls.append(
    CallNote(
      signature: function.signature.description, isLibrary: closure?.code.isLibrary ?? true, site: site,
      source: Machine.sites[site]?.source, operands: operands.map(OperandNote.init)))
  return error
}

// What operators mean on values that are not two tensors: trees do arithmetic leaf by leaf, figures lie
// over each other, and equality is defined for everything.

import Numerics
import Syntax

package enum Arithmetic {
  /// An operator on any two values, at its place in the program; they are read where they stand.
  @inline(never)
  static func apply(
    _ operation: (Tensor, Tensor) throws -> Tensor, _ op: BinaryOperator, _ a: UnsafeMutablePointer<Value>,
    _ b: UnsafeMutablePointer<Value>, _ site: Int32
  ) throws -> Value {
    do {
      Tape.site = site
      if case .tensor(let x) = a.pointee, case .tensor(let y) = b.pointee {
        return .tensor(try operation(x, y))
      }
      if let pair = try pairs(op, operation, a, b) { return .tuple(pair) }
      return try binary(op, operation, a.pointee, b.pointee)
    } catch { throw located(error, site: site, [a.pointee, b.pointee]) }
  }

  package static func binary(_ op: BinaryOperator, _ a: Value, _ b: Value) throws -> Value {
    try binary(op, op.meaning.onTensors, a, b)
  }

  private static func binary(
    _ op: BinaryOperator, _ operation: (Tensor, Tensor) throws -> Tensor, _ a: Value, _ b: Value
  ) throws -> Value {
    if case .tensor(let x) = a, case .tensor(let y) = b { return .tensor(try operation(x, y)) }
    var (left, right) = (a, b)
    if let pair = try pairs(op, operation, &left, &right) { return .tuple(pair) }
    switch (op, a, b) {
    case (.add, .figure(let x), .figure(let y)): return .figure(FigureValue(try x.figure.layered(y.figure)))
    case (.add, _, _) where a.isTree && b.isTree, (.subtract, _, _) where a.isTree && b.isTree:
      return try Trees.map2(a, b, operation: op.rawValue) { try binary(op, operation, $0, $1) }
    case (.product, .tensor(let x), _) where x.isScalar && b.isTree:
      return try Trees.map(b) { try binary(op, operation, a, $0) }
    case (.product, _, .tensor(let y)) where y.isScalar && a.isTree,
      (.divide, _, .tensor(let y)) where y.isScalar && a.isTree:
      return try Trees.map(a) { try binary(op, operation, $0, b) }
    default:
      throw Problem.wrongOperands(operation: op.rawValue, [a.kindDescription, b.kindDescription])
    }
  }

  /// The arithmetic of points in the plane, which descents are made of: pairs with pairs and numbers with pairs.
  private static func pairs(
    _ op: BinaryOperator, _ operation: (Tensor, Tensor) throws -> Tensor, _ a: UnsafeMutablePointer<Value>,
    _ b: UnsafeMutablePointer<Value>
  ) throws -> Tuple? {
    guard case .tuple(let y) = b.pointee, y.count == 2 else { return nil }
    switch op {
    case .add, .subtract:
      guard case .tuple(let x) = a.pointee, x.count == 2 else { return nil }
      if let p = x.plainPair, let q = y.plainPair {
        return op == .add
          ? Tuple(.number(p.0 + q.0), .number(p.1 + q.1)) : Tuple(.number(p.0 - q.0), .number(p.1 - q.1))
      }
      return try x.combined(with: y) { try binary(op, operation, $0, $1) }
    case .product:
      guard case .tensor(let x) = a.pointee, x.isScalar else { return nil }
      if x.isPlainNumber, let q = y.plainPair {
        return Tuple(.number(x.scalar * q.0), .number(x.scalar * q.1))
      }
      return try y.map { try binary(op, operation, .tensor(x), $0) }
    default: return nil
    }
  }

  package static func negate(_ value: Value) throws -> Value {
    switch value {
    case .tensor(let tensor): return .tensor(try Operations.negate(tensor))
    case .tuple, .record: return try Trees.map(value, negate)
    default: throw Problem.wrongOperands(operation: "-", [value.kindDescription])
    }
  }

  // MARK: Comparison

  package static func compare(_ op: ComparisonOperator, _ a: Value, _ b: Value) throws -> Value {
    if case .tensor(let x) = a, case .tensor(let y) = b, let comparison = op.meaning.elementwise {
      if x.isPlainNumber && y.isPlainNumber { return .bool(comparison.holds(x.scalar, y.scalar)) }
      return .tensor(try Operations.compare(comparison, x, y))
    }
    guard let onValues = op.meaning.onValues else {
      throw Problem.wrongOperands(operation: op.rawValue, [a.kindDescription, b.kindDescription])
    }
    return .bool(try onValues(a, b))
  }

  static func conjunction(_ a: Value, _ b: Value) throws -> Value {
    guard case .tensor(let x) = a, case .tensor(let y) = b else {
      throw Problem.wrongOperands(operation: "&", [a.kindDescription, b.kindDescription])
    }
    return .tensor(try Operations.and(x, y))
  }

  /// One bool for whole values: the same kind, structure and numbers.
  static func isEqual(_ a: Value, _ b: Value) -> Bool { a.agrees(with: b, leaves: areSame) }

  private static func areSame(_ a: Value, _ b: Value) -> Bool {
    switch (a, b) {
    case (.nothing, .nothing), (.unset, .unset): return true
    case (.tensor(let x), .tensor(let y)):
      guard x.shape == y.shape else { return false }
      return (0..<x.count).allSatisfy { x.element($0) == y.element($0) }
    case (.string(let x), .string(let y)): return x.string == y.string
    case (.function(let x), .function(let y)): return x === y
    case (.interval(let x), .interval(let y)): return x.lower == y.lower && x.upper == y.upper
    case (.figure(let x), .figure(let y)): return x === y
    default: return false
    }
  }

  /// `a ≈ b`: the same structure and every `|a − b| ≤ absolute + relative·|b|`. Without tolerances
  /// 1e-8 and 1e-6, or 1e-5 and 1e-3 where a shorter type takes part.
  package static func isClose(_ a: Value, _ b: Value, relative: Double?, absolute: Double?) -> Bool {
    a.agrees(with: b) { a, b in
      guard case .tensor(let x) = a, case .tensor(let y) = b else { return areSame(a, b) }
      guard x.shape == y.shape else { return false }
      let isShort = x.type.isShortFloat || y.type.isShortFloat
      let relative = relative ?? (isShort ? 1e-3 : 1e-6)
      let absolute = absolute ?? (isShort ? 1e-5 : 1e-8)
      return (0..<x.count).allSatisfy {
        let (p, q) = (x.element($0), y.element($0))
        return p == q || abs(p - q) <= absolute + relative * abs(q) && (p - q).isFinite
      }
    }
  }

  static func contains(_ value: Value, _ container: Value) throws -> Bool {
    switch container {
    case .tensor(let tensor):
      guard case .tensor(let element) = value else { return false }
      // A row is in a matrix: what a loop over it meets.
      if tensor.rank == element.rank + 1, !element.isScalar {
        return try (0..<tensor.shape[0]).contains { isEqual(.tensor(try tensor.row($0)), value) }
      }
      guard element.isScalar else { return false }
      return (0..<tensor.count).contains { tensor.element($0) == element.element(0) }
    case .tuple(let tuple): return tuple.items.contains { isEqual(value, $0) }
    case .interval(let interval):
      guard case .tensor(let element) = value, element.isScalar else { return false }
      return interval.lower <= element.element(0) && element.element(0) <= interval.upper
    case .record(let record):
      guard case .string(let name) = value else { return false }
      return record.names.contains(name.string)
    case .string(let text):
      guard case .string(let part) = value else { return false }
      return part.string.isEmpty || text.string.unicodeScalars.contains(sequence: part.string.unicodeScalars)
    default: throw Problem.wrongOperands(operation: "∈", [value.kindDescription, container.kindDescription])
    }
  }
}

extension Numerics.Comparison {
  @inline(__always)
  package func holds(_ a: Double, _ b: Double) -> Bool {
    switch self {
    case .equal: return a == b
    case .notEqual: return a != b
    case .less: return a < b
    case .lessOrEqual: return a <= b
    case .greater: return a > b
    case .greaterOrEqual: return a >= b
    }
  }
}

extension String.UnicodeScalarView {
  package func contains(sequence: String.UnicodeScalarView) -> Bool {
    let (whole, part) = (Array(self), Array(sequence))
    guard part.count <= whole.count else { return false }
    return (0...(whole.count - part.count)).contains { whole[$0..<($0 + part.count)].elementsEqual(part) }
  }
}

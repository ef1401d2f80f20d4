/// Where rows get their numbers. A fixed table, so that looking a row up is one load.
enum Registry {
  private static let capacity = 1024
  nonisolated(unsafe) private(set) static var count: UInt16 = 0
  nonisolated(unsafe) private static var rows: UnsafeMutablePointer<Unmanaged<Operation>>?
  /// Set when the table is whole; before that, `table` makes it.
  nonisolated(unsafe) static var isComplete = false

  static func add() -> UInt16 {
    if rows == nil { rows = .allocate(capacity: capacity) }
    precondition(Int(count) < capacity)
    count += 1
    return count - 1
  }

  static func store(_ row: Operation, at index: UInt16) {
    (rows! + Int(index)).initialize(to: Unmanaged.passRetained(row))
  }

  @inline(__always)
  static subscript(index: UInt16) -> Operation {
    rows.unsafelyUnwrapped[Int(index)]._withUnsafeGuaranteedRef { $0 }
  }

  @inline(__always)
  static func row(_ code: UInt16) -> Unmanaged<Operation> { rows.unsafelyUnwrapped[Int(code)] }

  /// The slope of a row on numbers, without counting a reference to the row.
  @inline(__always)
  static func scalarSlope(_ code: UInt16) -> NumberForms.Binary? {
    rows.unsafelyUnwrapped[Int(code)]._withUnsafeGuaranteedRef { $0.numbers.slope?.number }
  }

  /// Applies a row that the tape knows by number: quicker than by name, which asks whether the table was
  /// made, and counts no reference to the row.
  @inline(__always)
  static func apply(_ code: UInt16, _ a: Tensor, _ b: Tensor) throws -> Tensor {
    if !isComplete { _ = table }
    return try rows.unsafelyUnwrapped[Int(code)]._withUnsafeGuaranteedRef { try $0.apply(a, b) }
  }

  @inline(__always)
  static func apply(_ code: UInt16, _ x: Tensor, integer: Int = 0) throws -> Tensor {
    if !isComplete { _ = table }
    return try rows.unsafelyUnwrapped[Int(code)]._withUnsafeGuaranteedRef {
      try $0.apply(x, integer: integer)
    }
  }
}

/// Places in the table that the tape knows by number. The rows are made in this order.
enum Code {
  static let constant: UInt16 = 0
  static let variable: UInt16 = 1
  static let add: UInt16 = 2
  static let subtract: UInt16 = 3
  static let multiply: UInt16 = 4
  static let divide: UInt16 = 5
  static let power: UInt16 = 6
  static let negate: UInt16 = 7
  static let element: UInt16 = 8
  static let row: UInt16 = 9
  static let annihilate: UInt16 = 10
  static let select: UInt16 = 11
  static let narrow: UInt16 = 12
}

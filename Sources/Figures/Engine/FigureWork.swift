// Figures are made and drawn in loops over what may be millions of values. Whoever has them made says here how that is
// stopped and what memory it may take; figures themselves know of no interrupts and no sessions.

/// What is asked while figures are made.
package enum FigureWork {
  /// Throws where the making is to stop.
  nonisolated(unsafe) package static var poll: () throws -> Void = {}
  /// Throws where there is no room for so many bytes more.
  nonisolated(unsafe) package static var reserve: (Int) throws -> Void = { _ in }

  /// So many turns of a loop between two questions: at most a millisecond of any loop here.
  package static let stride = 4096

  /// Calls the body for 0, 1, … and asks every few thousand turns whether to go on.
  @inline(__always)
  static func each(_ count: Int, _ body: (Int) throws -> Void) throws {
    var index = 0
    while index < count {
      try poll()
      let end = min(index + stride, count)
      while index < end {
        try body(index)
        index += 1
      }
    }
  }

  /// The finite values, the least first.
  static func sorted(_ values: [Double]) throws -> [Double] {
    let finite = values.filter(\.isFinite)
    try poll()
    // What is in order already, as steps and indices are, need not be sorted.
    if zip(finite, finite.dropFirst()).allSatisfy({ $0 <= $1 }) { return finite }
    var asked = 0
    return try finite.sorted {
      asked &+= 1
      if asked % stride == 0 { try poll() }
      return $0 < $1
    }
  }
}

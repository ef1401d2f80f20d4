// Derivatives of derivatives, written down. Tapes that lie above one that a plan is made of, or above a turn that is
// written down, compute through it: each operation there and back is one more entry beneath. So a plan need know nothing
// of them, if only nothing was decided by looking at numbers past the operations. Which rows can be sure of that, and
// what else must not happen meanwhile, stands here.

extension Tape {
  /// What is written down beneath tapes.
  struct Writing {
    /// The level of the tape that a plan is made of; 0 of a turn.
    var level = Int.max
    /// The level that stands for the outermost tape of the program. Its way back has no masks, as that of the program has
    /// none while it ends in numbers.
    var first = Int.max

    static let none = Writing()
  }

  /// What is written down now.
  nonisolated(unsafe) static var writing = Writing.none
  /// Whether something was decided that what is written down does not show.
  nonisolated(unsafe) public private(set) static var hides = false

  /// Whether tapes above another, or above a turn, are written down.
  public static var isWrittenDown: Bool { writing.level != .max }

  /// The tapes above a tape are written down on it; `endWriting` must follow.
  public func beginWriting() {
    Tape.writing = Writing(level: level)
    Tape.hides = false
  }

  public static func endWriting() { writing = .none }

  /// Runs what opens tapes, which are written down beneath.
  ///
  /// - Parameter tape: the one that is beneath, and no tape of the program; `nil` for the turn that is written down.
  /// - Returns: `nil` where something was decided that is not written down.
  public static func writingDown<Result>(on tape: Tape?, _ body: () throws -> Result) rethrows -> Result? {
    let before = writing
    let level = tape?.level ?? 0
    writing = Writing(level: level, first: level + 1)
    hides = false
    defer { writing = before }
    let result = try body()
    return hides ? nil : result
  }

  /// A number or a tensor as the tape of a level sees it.
  ///
  /// - Parameter level: 0 for what lies beneath all tapes.
  public static func beneath(_ x: Tensor, level: Int) -> Tensor {
    var x = x
    while !x.isPlain, x.liveLevel > level, let recordings {
      x = recordings[x.liveLevel].nodes[Int(x.meta >> 36)].value
    }
    return x
  }

  /// Something was decided.
  static func hide() {
    guard isWrittenDown else { return }
    hides = true
    PlanTrace.current?.giveUp()
  }

  /// A row is applied at a level.
  @inline(__always)
  static func apply(_ row: Operation, _ inputs: @autoclosure () -> [Tensor], at level: Int) {
    if level > writing.level, !row.showsAll(inputs()) { hide() }
  }

  /// What a tape follows becomes a constant there, such as a sign.
  @inline(__always)
  static func makeConstant(at level: Int) {
    // Without a tape above it, that is what the program itself says.
    if depth > writing.level, level >= writing.level, writing.level > 0 { hide() }
  }
}

extension Operation {
  /// Whether its rules look at numbers through other operations alone, and choose nothing by whether a tape follows them.
  fileprivate func showsAll(_ inputs: [Tensor]) -> Bool {
    // How a power is differentiated depends on its exponent.
    if index == Code.power { return inputs[1].isPlain }
    return Operation.open.contains(index)
  }

  private static let open: Set<UInt16> = {
    let (elementwise, slopes) = (table.elementwise, table.slopes)
    let (structure, hyperbolic, activation) = (table.structure, table.hyperbolic, table.activation)
    let rows = [
      table.gates.annihilate, table.gates.select,
      elementwise.exp, elementwise.log, elementwise.log2, elementwise.log10, elementwise.log1p,
      elementwise.expm1,
      elementwise.sqrt, elementwise.abs, elementwise.sin, elementwise.cos, elementwise.tan, elementwise.asin,
      elementwise.acos, elementwise.atan, elementwise.erf, elementwise.atan2,
      hyperbolic.sinh, hyperbolic.cosh, hyperbolic.tanh, activation.sigmoid, activation.softplus,
      activation.silu,
      slopes.tanh, slopes.sigmoid, slopes.square, slopes.sum, slopes.abs, slopes.oneMinusSquare, slopes.angle,
      table.reductions.sum, table.products.dot, table.products.matrix,
      structure.narrow, structure.expand, structure.sum, structure.convert, structure.reshape,
      structure.permute, structure.widen, structure.take, structure.put, structure.concatenate,
      structure.stack,
    ]
    let codes = [Code.add, Code.subtract, Code.multiply, Code.divide, Code.negate, Code.element, Code.row]
    return Set(codes + rows.map(\.index))
  }()
}

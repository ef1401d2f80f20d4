/// One differentiation in progress: a level of the stack of tapes.
///
/// A tape is a flat array of nodes in the order they were computed. A node's value is what the level below
/// sees, so that operations on it record there too; that is all there is to derivatives of derivatives.
public struct Tape {
  public enum Mode: Sendable {
    /// Cotangents are pulled back after the computation.
    case reverse
    /// Tangents are computed along with it.
    case forward
  }

  /// How many gradients may be open inside each other.
  public static let deepest = 200

  /// The source site of the operation to come; every node keeps it.
  nonisolated(unsafe) public static var site: Int32 = 0

  /// How many tapes are open.
  nonisolated(unsafe) public internal(set) static var depth = 0

  /// The first argument that was differentiated by although no gradient goes through it, if there was one.
  nonisolated(unsafe) public static var cut: GradientCut?

  /// Remembers one, unless there was another before.
  public static func noteCut(_ found: GradientCut) {
    if cut == nil { cut = found }
  }

  /// The recordings by level, kept from one use to the next; level 0 is not used.
  nonisolated(unsafe) static var recordings: UnsafeMutablePointer<Recording>? = nil

  /// 1 for the outermost.
  public let level: Int
  let generation: UInt64

  public static func open(_ mode: Mode) throws -> Tape {
    guard depth < deepest else { throw Fault.depth(limit: deepest) }
    if recordings == nil { prepare() }
    depth += 1
    let recording = recordings! + depth
    recording.pointee.start(mode, level: depth)
    return Tape(level: depth, generation: recording.pointee.generation)
  }

  /// Ends the tape and every one above it. Its values are constants from here on.
  public func close() {
    guard isOpen else { return }
    while Tape.depth >= level {
      Tape.recordings![Tape.depth].finish()
      Tape.depth -= 1
    }
  }

  /// Ends every tape; for an evaluation that was cut off.
  public static func closeAll() {
    while depth > 0 {
      recordings![depth].finish()
      depth -= 1
    }
  }

  public var isOpen: Bool { Tape.depth >= level && Tape.recordings![level].generation == generation }

  /// A value to differentiate by.
  public func variable(_ value: Tensor) -> Tensor {
    Tape.recordings![level].leaf(value, isVariable: true, level: level)
  }

  /// In a forward tape: a value with the velocity at which it moves.
  ///
  /// - Parameter selection: Which elements move; the velocity of others must be 0. `nil` is all.
  public func dual(_ value: Tensor, _ tangent: Tensor, selection: Tensor? = nil) -> Tensor {
    let result = Tape.recordings![level].leaf(value, isVariable: true, level: level)
    Tape.recordings![level].setTangent(SelectedDerivative(tangent, selection), of: Int(result.meta >> 36))
    return result
  }

  /// The value as the level below sees it.
  public func value(of x: Tensor) -> Tensor {
    guard let node = node(of: x) else { return x }
    return Tape.recordings![level].nodes[node].value
  }

  /// The velocity of a value of a forward tape; zero where it does not depend on a dual.
  public func tangent(of x: Tensor) throws -> Tensor {
    guard let node = node(of: x), let tangent = Tape.recordings![level].tangent(of: node) else {
      return try Tensor.zeros(x.shape, x.type.arithmetic)
    }
    return tangent.value
  }

  /// Whether the value was computed from this tape's variables.
  public func follows(_ x: Tensor) -> Bool { node(of: x) != nil }

  func node(of x: Tensor) -> Int? {
    guard isOpen, x.metaLevel == level, x.generation == generation else { return nil }
    return Int(x.meta >> 36)
  }

  private static func prepare() {
    let memory = UnsafeMutablePointer<Recording>.allocate(capacity: deepest + 1)
    for level in 0...deepest { (memory + level).initialize(to: Recording()) }
    recordings = memory
  }
}

/// An argument through which no gradient goes.
public struct GradientCut: Sendable {
  public let operation: String
  public let parameter: String
  public let site: Int32

  public init(operation: String, parameter: String, site: Int32) {
    self.operation = operation
    self.parameter = parameter
    self.site = site
  }
}

extension Tensor {
  @inline(__always)
  var metaLevel: Int { Int((meta >> 4) & 0xFF) }

  @inline(__always)
  var generation: UInt64 { (meta >> 12) & 0xFF_FFFF }

  /// Whether an open tape follows the value.
  public var isFollowed: Bool { !isPlain && liveLevel > 0 }

  /// The level of the open tape that follows the value; 0 where none does.
  @inline(__always)
  var liveLevel: Int {
    let level = metaLevel
    guard level != 0, level <= Tape.depth, Tape.recordings![level].generation == generation else { return 0 }
    return level
  }
}

/// One operation that was applied. 48 bytes, and nothing on the heap but what the value has there.
struct TapeNode {
  var operation: UInt16
  var flags: UInt16
  var site: Int32
  /// The input's node; where there are more than two, the place of their list among `Recording.lists`.
  var first: Int32
  /// The second input's node, the number of inputs in the list, or the operation's integer.
  var second: Int32
  var value: Tensor
  var attributes: Attributes?

  /// The input list is in `Recording.lists`.
  static let many: UInt16 = 1
  /// Number in, number out, all plain f64.
  static let plain: UInt16 = 2
  /// There is a second input.
  static let binary: UInt16 = 4
}

/// A node that holds a number and nothing on the heap: the same memory as `TapeNode`, but plain bits, so that
/// writing one counts no references.
struct NumberNode {
  var operation: UInt16
  var flags: UInt16
  var site: Int32
  var first: Int32
  var second: Int32
  var number: Double
  var storage = 0
  var meta: UInt64 = 0
  var attributes = 0
}

import Synchronization

/// The lengths of a tensor's axes, first axis first. Up to rank 4 they live inline; above, in a list that is
/// kept once for all shapes that are equal to it. So a shape is plain memory, and copying one is nothing.
public struct Shape: RandomAccessCollection, MutableCollection, Hashable, @unchecked Sendable,
  ExpressibleByArrayLiteral, CustomStringConvertible
{
  private var first = 0
  private var second = 0
  private var third = 0
  private var fourth = 0
  /// All lengths where the rank is above 4.
  private var long: UnsafePointer<Int>?
  public private(set) var rank: Int

  /// The shape of a number.
  public init() { rank = 0 }

  public init(_ length: Int) {
    rank = 1
    first = length
  }

  public init(_ rows: Int, _ columns: Int) {
    rank = 2
    first = rows
    second = columns
  }

  public init(arrayLiteral lengths: Int...) { self.init(lengths) }

  public init(_ lengths: [Int]) {
    rank = lengths.count
    guard rank <= 4 else {
      long = LongShapes.list(lengths)
      return
    }
    if rank > 0 { first = lengths[0] }
    if rank > 1 { second = lengths[1] }
    if rank > 2 { third = lengths[2] }
    if rank > 3 { fourth = lengths[3] }
  }

  public init(_ lengths: some Collection<Int>) { self.init(Array(lengths)) }

  /// A shape of lengths 1.
  public init(rank: Int) { self.init(repeatElement(1, count: rank)) }

  public var startIndex: Int { 0 }
  public var endIndex: Int { rank }

  public subscript(axis: Int) -> Int {
    get {
      precondition(axis >= 0 && axis < rank)
      if let long { return long[axis] }
      switch axis {
      case 0: return first
      case 1: return second
      case 2: return third
      default: return fourth
      }
    }
    set {
      precondition(axis >= 0 && axis < rank)
      if long != nil {
        var lengths = Array(self)
        lengths[axis] = newValue
        long = LongShapes.list(lengths)
        return
      }
      switch axis {
      case 0: first = newValue
      case 1: second = newValue
      case 2: third = newValue
      default: fourth = newValue
      }
    }
  }

  /// How many elements a tensor of this shape has; the greatest number there is where that is more.
  @inline(__always)
  public var elementCount: Int {
    switch rank {
    case 0: return 1
    case 1: return first
    default: return longCount
    }
  }

  private var longCount: Int {
    var product = 1
    var isTooLarge = false
    for axis in 0..<rank {
      let (next, overflow) = product.multipliedReportingOverflow(by: self[axis])
      isTooLarge = isTooLarge || overflow
      product = next
      if self[axis] == 0 { return 0 }
    }
    return isTooLarge ? Int.max : product
  }

  /// So many elements fit into no memory, and sizes that are made of such numbers (bytes, strides, twice an axis, the
  /// work of a sum) are still numbers. The lengths of the axes that are not 0 multiply to less than that, even where
  /// another is 0: then nothing that runs over some of the axes of a tensor can go wrong or take long.
  static let mostElements = 1 << 56

  /// The product of two lengths, or where that is no length of any tensor, such a number.
  static func product(_ a: Int, _ b: Int) -> Int {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow || product > mostElements ? mostElements : product
  }

  /// How many elements a tensor of this shape has. Every tensor is made here, and of one that cannot be a fault is all
  /// that there is.
  @inline(__always)
  func checkedCount() throws -> Int {
    if rank == 1, first < Shape.mostElements { return first }
    // Of lengths like these no product is too large, and a 0 makes it 0.
    if rank == 2, UInt(bitPattern: first | second) < 1 << 28 { return first &* second }
    return rank == 0 ? 1 : try checkedLongCount()
  }

  private func checkedLongCount() throws -> Int {
    var product = 1
    var isEmpty = false
    for axis in 0..<rank {
      let length = self[axis]
      if length == 0 {
        isEmpty = true
        continue
      }
      let (next, overflow) = product.multipliedReportingOverflow(by: length)
      guard !overflow, next < Shape.mostElements else { throw Fault.extent(shape: self) }
      product = next
    }
    return isEmpty ? 0 : product
  }

  /// The same without the axis.
  public func removing(_ axis: Int) -> Shape {
    var lengths = Array(self)
    lengths.remove(at: axis)
    return Shape(lengths)
  }

  /// The same with a new axis before `axis`.
  public func inserting(_ length: Int, at axis: Int) -> Shape {
    var lengths = Array(self)
    lengths.insert(length, at: axis)
    return Shape(lengths)
  }

  /// The same with another length on one axis.
  public func replacing(_ axis: Int, with length: Int) -> Shape {
    var copy = self
    copy[axis] = length
    return copy
  }

  /// The distance of neighbours along each axis, in elements.
  var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    var axis = rank - 2
    while axis >= 0 {
      strides[axis] = strides[axis + 1] * self[axis + 1]
      axis -= 1
    }
    return strides
  }

  public static func + (a: Shape, b: Shape) -> Shape { Shape(Array(a) + Array(b)) }

  public static func == (a: Shape, b: Shape) -> Bool {
    a.rank == b.rank && a.first == b.first && a.second == b.second && a.third == b.third
      && a.fourth == b.fourth && a.long == b.long
  }

  /// "2×3"; the shape of a number is empty.
  public var description: String { map(String.init).joined(separator: "×") }
}

/// The lists of the shapes of rank 5 and more. There are few different ones, and they are never given up.
private enum LongShapes {
  private static let known = Mutex<[[Int]: Lengths]>([:])

  private struct Lengths: @unchecked Sendable {
    let pointer: UnsafePointer<Int>
  }

  static func list(_ lengths: [Int]) -> UnsafePointer<Int> {
    known.withLock { known in
      if let list = known[lengths] { return list }
      let list = UnsafeMutablePointer<Int>.allocate(capacity: lengths.count)
      list.initialize(from: lengths, count: lengths.count)
      known[lengths] = Lengths(pointer: UnsafePointer(list))
      return Lengths(pointer: UnsafePointer(list))
    }.pointer
  }
}

import CVector

/// Writes down a plan of tensors: a step for each kernel that the operations would run, on buffers whose places are
/// found at the end (`TensorMemory`). `nil` stands everywhere for what no plan can do.
struct TensorPlanBuilder {
  /// The most elements of a tensor: what is larger is cut into blocks and shared out to threads, and gains nothing. A
  /// step of descent for a network of three layers, without a plan and with one, f64: widths 2-16-16-1, 64 rows, 21 µs
  /// and 13; 64-64-64-10, 128 rows, 175 and 156; 128-128-128-10, 64 rows, 299 and 280. Of 64-256-256-10, which is above
  /// it, 758 without. Larger ones that all have one number of elements are taken block by block: see `TensorBlocks`.
  static let mostElements = blockLength

  /// A tensor of a plan.
  struct Value {
    var shape: Shape
    var type: ElementType
    var place: TensorPlace
    /// Whether one element stands for all: of a number, and of a number that was stretched.
    var isSingle: Bool

    var count: Int { shape.elementCount }
    /// How many elements lie in memory.
    var kept: Int { isSingle ? 1 : count }
    var isNumber: Bool { shape.rank == 0 }
    var isShort: Bool { type == .f32 }
  }

  /// Where the elements of a buffer are.
  enum Buffer {
    /// Among those that the plan has for all runs, from the first step that writes them to the last that reads them.
    case room(bytes: Int)
    /// The same in a storage of its own.
    case storage(Storage)
    /// A tensor that is always the same.
    case constant(Tensor)
    /// A tensor that is given before each run.
    case input
    /// A number that is given before each run.
    case number
    /// A tensor that is made before each run.
    case result
  }

  struct Entry {
    var step: TensorStep
    /// What it reads and writes; of a tensor that it adds to, both.
    var operands: [Value]
    var result: Value
    var room: Int32?
    /// Whether the result may lie where a whole operand does.
    var mayOverwrite: [Int32] = []
    /// The row of a function that has no loop.
    var operation: Operation?

    var reads: [Int32] { operands.map(\.place.buffer) }
    var writes: Int32 { step.y.buffer }
  }

  /// How many elements a buffer has, and the bytes of one.
  struct Extent {
    var count: Int
    var size: Int
  }

  /// How many elements the large tensors have, where there are some.
  let wide: Int?
  private(set) var entries: [Entry] = []
  var buffers: [Buffer] = []
  /// Of each buffer.
  private(set) var extents: [Extent] = []
  var calls: [TensorCall] = []
  private var numbers: [UInt64: Value] = [:]

  init(wide: Int? = nil) { self.wide = wide }

  // MARK: Buffers

  mutating func buffer(_ kind: Buffer, _ count: Int, _ type: ElementType) -> TensorPlace {
    buffers.append(kind)
    extents.append(Extent(count: count, size: type.size))
    return TensorPlace(buffer: Int32(truncatingIfNeeded: buffers.count - 1), offset: 0)
  }

  private mutating func room(_ count: Int, _ type: ElementType) -> TensorPlace {
    buffer(.room(bytes: count * type.size), count, type)
  }

  mutating func new(_ shape: Shape, _ type: ElementType, isSingle: Bool = false) -> Value {
    let isSingle = isSingle || shape.rank == 0
    return Value(
      shape: shape, type: type, place: room(isSingle ? 1 : shape.elementCount, type), isSingle: isSingle)
  }

  /// Whether a tensor can be part of a plan whose large ones have `wide` elements.
  static func fits(_ x: Tensor, _ wide: Int?) -> Bool {
    (x.type == .f64 || x.type == .f32) && (x.count <= mostElements || x.count == wide)
  }

  func fits(_ x: Tensor) -> Bool { TensorPlanBuilder.fits(x, wide) }

  private func fits(_ shape: Shape) -> Bool {
    let count = shape.elementCount
    return count <= TensorPlanBuilder.mostElements || count == wide
  }

  /// A tensor that is always the same; a mask may be one.
  mutating func constant(_ x: Tensor) -> Value? {
    guard fits(x) || wide == nil && x.type == .bool && x.storage != nil && fits(x.shape) else { return nil }
    guard x.storage != nil else { return number(x.scalar, x.type) }
    return Value(
      shape: x.shape, type: x.type, place: buffer(.constant(x.primal), x.count, x.type),
      isSingle: false)
  }

  /// A number that is always the same.
  mutating func number(_ value: Double, _ type: ElementType) -> Value? {
    let key = value.bitPattern
    if type == .f64, let found = numbers[key] { return found }
    guard let storage = try? Storage.allocate(Shape(1), type) else { return nil }
    storage.store(value, at: 0, type)
    let result = Value(
      shape: Shape(), type: type, place: buffer(.constant(Tensor(storage, type)), 1, type),
      isSingle: true)
    if type == .f64 { numbers[key] = result }
    return result
  }

  /// A tensor that is given before each run.
  mutating func input(_ x: Tensor) -> Value? {
    guard fits(x) else { return nil }
    return Value(
      shape: x.shape, type: x.type, place: buffer(x.isScalar ? .number : .input, x.count, x.type),
      isSingle: x.isScalar)
  }

  mutating func append(
    _ step: TensorStep, reading operands: [Value], into result: Value,
    overwriting places: [TensorPlace] = [], room: TensorPlace? = nil, as operation: Operation? = nil
  ) {
    entries.append(
      Entry(
        step: step, operands: operands, result: result, room: room?.buffer,
        mayOverwrite: places.filter { $0.offset == 0 }.map(\.buffer), operation: operation))
  }

  /// Whether a value lies in a buffer that the plan may write to, all of it.
  func isOwn(_ x: Value) -> Bool {
    guard case .room(let bytes) = buffers[Int(x.place.buffer)], x.place.offset == 0 else { return false }
    return !x.isSingle && bytes == x.count * x.type.size
  }

  // MARK: Element by element

  /// A function with a loop.
  mutating func unary(_ function: Int, _ x: Value) -> Value {
    let y = new(x.shape, x.type, isSingle: x.isSingle)
    var step = TensorStep(.unary, x.place, to: y.place, isShort: x.isShort)
    step.function = Int32(truncatingIfNeeded: function)
    step.columns = x.kept
    append(step, reading: [x], into: y, overwriting: [x.place])
    return y
  }

  /// A function of numbers alone.
  mutating func unary(
    _ function: @escaping NumberForms.Unary, _ x: Value, as operation: Operation
  ) -> Value {
    let y = new(x.shape, x.type, isSingle: x.isSingle)
    var step = TensorStep(.unaryCall, x.place, to: y.place, isShort: x.isShort)
    step.call = function
    step.columns = x.kept
    append(step, reading: [x], into: y, overwriting: [x.place], as: operation)
    return y
  }

  /// A power whose exponent is always the same, as `Elementwise.binary` and `Power` have it.
  mutating func power(_ x: Value, _ exponent: Double) -> Value {
    let rounded = x.type.rounded(exponent)
    let loop = Power.loop(rounded)
    // A number is not asked for a loop, but a square is a square.
    if loop >= 0 { return unary(loop, x) }
    let y = new(x.shape, x.type, isSingle: x.isSingle)
    var step = TensorStep(.power, x.place, to: y.place, isShort: x.isShort)
    step.number = rounded
    step.columns = x.kept
    append(step, reading: [x], into: y, overwriting: [x.place])
    return y
  }

  /// A function of two with a loop, or a comparison, whose result is a mask.
  mutating func binary(_ function: Int, _ a: Value, _ b: Value, isComparison: Bool = false) -> Value? {
    guard let (a, b) = met(a, b), let shape = try? Broadcasting.shape(a.shape, b.shape, ""), fits(shape)
    else { return nil }
    let isSingle = a.isSingle && b.isSingle
    guard let pattern = TensorPattern(a, b, shape) else { return nil }
    let y = new(shape, isComparison ? .bool : a.type, isSingle: isSingle)
    var step = TensorStep(isComparison ? .compare : .binary, a.place, to: y.place, isShort: a.isShort)
    step.function = Int32(truncatingIfNeeded: function)
    step.b = b.place
    step.rows = isSingle ? 1 : pattern.rows
    step.columns = isSingle ? 1 : pattern.columns
    (step.rowA, step.stepA, step.rowB, step.stepB) = (
      pattern.a.row, pattern.a.step, pattern.b.row, pattern.b.step
    )
    guard !isComparison || pattern.rows == 1 else { return nil }
    var whole: [TensorPlace] = []
    if !isComparison, !isSingle, pattern.rows == 1 {
      if pattern.a.step == 1 { whole.append(a.place) }
      if pattern.b.step == 1 { whole.append(b.place) }
    }
    append(step, reading: [a, b], into: y, overwriting: whole)
    return y
  }

  /// Both in the type in which they meet.
  private mutating func met(_ a: Value, _ b: Value) -> (Value, Value)? {
    if a.type == b.type { return (a, b) }
    if a.type == .f64, a.isNumber { return (converted(a, b.type), b) }
    if b.type == .f64, b.isNumber { return (a, converted(b, a.type)) }
    return nil
  }

  /// `x` where the mask is true, else 0; the mask has its shape.
  mutating func select(_ mask: Value, _ x: Value) -> Value? {
    guard mask.shape == x.shape, let zero = number(0, x.type) else { return nil }
    let isSingle = mask.isSingle && x.isSingle
    guard let mask = isSingle ? mask : whole(mask) else { return nil }
    let y = new(x.shape, x.type, isSingle: isSingle)
    var step = TensorStep(.choose, x.place, to: y.place, isShort: x.isShort)
    step.b = zero.place
    step.c = mask.place
    (step.stepA, step.stepB) = (x.isSingle ? 0 : 1, 0)
    step.columns = y.kept
    append(step, reading: [x, zero, mask], into: y, overwriting: x.isSingle ? [] : [x.place])
    return y
  }

  mutating func converted(_ x: Value, _ type: ElementType) -> Value {
    if x.type == type { return x }
    let y = new(x.shape, type, isSingle: x.isSingle)
    var step = TensorStep(.copy, x.place, to: y.place, isShort: x.isShort)
    step.converts = true
    step.columns = x.kept
    append(step, reading: [x], into: y)
    return y
  }

  // MARK: Movement

  /// The same elements in another shape.
  func reshaped(_ x: Value, _ shape: Shape) -> Value? {
    guard shape.elementCount == x.count else { return nil }
    var y = x
    y.shape = shape
    y.isSingle = x.isSingle || shape.rank == 0
    return y
  }

  /// Stretched to a shape. A number stays one element.
  mutating func expanded(_ x: Value, _ shape: Shape) -> Value? {
    if x.shape == shape { return x }
    guard x.shape.stretches(to: shape), fits(shape) else { return nil }
    if x.isSingle || x.count == 1 {
      var y = x
      y.shape = shape
      y.isSingle = true
      return y
    }
    guard let pattern = TensorPattern(x, x, shape) else { return nil }
    let y = new(shape, x.type)
    var step = TensorStep(.copy, x.place, to: y.place, isShort: x.isShort)
    (step.rows, step.columns, step.rowA, step.stepA) = (
      pattern.rows, pattern.columns, pattern.a.row, pattern.a.step
    )
    append(step, reading: [x], into: y)
    return y
  }

  /// With all of its elements in memory.
  mutating func whole(_ x: Value) -> Value? {
    guard x.isSingle, x.count != 1 else { return x }
    guard x.type != .bool else { return nil }
    return copied(x)
  }

  /// In a buffer of its own.
  mutating func copied(_ x: Value) -> Value {
    var y = new(x.shape, x.type)
    y.isSingle = x.isNumber
    var step = TensorStep(.copy, x.place, to: y.place, isShort: x.isShort)
    step.columns = x.count
    step.stepA = x.isSingle ? 0 : 1
    append(step, reading: [x], into: y)
    return y
  }

  mutating func zeros(_ shape: Shape, _ type: ElementType) -> Value {
    let y = new(shape, type)
    var step = TensorStep(.fill, y.place, to: y.place, isShort: y.isShort)
    step.columns = y.kept
    append(step, reading: [], into: y)
    return y
  }

  /// A run of the elements of another tensor.
  mutating func part(_ x: Value, from start: Int, _ shape: Shape) -> Value? {
    guard let x = whole(x), start >= 0, start + shape.elementCount <= x.count else { return nil }
    var y = x
    y.shape = shape
    y.place.offset += Int32(truncatingIfNeeded: start * x.type.size)
    y.isSingle = shape.rank == 0
    return y
  }

  /// Adds a part to a run of the elements of a tensor in a buffer that nothing else reads after this.
  mutating func add(_ part: Value, to x: Value, from start: Int) {
    var place = x.place
    place.offset += Int32(truncatingIfNeeded: start * x.type.size)
    var step = TensorStep(.add, part.place, to: place, isShort: x.isShort)
    step.columns = part.count
    step.stepA = part.isSingle ? 0 : 1
    append(step, reading: [part, x], into: x)
  }

  mutating func transposed(_ x: Value) -> Value? {
    guard x.shape.rank == 2, let x = whole(x) else { return nil }
    let y = new(Shape(x.shape[1], x.shape[0]), x.type)
    var step = TensorStep(.transpose, x.place, to: y.place, isShort: x.isShort)
    (step.rows, step.columns) = (x.shape[0], x.shape[1])
    append(step, reading: [x], into: y)
    return y
  }

  // MARK: Sums and products

  /// As `Reduction.sum` has it.
  mutating func sum(_ x: Value, _ axes: [Int], _ shape: Shape) -> Value? {
    guard !x.isNumber else { return reshaped(x, shape) }
    if shape.elementCount == 0 { return zeros(shape, x.type) }
    guard let x = whole(x) else { return nil }
    guard let first = axes.first, let last = axes.last else { return reshaped(x, shape) }
    guard last - first == axes.count - 1 else { return nil }
    let count = axes.reduce(1) { $0 * x.shape[$1] }
    let inner = x.shape[(last + 1)...].reduce(1, *)
    let outer = x.shape[..<first].reduce(1, *)
    let y = new(shape, x.type)
    var step = TensorStep(inner == 1 ? .sums : .columnSums, x.place, to: y.place, isShort: x.isShort)
    (step.rows, step.columns, step.depth) = (outer, inner, count)
    if shape.rank == 0 { (step.kind, step.rows, step.depth) = (.sums, 1, x.count) }
    let needsRoom = step.kind == .columnSums && x.isShort
    if needsRoom { step.c = room(inner, .f64) }
    append(step, reading: [x], into: y, room: needsRoom ? step.c : nil)
    return y
  }

  /// As `Operations.sum(_:to:)` has it.
  mutating func sum(_ x: Value, to shape: Shape) -> Value? {
    if x.shape == shape { return x }
    guard shape.stretches(to: x.shape) else { return nil }
    let offset = x.shape.rank - shape.rank
    let axes = (0..<x.shape.rank).filter { $0 < offset || (shape[$0 - offset] == 1 && x.shape[$0] != 1) }
    return sum(x, axes, shape)
  }

  /// The sum of products of two tensors of one shape, as a number.
  mutating func dot(_ a: Value, _ b: Value) -> Value? {
    guard a.shape == b.shape, a.type == b.type, let a = whole(a), let b = whole(b) else { return nil }
    let y = new(Shape(), a.type)
    var step = TensorStep(.dot, a.place, to: y.place, isShort: a.isShort)
    step.b = b.place
    step.depth = a.count
    append(step, reading: [a, b], into: y)
    return y
  }

  /// The product of two matrices or of a matrix and a vector, as `Products.matrix` has it.
  mutating func product(_ a: Value, _ b: Value, _ transposedA: Bool, _ transposedB: Bool) -> Value? {
    guard a.type == b.type, let a = whole(a), let b = whole(b) else { return nil }
    let (x, y) = (a.shape, b.shape)
    guard (1...2).contains(x.rank), (1...2).contains(y.rank), x.rank + y.rank > 2,
      !(transposedA && x.rank == 1), !(transposedB && y.rank == 1)
    else { return nil }
    let (rowsA, columnsA) = (x.rank == 1 ? 1 : x[0], x[x.rank - 1])
    let (rowsB, columnsB) = (y[0], y.rank == 1 ? 1 : y[1])
    let (m, k) = transposedA ? (columnsA, rowsA) : (rowsA, columnsA)
    let (inner, n) = transposedB ? (columnsB, rowsB) : (rowsB, columnsB)
    // Larger ones are shared out to threads.
    guard k == inner, m * n <= TensorPlanBuilder.mostElements, m * n * k <= MatrixProduct.sharedWork else {
      return nil
    }
    let result = new(x.rank == 1 ? Shape(n) : y.rank == 1 ? Shape(m) : Shape(m, n), a.type)
    guard m * n > 0 else { return result }
    var step = TensorStep(.product, a.place, to: result.place, isShort: a.isShort)
    step.b = b.place
    (step.rows, step.columns, step.depth) = (m, n, k)
    (step.rowA, step.stepA) = transposedA ? (1, columnsA) : (columnsA, 1)
    (step.rowB, step.stepB) = transposedB ? (1, columnsB) : (columnsB, 1)
    append(step, reading: [a, b], into: result)
    return result
  }
}

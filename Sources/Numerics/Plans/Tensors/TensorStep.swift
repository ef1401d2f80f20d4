import CVector

/// One step of a plan of tensors: a loop of `CVector` on elements whose places are known.
struct TensorStep {
  enum Kind: UInt8 {
    /// y = f(a)
    case unary
    /// y = f(a) by a function that has no loop.
    case unaryCall
    /// y = f(a, b)
    case binary
    /// y = a ^ number
    case power
    /// A mask of what a comparison says of a and b.
    case compare
    /// y = mask ? a : b
    case choose
    /// Y = op(A) op(B)
    case product
    /// y = the sum of a, or of each of its rows.
    case sums
    /// y = the sums of the columns of a.
    case columnSums
    /// y = the sum of a b.
    case dot
    /// y = a, stretched or of another type.
    case copy
    /// Y = Aᵀ
    case transpose
    /// y = number
    case fill
    /// y += a
    case add
    /// y = the element of each row of a that its label names.
    case pick
    /// Y = zeros, but a where the labels say.
    case put
    /// y = what a kernel makes of tensors.
    case kernel
  }

  var kind: Kind
  /// Whether the elements are f32.
  var isShort = false
  /// Of a copy: whether it changes the type to the other one.
  var converts = false
  /// Whether the next step, a product too, may be run at the same time.
  var isPaired = false
  /// What names the loop.
  var function: Int32 = 0
  /// The buffers, and after how many bytes the elements begin. A third is a mask, or room.
  var a: TensorPlace
  var b = TensorPlace(buffer: 0, offset: 0)
  var c = TensorPlace(buffer: 0, offset: 0)
  var y: TensorPlace
  /// How many rows and columns there are; of a product, and of sums, how many terms.
  var rows = 1
  var columns = 0
  var depth = 0
  /// How an operand goes on from row to row, and from element to element.
  var rowA = 0
  var stepA = 1
  var rowB = 0
  var stepB = 1
  var number = 0.0
  var call: NumberForms.Unary?
  /// The call of a kernel; the plan holds it.
  var kernel: Unmanaged<TensorCall>?

  init(_ kind: Kind, _ a: TensorPlace, to y: TensorPlace, isShort: Bool = false) {
    self.kind = kind
    self.a = a
    self.y = y
    self.isShort = isShort
  }
}

/// Elements of a buffer, from a byte on.
struct TensorPlace: Equatable {
  var buffer: Int32
  var offset: Int32

  @inline(__always)
  func address(_ buffers: UnsafePointer<UnsafeMutableRawPointer>) -> UnsafeMutableRawPointer {
    buffers[Int(buffer)] + Int(offset)
  }

  @inline(__always)
  func elements<E>(_ buffers: UnsafePointer<UnsafeMutableRawPointer>, _: E.Type) -> UnsafeMutablePointer<E> {
    address(buffers).assumingMemoryBound(to: E.self)
  }
}

extension TensorStep {
  /// Runs it on the buffers given. Answers false where a kernel fails, or a label names nothing.
  @inline(__always)
  func run(_ buffers: UnsafePointer<UnsafeMutableRawPointer>) -> Bool {
    if let kernel { return kernel._withUnsafeGuaranteedRef { $0.run(buffers, y) } }
    if kind == .pick { return isShort ? pick(buffers, Float.self) : pick(buffers, Double.self) }
    if kind == .put { return isShort ? put(buffers, Float.self) : put(buffers, Double.self) }
    if isShort { run(buffers, Float.self) } else { run(buffers, Double.self) }
    return true
  }

  @inline(__always)
  private func run<E: PlanElement>(_ buffers: UnsafePointer<UnsafeMutableRawPointer>, _: E.Type) {
    let p = a.elements(buffers, E.self)
    let y = y.elements(buffers, E.self)
    switch kind {
    case .unary: E.unary(function, p, y, columns)
    case .unaryCall: if let call { for i in 0..<columns { y[i] = E(call(Double(p[i]))) } }
    case .binary:
      let q = b.elements(buffers, E.self)
      if rows == 1 { return E.binary(function, p, stepA, q, stepB, y, columns) }
      for row in 0..<rows {
        E.binary(function, p + row * rowA, stepA, q + row * rowB, stepB, y + row * columns, columns)
      }
    case .power: for i in 0..<columns { y[i] = E.power(p[i], E(number)) }
    case .compare:
      let (q, mask) = (b.elements(buffers, E.self), self.y.elements(buffers, UInt8.self))
      E.compare(function, p, stepA, q, stepB, mask, columns)
    case .choose:
      let (q, mask) = (b.elements(buffers, E.self), c.elements(buffers, UInt8.self))
      E.choose(mask, p, stepA, q, stepB, y, columns)
    case .product:
      E.product(rows, columns, depth, p, rowA, stepA, b.elements(buffers, E.self), rowB, stepB, y)
    case .sums: for row in 0..<rows { y[row] = E(E.sum(p + row * depth, depth)) }
    case .columnSums: addColumns(p, c.elements(buffers, Double.self), y)
    case .dot: y[0] = E(E.dot(p, b.elements(buffers, E.self), depth))
    case .copy: copy(buffers, p, y)
    case .transpose:
      for row in 0..<rows { for column in 0..<columns { y[column * rows + row] = p[row * columns + column] } }
    case .fill: y.update(repeating: E(number), count: columns)
    case .add: E.binary(Int32(VECTOR_add), y, 1, p, stepA, y, columns)
    case .kernel, .pick, .put: break
    }
  }

  /// As a reduction does it: in f64 and from 0, row after row.
  @inline(__always)
  private func addColumns<E: PlanElement>(
    _ x: UnsafeMutablePointer<E>, _ room: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<E>
  ) {
    for block in 0..<rows {
      let sums =
        E.self == Double.self
        ? UnsafeMutableRawPointer(y + block * columns).assumingMemoryBound(to: Double.self) : room
      sums.update(repeating: 0, count: columns)
      E.accumulate(x + block * depth * columns, depth, columns, sums, columns)
      E.round(sums, y + block * columns, columns)
    }
  }

  @inline(__always)
  private func copy<E: PlanElement>(
    _ buffers: UnsafePointer<UnsafeMutableRawPointer>, _ x: UnsafeMutablePointer<E>,
    _ y: UnsafeMutablePointer<E>
  ) {
    if converts { return E.convert(x, self.y.address(buffers), columns) }
    for row in 0..<rows {
      let (from, to) = (x + row * rowA, y + row * columns)
      if stepA == 0 {
        to.update(repeating: from[0], count: columns)
      } else {
        to.update(from: from, count: columns)
      }
    }
  }
}

/// A type of elements with the loops that steps call. They believe what they are told; whoever writes a step down
/// knows how far its buffers reach.
protocol PlanElement: LoopElement {
  static func unary(
    _ function: Int32, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, _ count: Int)
  static func binary(
    _ function: Int32, _ a: UnsafePointer<Self>, _ stepA: Int, _ b: UnsafePointer<Self>, _ stepB: Int,
    _ y: UnsafeMutablePointer<Self>, _ count: Int)
  static func compare(
    _ function: Int32, _ a: UnsafePointer<Self>, _ stepA: Int, _ b: UnsafePointer<Self>, _ stepB: Int,
    _ y: UnsafeMutablePointer<UInt8>, _ count: Int)
  static func choose(
    _ mask: UnsafePointer<UInt8>, _ a: UnsafePointer<Self>, _ stepA: Int, _ b: UnsafePointer<Self>,
    _ stepB: Int, _ y: UnsafeMutablePointer<Self>, _ count: Int)
  static func product(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>, _ rowA: Int, _ columnA: Int,
    _ b: UnsafePointer<Self>, _ rowB: Int, _ columnB: Int, _ y: UnsafeMutablePointer<Self>)
  static func sum(_ x: UnsafePointer<Self>, _ count: Int) -> Double
  static func dot(_ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, _ count: Int) -> Double
  static func accumulate(
    _ x: UnsafePointer<Self>, _ rows: Int, _ stride: Int, _ y: UnsafeMutablePointer<Double>, _ count: Int)
  static func survey(_ x: UnsafePointer<Self>, _ count: Int) -> NumberSurvey
  static func power(_ a: Self, _ b: Self) -> Self
  /// Sums as elements; of f64 they are that already.
  static func round(_ sums: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Self>, _ count: Int)
  /// The elements in the other type.
  static func convert(_ x: UnsafePointer<Self>, _ y: UnsafeMutableRawPointer, _ count: Int)
}

extension Double: PlanElement {
  @inline(__always)
  static func unary(
    _ function: Int32, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int
  ) { vector_unary_f64(function, x, y, count) }
  @inline(__always)
  static func binary(
    _ function: Int32, _ a: UnsafePointer<Double>, _ stepA: Int, _ b: UnsafePointer<Double>, _ stepB: Int,
    _ y: UnsafeMutablePointer<Double>, _ count: Int
  ) { vector_binary_f64(function, a, stepA, b, stepB, y, count) }
  @inline(__always)
  static func compare(
    _ function: Int32, _ a: UnsafePointer<Double>, _ stepA: Int, _ b: UnsafePointer<Double>, _ stepB: Int,
    _ y: UnsafeMutablePointer<UInt8>, _ count: Int
  ) { vector_compare_f64(function, a, stepA, b, stepB, y, count) }
  @inline(__always)
  static func choose(
    _ mask: UnsafePointer<UInt8>, _ a: UnsafePointer<Double>, _ stepA: Int, _ b: UnsafePointer<Double>,
    _ stepB: Int, _ y: UnsafeMutablePointer<Double>, _ count: Int
  ) { vector_choose_f64(mask, a, stepA, b, stepB, y, count) }
  @inline(__always)
  static func product(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Double>, _ rowA: Int, _ columnA: Int,
    _ b: UnsafePointer<Double>, _ rowB: Int, _ columnB: Int, _ y: UnsafeMutablePointer<Double>
  ) { vector_product_f64(m, n, k, a, rowA, columnA, b, rowB, columnB, y, n, 1, Int32(VECTOR_SET)) }
  @inline(__always)
  static func sum(_ x: UnsafePointer<Double>, _ count: Int) -> Double { vector_sum_f64(x, count) }
  @inline(__always)
  static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
    vector_dot_f64(a, b, count)
  }
  @inline(__always)
  static func accumulate(
    _ x: UnsafePointer<Double>, _ rows: Int, _ stride: Int, _ y: UnsafeMutablePointer<Double>, _ count: Int
  ) { vector_accumulate_f64(x, rows, stride, y, count) }
  @inline(__always)
  static func survey(_ x: UnsafePointer<Double>, _ count: Int) -> NumberSurvey {
    NumberSurvey(rawValue: vector_survey_f64(x, count))
  }
  @inline(__always)
  static func power(_ a: Double, _ b: Double) -> Double { Power.call(a, b) }
  @inline(__always)
  static func round(_ sums: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int) {}
  static func convert(_ x: UnsafePointer<Double>, _ y: UnsafeMutableRawPointer, _ count: Int) {
    vector_narrow(x, y.assumingMemoryBound(to: Float.self), count)
  }
}

extension Float: PlanElement {
  @inline(__always)
  static func unary(
    _ function: Int32, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int
  ) { vector_unary_f32(function, x, y, count) }
  @inline(__always)
  static func binary(
    _ function: Int32, _ a: UnsafePointer<Float>, _ stepA: Int, _ b: UnsafePointer<Float>, _ stepB: Int,
    _ y: UnsafeMutablePointer<Float>, _ count: Int
  ) { vector_binary_f32(function, a, stepA, b, stepB, y, count) }
  @inline(__always)
  static func compare(
    _ function: Int32, _ a: UnsafePointer<Float>, _ stepA: Int, _ b: UnsafePointer<Float>, _ stepB: Int,
    _ y: UnsafeMutablePointer<UInt8>, _ count: Int
  ) { vector_compare_f32(function, a, stepA, b, stepB, y, count) }
  @inline(__always)
  static func choose(
    _ mask: UnsafePointer<UInt8>, _ a: UnsafePointer<Float>, _ stepA: Int, _ b: UnsafePointer<Float>,
    _ stepB: Int, _ y: UnsafeMutablePointer<Float>, _ count: Int
  ) { vector_choose_f32(mask, a, stepA, b, stepB, y, count) }
  @inline(__always)
  static func product(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, _ rowA: Int, _ columnA: Int,
    _ b: UnsafePointer<Float>, _ rowB: Int, _ columnB: Int, _ y: UnsafeMutablePointer<Float>
  ) { vector_product_f32(m, n, k, a, rowA, columnA, b, rowB, columnB, y, n, 1, Int32(VECTOR_SET)) }
  @inline(__always)
  static func sum(_ x: UnsafePointer<Float>, _ count: Int) -> Double { vector_sum_f32(x, count) }
  @inline(__always)
  static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Double {
    vector_dot_f32(a, b, count)
  }
  @inline(__always)
  static func accumulate(
    _ x: UnsafePointer<Float>, _ rows: Int, _ stride: Int, _ y: UnsafeMutablePointer<Double>, _ count: Int
  ) { vector_accumulate_f32(x, rows, stride, y, count) }
  @inline(__always)
  static func survey(_ x: UnsafePointer<Float>, _ count: Int) -> NumberSurvey {
    NumberSurvey(rawValue: vector_survey_f32(x, count))
  }
  @inline(__always)
  static func power(_ a: Float, _ b: Float) -> Float { Power.call(a, b) }
  @inline(__always)
  static func round(_ sums: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Float>, _ count: Int) {
    vector_narrow(sums, y, count)
  }
  static func convert(_ x: UnsafePointer<Float>, _ y: UnsafeMutableRawPointer, _ count: Int) {
    vector_widen(x, y.assumingMemoryBound(to: Double.self), count)
  }
}

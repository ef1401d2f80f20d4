import CVector

/// A type of numbers that has its own loops, for kernels that are made of several of them.
protocol LoopElement: BinaryFloatingPoint {
  static var type: ElementType { get }
  static var loops: ElementLoops<Self> { get }
  static func elements(_ storage: Storage) -> UnsafeMutablePointer<Self>
  /// Sums, each rounded once.
  static func rounded(_ sums: UnsafePointer<Double>, _ to: UnsafeMutablePointer<Self>, _ count: Int)
  /// The elements of `to` by a function of two numbers; an operand whose step is 0 is one number.
  static func apply(
    _ function: BinaryFunction, _ a: UnsafePointer<Self>, _ stepA: Int, _ b: UnsafePointer<Self>,
    _ stepB: Int,
    _ to: UnsafeMutablePointer<Self>, _ count: Int)
}

/// The loops of `CVector` for one type of numbers.
struct ElementLoops<Element> {
  typealias Elements = UnsafePointer<Element>?
  typealias Results = UnsafeMutablePointer<Element>?

  let unary: (Int32, Elements, Results, Int) -> Void
  let binary: (Int32, Elements, Int, Elements, Int, Results, Int) -> Void
  let sum: (Elements, Int) -> Double
  let greatest: (Elements, Int) -> Element
  let least: (Elements, Int) -> Element
  let accumulate: (Elements, Int, Int, UnsafeMutablePointer<Double>?, Int) -> Void
  /// Lengths, then A, B and C, each with what lies between rows and between columns, and what becomes of C.
  let product: (Int, Int, Int, Elements, Int, Int, Elements, Int, Int, Results, Int, Int, Int32) -> Void
  /// How many, which matrices of the stacks, then the same without C's arrangement, whose results are neighbours.
  let products:
    (
      Int, UnsafePointer<(Int, Int)>?, Int, Int, Int, Elements, Int, Int, Elements, Int, Int, Results
    ) -> Void
}

extension Double: LoopElement {
  static var type: ElementType { .f64 }

  @inline(__always)
  static var loops: ElementLoops<Double> {
    ElementLoops(
      unary: vector_unary_f64, binary: vector_binary_f64, sum: vector_sum_f64, greatest: vector_greatest_f64,
      least: vector_least_f64, accumulate: vector_accumulate_f64, product: vector_product_f64,
      products: vector_products_f64)
  }

  static func elements(_ storage: Storage) -> UnsafeMutablePointer<Double> { storage.f64 }

  static func rounded(_ sums: UnsafePointer<Double>, _ to: UnsafeMutablePointer<Double>, _ count: Int) {
    to.update(from: sums, count: count)
  }

  @inline(__always)
  static func apply(
    _ function: BinaryFunction, _ a: UnsafePointer<Double>, _ stepA: Int, _ b: UnsafePointer<Double>,
    _ stepB: Int,
    _ to: UnsafeMutablePointer<Double>, _ count: Int
  ) { function.run(a, stepA, b, stepB, to, count) }
}

extension Float: LoopElement {
  static var type: ElementType { .f32 }

  @inline(__always)
  static var loops: ElementLoops<Float> {
    ElementLoops(
      unary: vector_unary_f32, binary: vector_binary_f32, sum: vector_sum_f32, greatest: vector_greatest_f32,
      least: vector_least_f32, accumulate: vector_accumulate_f32, product: vector_product_f32,
      products: vector_products_f32)
  }

  static func elements(_ storage: Storage) -> UnsafeMutablePointer<Float> { storage.f32 }

  static func rounded(_ sums: UnsafePointer<Double>, _ to: UnsafeMutablePointer<Float>, _ count: Int) {
    vector_narrow(sums, to, count)
  }

  @inline(__always)
  static func apply(
    _ function: BinaryFunction, _ a: UnsafePointer<Float>, _ stepA: Int, _ b: UnsafePointer<Float>,
    _ stepB: Int,
    _ to: UnsafeMutablePointer<Float>, _ count: Int
  ) { function.run(a, stepA, b, stepB, to, count) }
}

extension LoopElement {
  @inline(__always)
  static func unary(
    _ function: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, _ count: Int
  ) { loops.unary(Int32(function), x, y, count) }

  @inline(__always)
  static func binary(
    _ function: Int, _ a: UnsafePointer<Self>, _ stepA: Int, _ b: UnsafePointer<Self>, _ stepB: Int,
    _ y: UnsafeMutablePointer<Self>, _ count: Int
  ) { loops.binary(Int32(function), a, stepA, b, stepB, y, count) }

  @inline(__always)
  static func sum(_ x: UnsafePointer<Self>, _ count: Int) -> Double { loops.sum(x, count) }

  @inline(__always)
  static func greatest(_ x: UnsafePointer<Self>, _ count: Int) -> Self { loops.greatest(x, count) }

  @inline(__always)
  static func least(_ x: UnsafePointer<Self>, _ count: Int) -> Self { loops.least(x, count) }

  /// Adds the elements to sums.
  @inline(__always)
  static func accumulate(_ x: UnsafePointer<Self>, _ sums: UnsafeMutablePointer<Double>, _ count: Int) {
    loops.accumulate(x, 1, 0, sums, count)
  }
}

import CVector

/// A type of numbers that has its own loops, for kernels that are made of several of them.
protocol LoopElement: BinaryFloatingPoint {
  static var type: ElementType { get }
  static var loops: ElementLoops<Self> { get }
  static func elements(_ storage: Storage) -> ElementView<Self>
  /// Sums, each rounded once.
  static func rounded(_ sums: ElementView<Double>, _ to: ElementView<Self>, _ count: Int)
  /// The elements of `to` by a function of two numbers; an operand whose step is 0 is one number.
  static func apply(
    _ function: BinaryFunction, _ a: ElementView<Self>, _ stepA: Int, _ b: ElementView<Self>, _ stepB: Int,
    _ to: ElementView<Self>, _ count: Int)
}

/// The loops of `CVector` for one type of numbers. They believe what they are told; so the functions below are the only
/// ones that call them, and say of each how far it reaches.
struct ElementLoops<Element> {
  typealias Elements = UnsafePointer<Element>?
  typealias Results = UnsafeMutablePointer<Element>?

  let unary: (Int32, Elements, Results, Int) -> Void
  let binary: (Int32, Elements, Int, Elements, Int, Results, Int) -> Void
  let compare: (Int32, Elements, Int, Elements, Int, UnsafeMutablePointer<UInt8>?, Int) -> Void
  let choose: (UnsafePointer<UInt8>?, Elements, Int, Elements, Int, Results, Int) -> Void
  let sum: (Elements, Int) -> Double
  let dot: (Elements, Elements, Int) -> Double
  let greatest: (Elements, Int) -> Element
  let least: (Elements, Int) -> Element
  let survey: (Elements, Int) -> Int32
  let accumulate: (Elements, Int, Int, UnsafeMutablePointer<Double>?, Int) -> Void
  /// Lengths, then A, B and C, each with what lies between rows and between columns, and what becomes of C.
  let product: (Int, Int, Int, Elements, Int, Int, Elements, Int, Int, Results, Int, Int, Int32) -> Void
  /// How many, which matrices of the stacks, then the same without C's arrangement, whose results are neighbours.
  let products:
    (
      Int, UnsafePointer<(Int, Int)>?, Int, Int, Int, Elements, Int, Int, Elements, Int, Int, Results
    ) -> Void
}

/// What there is among numbers.
struct NumberSurvey: OptionSet {
  let rawValue: Int32
  static let nonFinite = NumberSurvey(rawValue: Int32(VECTOR_NONFINITE))
  static let negativeZero = NumberSurvey(rawValue: Int32(VECTOR_NEGATIVE_ZERO))
}

extension Double: LoopElement {
  static var type: ElementType { .f64 }

  @inline(__always)
  static var loops: ElementLoops<Double> {
    ElementLoops(
      unary: vector_unary_f64, binary: vector_binary_f64, compare: vector_compare_f64,
      choose: vector_choose_f64, sum: vector_sum_f64, dot: vector_dot_f64,
      greatest: vector_greatest_f64, least: vector_least_f64, survey: vector_survey_f64,
      accumulate: vector_accumulate_f64,
      product: vector_product_f64, products: vector_products_f64)
  }

  static func elements(_ storage: Storage) -> ElementView<Double> { storage.f64 }

  static func rounded(_ sums: ElementView<Double>, _ to: ElementView<Double>, _ count: Int) {
    to.copy(from: sums, count: count)
  }

  @inline(__always)
  static func apply(
    _ function: BinaryFunction, _ a: ElementView<Double>, _ stepA: Int, _ b: ElementView<Double>,
    _ stepB: Int, _ to: ElementView<Double>, _ count: Int
  ) { function.run(a, stepA, b, stepB, to, count) }
}

extension Float: LoopElement {
  static var type: ElementType { .f32 }

  @inline(__always)
  static var loops: ElementLoops<Float> {
    ElementLoops(
      unary: vector_unary_f32, binary: vector_binary_f32, compare: vector_compare_f32,
      choose: vector_choose_f32, sum: vector_sum_f32, dot: vector_dot_f32,
      greatest: vector_greatest_f32, least: vector_least_f32, survey: vector_survey_f32,
      accumulate: vector_accumulate_f32,
      product: vector_product_f32, products: vector_products_f32)
  }

  static func elements(_ storage: Storage) -> ElementView<Float> { storage.f32 }

  static func rounded(_ sums: ElementView<Double>, _ to: ElementView<Float>, _ count: Int) {
    Precision.narrow(sums, to, count)
  }

  @inline(__always)
  static func apply(
    _ function: BinaryFunction, _ a: ElementView<Float>, _ stepA: Int, _ b: ElementView<Float>, _ stepB: Int,
    _ to: ElementView<Float>, _ count: Int
  ) { function.run(a, stepA, b, stepB, to, count) }
}

extension LoopElement {
  @inline(__always)
  static func unary(_ function: Int, _ x: ElementView<Self>, _ y: ElementView<Self>, _ count: Int) {
    loops.unary(Int32(function), x.run(count), y.run(count), count)
  }

  @inline(__always)
  static func binary(
    _ function: Int, _ a: ElementView<Self>, _ stepA: Int, _ b: ElementView<Self>, _ stepB: Int,
    _ y: ElementView<Self>, _ count: Int
  ) {
    loops.binary(
      Int32(function), a.run(count, step: stepA), stepA, b.run(count, step: stepB), stepB, y.run(count), count
    )
  }

  @inline(__always)
  static func compare(
    _ comparison: Int, _ a: ElementView<Self>, _ stepA: Int, _ b: ElementView<Self>, _ stepB: Int,
    _ y: ElementView<UInt8>, _ count: Int
  ) {
    loops.compare(
      Int32(comparison), a.run(count, step: stepA), stepA, b.run(count, step: stepB), stepB, y.run(count),
      count)
  }

  @inline(__always)
  static func choose(
    _ mask: ElementView<UInt8>, _ a: ElementView<Self>, _ stepA: Int, _ b: ElementView<Self>, _ stepB: Int,
    _ y: ElementView<Self>, _ count: Int
  ) {
    loops.choose(
      mask.run(count), a.run(count, step: stepA), stepA, b.run(count, step: stepB), stepB, y.run(count), count
    )
  }

  @inline(__always)
  static func sum(_ x: ElementView<Self>, _ count: Int) -> Double { loops.sum(x.run(count), count) }

  @inline(__always)
  static func dot(_ a: ElementView<Self>, _ b: ElementView<Self>, _ count: Int) -> Double {
    loops.dot(a.run(count), b.run(count), count)
  }

  /// Of at least one element.
  @inline(__always)
  static func greatest(_ x: ElementView<Self>, _ count: Int) -> Self {
    loops.greatest(x.run(max(count, 1)), count)
  }

  @inline(__always)
  static func least(_ x: ElementView<Self>, _ count: Int) -> Self { loops.least(x.run(max(count, 1)), count) }

  @inline(__always)
  static func survey(_ x: ElementView<Self>, _ count: Int) -> NumberSurvey {
    NumberSurvey(rawValue: loops.survey(x.run(count), count))
  }

  /// Adds rows of elements, `stride` apart, to sums, one after the other.
  @inline(__always)
  static func accumulate(
    _ x: ElementView<Self>, rows: Int = 1, stride: Int = 0, _ sums: ElementView<Double>, _ count: Int
  ) {
    loops.accumulate(x.matrix(rows, count, row: stride, column: 1), rows, stride, sums.run(count), count)
  }
}

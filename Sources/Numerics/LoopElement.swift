import CVector

/// A type of numbers that has its own loops, for kernels that are made of several of them.
protocol LoopElement: BinaryFloatingPoint {
  static var type: ElementType { get }
  static func elements(_ storage: Storage) -> UnsafeMutablePointer<Self>
  static func unary(
    _ function: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, _ count: Int)
  static func binary(
    _ function: Int, _ a: UnsafePointer<Self>, _ stepA: Int, _ b: UnsafePointer<Self>, _ stepB: Int,
    _ y: UnsafeMutablePointer<Self>, _ count: Int)
  static func sum(_ x: UnsafePointer<Self>, _ count: Int) -> Double
  static func greatest(_ x: UnsafePointer<Self>, _ count: Int) -> Self
  static func accumulate(_ x: UnsafePointer<Self>, _ sums: UnsafeMutablePointer<Double>, _ count: Int)
}

extension Double: LoopElement {
  static var type: ElementType { .f64 }
  static func elements(_ storage: Storage) -> UnsafeMutablePointer<Double> { storage.f64 }

  static func unary(
    _ function: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    vector_unary_f64(Int32(function), x, y, count)
  }

  static func binary(
    _ function: Int, _ a: UnsafePointer<Double>, _ stepA: Int, _ b: UnsafePointer<Double>, _ stepB: Int,
    _ y: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    vector_binary_f64(Int32(function), a, stepA, b, stepB, y, count)
  }

  static func sum(_ x: UnsafePointer<Double>, _ count: Int) -> Double { vector_sum_f64(x, count) }
  static func greatest(_ x: UnsafePointer<Double>, _ count: Int) -> Double { vector_greatest_f64(x, count) }

  static func accumulate(_ x: UnsafePointer<Double>, _ sums: UnsafeMutablePointer<Double>, _ count: Int) {
    vector_accumulate_f64(x, 1, 0, sums, count)
  }
}

extension Float: LoopElement {
  static var type: ElementType { .f32 }
  static func elements(_ storage: Storage) -> UnsafeMutablePointer<Float> { storage.f32 }

  static func unary(
    _ function: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    vector_unary_f32(Int32(function), x, y, count)
  }

  static func binary(
    _ function: Int, _ a: UnsafePointer<Float>, _ stepA: Int, _ b: UnsafePointer<Float>, _ stepB: Int,
    _ y: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    vector_binary_f32(Int32(function), a, stepA, b, stepB, y, count)
  }

  static func sum(_ x: UnsafePointer<Float>, _ count: Int) -> Double { vector_sum_f32(x, count) }
  static func greatest(_ x: UnsafePointer<Float>, _ count: Int) -> Float { vector_greatest_f32(x, count) }

  static func accumulate(_ x: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Double>, _ count: Int) {
    vector_accumulate_f32(x, 1, 0, sums, count)
  }
}

import CVector

/// Functions of many numbers at once, for kernels that keep f64 inside.
enum Activation {
  @inline(__always)
  static func sigmoid(_ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int) {
    vector_unary_f64(Int32(VECTOR_sigmoid), x, y, count)
  }

  @inline(__always)
  static func tanh(_ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int) {
    vector_unary_f64(Int32(VECTOR_tanh), x, y, count)
  }
}

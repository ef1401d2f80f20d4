// Loops over elements, specialised for each function and element type by the compiler.

/// A function of one number. For f32 the result in f64 is rounded once, unless stated otherwise.
protocol UnaryFunction {
  static func call(_ x: Double) -> Double
  static func call(_ x: Float) -> Float
}

extension UnaryFunction {
  @inline(__always)
  static func call(_ x: Float) -> Float { Float(call(Double(x))) }
}

/// A function of two numbers.
protocol BinaryFunction {
  /// How faults name it.
  static var name: String { get }
  static func call(_ a: Double, _ b: Double) -> Double
  static func call(_ a: Float, _ b: Float) -> Float
}

extension BinaryFunction {
  @inline(__always)
  static func call(_ a: Float, _ b: Float) -> Float { Float(call(Double(a), Double(b))) }
}

/// Elements between two looks at the interruption flag.
let blockLength = 1 << 15

/// Runs `body(start, length)` over blocks, polling between them.
@inline(__always)
func forEachBlock(_ count: Int, _ body: (Int, Int) throws -> Void) throws {
  if count <= blockLength { return try body(0, count) }
  var start = 0
  while start < count {
    try NumericsInterruption.poll()
    let length = min(blockLength, count - start)
    try body(start, length)
    start += length
  }
}

enum Elementwise {
  /// The kernel of a function of one number, of bools as of the numbers 0 and 1.
  static func unary<F: UnaryFunction>(_: F.Type) -> Operation.Kernel {
    .unary { x, _, _ in
      if x.meta & 0xF == 0, let source = x.storage?.head {
        let result = try Storage.allocate(source.pointee.shape, .f64)
        try forEachBlock(source.pointee.shape.elementCount) { start, length in
          let from = UnsafePointer(source.pointee.f64 + start)
          let to = result.f64 + start
          for i in 0..<length { to[i] = F.call(from[i]) }
        }
        return Tensor(result, .f64)
      }
      guard let source = x.storage else {
        return Tensor(F.call(x.scalar), type: x.type.arithmetic)
      }
      if x.type == .f16 {
        let wide = try converted(x, .f64).storage!
        for i in 0..<wide.count { wide.f64[i] = F.call(wide.f64[i]) }
        return try converted(Tensor(wide, .f64), .f16)
      }
      if x.type == .f32 {
        let result = try Storage.allocate(source.shape, .f32)
        try forEachBlock(source.count) { start, length in
          let from = UnsafePointer(source.f32 + start)
          let to = result.f32 + start
          for i in 0..<length { to[i] = F.call(from[i]) }
        }
        return Tensor(result, .f32)
      }
      let result = try Storage.allocate(source.shape, .f64)
      let values = (F.call(0.0), F.call(1.0))
      for i in 0..<source.count { result.f64[i] = source.bool[i] == 0 ? values.0 : values.1 }
      return Tensor(result, .f64)
    }
  }

  /// The kernel of a question about one number.
  static func predicate(_ ask: @escaping (Double) -> Bool) -> Operation.Kernel {
    .unary { x, _, _ in
      guard let source = x.storage else { return Tensor(ask(x.scalar)) }
      let result = try Storage.allocate(source.shape, .bool)
      for i in 0..<source.count { result.bool[i] = ask(x.element(i)) ? 1 : 0 }
      return Tensor(result, .bool)
    }
  }

  /// The type in which two operands meet; a fault where they do not.
  static func commonType(_ a: Tensor, _ b: Tensor, _ operation: String) throws -> ElementType {
    let typeA = a.type
    let typeB = b.type
    if typeA == typeB { return typeA.arithmetic }
    if typeA == .bool { return typeB }
    if typeB == .bool { return typeA }
    if typeA == .f64 && a.isScalar { return typeB }
    if typeB == .f64 && b.isScalar { return typeA }
    throw Fault.elementTypes(operation: operation, a: typeA, b: typeB)
  }

  /// The same elements in another type, as a constant.
  static func converted(_ x: Tensor, _ type: ElementType) throws -> Tensor {
    if x.type == type { return x }
    guard let source = x.storage else { return Tensor(x.scalar, type: type) }
    let result = try Storage.allocate(source.shape, type)
    let count = source.count
    switch (x.type, type) {
    case (.f64, .f32): for i in 0..<count { result.f32[i] = Float(source.f64[i]) }
    case (.f32, .f64): for i in 0..<count { result.f64[i] = Double(source.f32[i]) }
    case (.bool, .f64): for i in 0..<count { result.f64[i] = Double(source.bool[i]) }
    case (.bool, .f32): for i in 0..<count { result.f32[i] = Float(source.bool[i]) }
    case (.f64, .f16): for i in 0..<count { result.f16[i] = Half(source.f64[i]) }
    case (.f16, .f64): for i in 0..<count { result.f64[i] = source.f16[i].value }
    default: for i in 0..<count { result.store(x.element(i), at: i, type) }
    }
    return Tensor(result, type)
  }

  /// The kernel of a function of two numbers.
  static func binary<F: BinaryFunction>(_: F.Type) -> Operation.Kernel {
    .binary { a, b, _ in
      // The commonest case first, without counting references.
      if let left = a.storage?.head, let right = b.storage?.head, (a.meta | b.meta) & 0xF == 0,
        left.pointee.shape == right.pointee.shape
      {
        let result = try Storage.allocate(left.pointee.shape, .f64)
        try run64(
          F.self, left.pointee.f64, right.pointee.f64, result.f64, 0, 0, left.pointee.shape.elementCount)
        return Tensor(result, .f64)
      }
      if (a.meta | b.meta) & 0xF == 0 {
        if a.storage == nil, let right = b.storage?.head {
          let result = try Storage.allocate(right.pointee.shape, .f64)
          try run64(
            F.self, nil, right.pointee.f64, result.f64, a.scalar, 0, right.pointee.shape.elementCount)
          return Tensor(result, .f64)
        }
        if b.storage == nil, let left = a.storage?.head {
          let result = try Storage.allocate(left.pointee.shape, .f64)
          try run64(
            F.self, left.pointee.f64, nil, result.f64, 0, b.scalar, left.pointee.shape.elementCount)
          return Tensor(result, .f64)
        }
      }
      let name = F.name
      let type = try commonType(a, b, name)
      guard a.storage != nil || b.storage != nil else {
        if type == .f32 { return Tensor(Double(F.call(Float(a.scalar), Float(b.scalar))), type: .f32) }
        return Tensor(F.call(type.rounded(a.scalar), type.rounded(b.scalar)), type: type)
      }
      if type == .f16 {
        // Widened, and rounded once; a number is a half before it meets halves.
        let x = try converted(converted(a, .f16), .f64)
        let y = try converted(converted(b, .f16), .f64)
        return try converted(binary64(F.self, x, y, name), .f16)
      }
      // Numbers stay unboxed; a tensor of the other type is converted.
      let x = a.isScalar ? a : try converted(a, type)
      let y = b.isScalar ? b : try converted(b, type)
      return type == .f32 ? try binary32(F.self, x, y, name) : try binary64(F.self, x, y, name)
    }
  }

  private static func binary64<F: BinaryFunction>(
    _: F.Type, _ a: Tensor, _ b: Tensor, _ name: String
  ) throws -> Tensor {
    guard let left = a.storage else {
      let right = b.storage!
      let result = try Storage.allocate(right.shape, .f64)
      try run64(F.self, nil, right.f64, result.f64, a.scalar, 0, right.count)
      return Tensor(result, .f64)
    }
    guard let right = b.storage else {
      let result = try Storage.allocate(left.shape, .f64)
      try run64(F.self, left.f64, nil, result.f64, 0, b.scalar, left.count)
      return Tensor(result, .f64)
    }
    let shape = try Broadcasting.shape(left.shape, right.shape, name)
    let result = try Storage.allocate(shape, .f64)
    if left.shape == right.shape {
      try run64(F.self, left.f64, right.f64, result.f64, 0, 0, left.count)
      return Tensor(result, .f64)
    }
    try Broadcasting.forEachRun(left.shape, right.shape, shape) { x, y, z, stepX, stepY, count in
      guard count > 0 else { return }
      try run64(
        F.self, stepX == 1 ? left.f64 + x : nil, stepY == 1 ? right.f64 + y : nil, result.f64 + z,
        left.f64[x], right.f64[y], count)
    }
    return Tensor(result, .f64)
  }

  private static func binary32<F: BinaryFunction>(
    _: F.Type, _ a: Tensor, _ b: Tensor, _ name: String
  ) throws -> Tensor {
    guard let left = a.storage else {
      let right = b.storage!
      let result = try Storage.allocate(right.shape, .f32)
      try run32(F.self, nil, right.f32, result.f32, Float(a.scalar), 0, right.count)
      return Tensor(result, .f32)
    }
    guard let right = b.storage else {
      let result = try Storage.allocate(left.shape, .f32)
      try run32(F.self, left.f32, nil, result.f32, 0, Float(b.scalar), left.count)
      return Tensor(result, .f32)
    }
    let shape = try Broadcasting.shape(left.shape, right.shape, name)
    let result = try Storage.allocate(shape, .f32)
    if left.shape == right.shape {
      try run32(F.self, left.f32, right.f32, result.f32, 0, 0, left.count)
      return Tensor(result, .f32)
    }
    try Broadcasting.forEachRun(left.shape, right.shape, shape) { x, y, z, stepX, stepY, count in
      guard count > 0 else { return }
      try run32(
        F.self, stepX == 1 ? left.f32 + x : nil, stepY == 1 ? right.f32 + y : nil, result.f32 + z,
        left.f32[x], right.f32[y], count)
    }
    return Tensor(result, .f32)
  }

  /// One run of elements; an operand without a pointer is the number given.
  @inline(__always)
  private static func run64<F: BinaryFunction>(
    _: F.Type, _ a: UnsafePointer<Double>?, _ b: UnsafePointer<Double>?, _ out: UnsafeMutablePointer<Double>,
    _ x: Double, _ y: Double, _ count: Int
  ) throws {
    try forEachBlock(count) { start, length in
      let to = out + start
      if let a, let b {
        let a = a + start
        let b = b + start
        for i in 0..<length { to[i] = F.call(a[i], b[i]) }
      } else if let a {
        let a = a + start
        for i in 0..<length { to[i] = F.call(a[i], y) }
      } else if let b {
        let b = b + start
        for i in 0..<length { to[i] = F.call(x, b[i]) }
      } else {
        to.update(repeating: F.call(x, y), count: length)
      }
    }
  }

  @inline(__always)
  private static func run32<F: BinaryFunction>(
    _: F.Type, _ a: UnsafePointer<Float>?, _ b: UnsafePointer<Float>?, _ out: UnsafeMutablePointer<Float>,
    _ x: Float, _ y: Float, _ count: Int
  ) throws {
    try forEachBlock(count) { start, length in
      let to = out + start
      if let a, let b {
        let a = a + start
        let b = b + start
        for i in 0..<length { to[i] = F.call(a[i], b[i]) }
      } else if let a {
        let a = a + start
        for i in 0..<length { to[i] = F.call(a[i], y) }
      } else if let b {
        let b = b + start
        for i in 0..<length { to[i] = F.call(x, b[i]) }
      } else {
        to.update(repeating: F.call(x, y), count: length)
      }
    }
  }
}

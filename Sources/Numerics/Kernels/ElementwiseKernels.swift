import CVector

/// Elements between two looks at the interruption flag, and the share of a thread.
let blockLength = 1 << 15

/// Runs `body(start, length)` over blocks, of large arrays on several threads.
///
/// The blocks depend on the count alone, so what is computed in each does not depend on the machine.
@inline(__always)
func forEachBlock(_ count: Int, weight: Int = 1, _ body: (Int, Int) -> Void) throws {
  if count <= blockLength { return body(0, count) }
  try forEachLargeBlock(count, weight, body)
}

@inline(never)
private func forEachLargeBlock(_ count: Int, _ weight: Int, _ body: (Int, Int) -> Void) throws {
  try Workers.share((count - 1) / blockLength + 1, weight: weight * blockLength) { block in
    let start = block * blockLength
    body(start, min(blockLength, count - start))
  }
}

/// The same on this thread, one block after the other: for what several elements may meet in.
func forEachBlockInOrder(_ count: Int, _ body: (Int, Int) -> Void) throws {
  var start = 0
  while start < count {
    let length = min(blockLength, count - start)
    body(start, length)
    start += length
    try NumericsInterruption.poll()
  }
}

enum Elementwise {
  /// The kernel of a function of one number, of bools as of the numbers 0 and 1.
  static func unary(_ function: UnaryFunction) -> Operation.Kernel {
    .unary { x, _, _ in
      if x.meta & 0xF == 0, let source = x.storage?.head {
        let result = try Storage.allocate(source.pointee.shape, .f64)
        try map(function, source.pointee.f64, result.f64, source.pointee.shape.elementCount)
        return Tensor(result, .f64)
      }
      guard let source = x.storage else {
        if x.type == .f32 { return Tensor(Double(function.short(Float(x.scalar))), type: .f32) }
        return Tensor(function.f64(x.scalar), type: x.type.arithmetic)
      }
      if x.type == .f32 {
        let result = try Storage.allocate(source.shape, .f32)
        let (from, to) = (source.f32, result.f32)
        try forEachBlock(source.count, weight: function.weight) { function.run(from + $0, to + $0, $1) }
        return Tensor(result, .f32)
      }
      // Halves and bools are widened, and halves rounded once.
      let wide = try converted(x.primal, .f64).storage!
      try map(function, wide.f64, wide.f64, wide.count)
      return try converted(Tensor(wide, .f64), x.type.arithmetic)
    }
  }

  @inline(__always)
  private static func map(
    _ function: UnaryFunction, _ from: ElementView<Double>, _ to: ElementView<Double>, _ count: Int
  ) throws {
    try forEachBlock(count, weight: function.weight) { function.run(from + $0, to + $0, $1) }
  }

  /// The kernel of a question about one number.
  static func predicate(_ ask: @escaping (Double) -> Bool) -> Operation.Kernel {
    .unary { x, _, _ in
      guard let source = x.storage else { return Tensor(ask(x.scalar)) }
      let result = try Storage.allocate(source.shape, .bool)
      let to = result.bool
      try forEachBlock(source.count) { start, count in
        for i in start..<start + count { to[i] = ask(source.value(i, x.type)) ? 1 : 0 }
      }
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
    switch (x.type, type) {
    case (.f64, .f32):
      let (from, to) = (source.f64, result.f32)
      try forEachBlock(source.count) { Precision.narrow(from + $0, to + $0, $1) }
    case (.f32, .f64):
      let (from, to) = (source.f32, result.f64)
      try forEachBlock(source.count) { Precision.widen(from + $0, to + $0, $1) }
    case (.f64, .f16):
      let (from, to) = (source.f64, result.f16)
      try forEachBlock(source.count) { for i in $0..<$0 + $1 { to[i] = Half(from[i]) } }
    case (.f16, .f64):
      let (from, to) = (source.f16, result.f64)
      try forEachBlock(source.count) { for i in $0..<$0 + $1 { to[i] = from[i].value } }
    case (.bool, .f64):
      let (from, to) = (source.bool, result.f64)
      try forEachBlock(source.count) { for i in $0..<$0 + $1 { to[i] = Double(from[i]) } }
    case (.bool, .f32):
      let (from, to) = (source.bool, result.f32)
      try forEachBlock(source.count) { for i in $0..<$0 + $1 { to[i] = Float(from[i]) } }
    default:
      try forEachBlock(source.count) {
        for i in $0..<$0 + $1 { result.store(source.value(i, x.type), at: i, type) }
      }
    }
    return Tensor(result, type)
  }

  /// The kernel of a function of two numbers; faults call it by the name.
  static func binary(_ function: BinaryFunction, _ name: String) -> Operation.Kernel {
    .binary { a, b, _ in
      // The commonest case first, without counting references.
      if let left = a.storage?.head, let right = b.storage?.head, (a.meta | b.meta) & 0xF == 0,
        left.pointee.shape == right.pointee.shape
      {
        let result = try Storage.allocate(left.pointee.shape, .f64)
        try run(
          function, left.pointee.f64, right.pointee.f64, result.f64, 0, 0, left.pointee.shape.elementCount)
        return Tensor(result, .f64)
      }
      if (a.meta | b.meta) & 0xF == 0 {
        if a.storage == nil, let right = b.storage?.head {
          let result = try Storage.allocate(right.pointee.shape, .f64)
          try run(
            function, nil, right.pointee.f64, result.f64, a.scalar, 0, right.pointee.shape.elementCount)
          return Tensor(result, .f64)
        }
        if b.storage == nil, let left = a.storage?.head {
          let result = try Storage.allocate(left.pointee.shape, .f64)
          try run(
            function, left.pointee.f64, nil, result.f64, 0, b.scalar, left.pointee.shape.elementCount)
          return Tensor(result, .f64)
        }
      }
      let type = try commonType(a, b, name)
      guard a.storage != nil || b.storage != nil else {
        if type == .f32 {
          return Tensor(Double(function.short(Float(a.scalar), Float(b.scalar))), type: .f32)
        }
        return Tensor(function.f64(type.rounded(a.scalar), type.rounded(b.scalar)), type: type)
      }
      if type == .f16 {
        // Widened, and rounded once; a number is a half before it meets halves.
        let x = try converted(converted(a, .f16), .f64)
        let y = try converted(converted(b, .f16), .f64)
        return try converted(binary(function, Double.self, x, y, name), .f16)
      }
      // Numbers stay unboxed; a tensor of the other type is converted.
      let x = a.isScalar ? a : try converted(a, type)
      let y = b.isScalar ? b : try converted(b, type)
      return type == .f32
        ? try binary(function, Float.self, x, y, name) : try binary(function, Double.self, x, y, name)
    }
  }

  private static func binary<E: LoopElement>(
    _ function: BinaryFunction, _: E.Type, _ a: Tensor, _ b: Tensor, _ name: String
  ) throws -> Tensor {
    guard let left = a.storage else {
      let right = b.storage!
      let result = try Storage.allocate(right.shape, E.type)
      try run(function, nil, E.elements(right), E.elements(result), E(a.scalar), 0, right.count)
      return Tensor(result, E.type)
    }
    guard let right = b.storage else {
      let result = try Storage.allocate(left.shape, E.type)
      try run(function, E.elements(left), nil, E.elements(result), 0, E(b.scalar), left.count)
      return Tensor(result, E.type)
    }
    let shape = try Broadcasting.shape(left.shape, right.shape, name)
    let result = try Storage.allocate(shape, E.type)
    let (p, q, to) = (E.elements(left), E.elements(right), E.elements(result))
    // Runs may be short, so the loop is known before the first.
    if let loop = function.loop {
      try Broadcasting.forEachRun(left.shape, right.shape, shape, weight: function.weight) {
        x, y, z, stepX, stepY, count in
        E.binary(loop, p + x, stepX, q + y, stepY, to + z, count)
      }
    } else {
      try Broadcasting.forEachRun(left.shape, right.shape, shape, weight: function.weight) {
        x, y, z, stepX, stepY, count in
        E.apply(function, p + x, stepX, q + y, stepY, to + z, count)
      }
    }
    return Tensor(result, E.type)
  }

  /// One run of elements; an operand without a pointer is the number given.
  @inline(__always)
  private static func run<E: LoopElement>(
    _ function: BinaryFunction, _ a: ElementView<E>?, _ b: ElementView<E>?, _ out: ElementView<E>, _ x: E,
    _ y: E, _ count: Int
  ) throws {
    var (x, y) = (x, y)
    try withUnsafeMutablePointer(to: &x) { number in
      try withUnsafeMutablePointer(to: &y) { other in
        let (left, stepA) = a.map { ($0, 1) } ?? (ElementView(number, count: 1), 0)
        let (right, stepB) = b.map { ($0, 1) } ?? (ElementView(other, count: 1), 0)
        try forEachBlock(count, weight: function.weight) {
          E.apply(function, left + $0 * stepA, stepA, right + $0 * stepB, stepB, out + $0, $1)
        }
      }
    }
  }
}

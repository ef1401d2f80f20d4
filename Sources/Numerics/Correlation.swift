/// The kernels of the three rows of a correlation: y = K ⋆ x, and its transposes in x and in K. The windows of an
/// image are laid side by side as the columns of a matrix, a few rows of places at a time so that they stay in
/// cache, and multiplied by the matrix of the kernels. f32 is widened on the way and rounded once.
///
/// Units are an image and some of its rows, and workers take them; what a unit is, and in which order sums over
/// units are formed, is decided by the shapes alone.
struct Correlation {
  private let windows: Windows
  private let type: ElementType
  /// What the operands were, where it is neither f64 nor f32.
  private let outer: ElementType
  private let batch: Int
  private let channels: Int
  private let kernels: Int
  private var images: Storage?
  private var outputs: Storage?
  private var weights: Storage?

  /// Rows of places in a unit.
  private let height: Int
  /// Rows and columns of a column matrix of all places.
  private var depth: Int { channels * windows.size }
  private var blocks: Int { (windows.rows + height - 1) / height }

  init(_ attributes: Attributes, _ x: Tensor? = nil, outputs c: Tensor? = nil, kernels k: Tensor? = nil)
    throws
  {
    let windows = Windows(attributes)
    let given = (x ?? c)!.type
    let inner: ElementType = given == .f32 ? .f32 : .f64
    func storage(_ tensor: Tensor?) throws -> Storage? {
      try tensor.map { try Elementwise.converted($0.primal, inner).storage! }
    }
    self.windows = windows
    type = inner
    outer = given.arithmetic
    batch = (x ?? c)!.shape[0]
    channels = (x ?? k)!.shape[1]
    kernels = c?.shape[1] ?? k!.shape[0]
    images = try storage(x)
    outputs = try storage(c)
    weights = try storage(k)
    height = max(1, min(windows.rows, (1 << 16) / max(channels * windows.size * windows.columns, 1)))
  }

  /// The rows of places of one block.
  private func rows(of block: Int) -> Range<Int> {
    block * height..<min((block + 1) * height, windows.rows)
  }

  private func result(_ shape: Shape, _ fill: (Storage) throws -> Void) throws -> Tensor {
    let storage = try Storage.allocate(shape, type)
    try withExtendedLifetime((images, outputs, weights)) { try fill(storage) }
    return try Elementwise.converted(Tensor(storage, type), outer)
  }

  /// Runs units on workers where there is much to do.
  private func forEach(_ count: Int, _ body: @escaping (Int) -> Void) throws {
    if batch * kernels * depth * windows.places > 1 << 20 {
      return try Workers.forEach(count) { unit in
        if !NumericsInterruption.isRaised { body(unit) }
      }
    }
    for unit in 0..<count { body(unit) }
    try NumericsInterruption.poll()
  }

  /// The column matrix of one unit.
  private func unfold(_ image: Int, _ rows: Range<Int>, _ to: UnsafeMutablePointer<Double>) {
    let area = windows.height * windows.width
    let step = windows.size * rows.count * windows.columns
    for channel in 0..<channels {
      let start = (image * channels + channel) * area
      if type == .f32 {
        windows.unfold(images!.f32 + start, rows, to + channel * step)
      } else {
        windows.unfold(images!.f64 + start, rows, to + channel * step)
      }
    }
  }

  /// Calls `body` with the kernels as f64.
  private func withWeights(_ body: (UnsafePointer<Double>) throws -> Void) throws {
    let weights = weights!
    if type == .f64 { return try body(weights.f64) }
    let wide = try Storage.allocate(Shape(max(weights.count, 1)), .f64)
    Precision.widen(weights.f32, wide.f64, weights.count)
    try withExtendedLifetime(wide) { try body(wide.f64) }
  }

  func forward() throws -> Tensor {
    try result(Shape([batch, kernels, windows.rows, windows.columns])) { y in
      try withWeights { weights in
        try forEach(batch * blocks) { unit in
          let (image, rows) = (unit / blocks, rows(of: unit % blocks))
          let places = rows.count * windows.columns
          let start = image * kernels * windows.places + rows.lowerBound * windows.columns
          Scratch.withDoubles((depth + kernels) * places) { columns in
            unfold(image, rows, columns)
            let isWide = type == .f64
            let target = isWide ? y.f64 + start : columns + depth * places
            multiply(
              (weights, false, depth), (UnsafePointer(columns), false, places), target,
              isWide ? windows.places : places,
              kernels, places, depth, adding: false)
            if isWide { return }
            for kernel in 0..<kernels {
              Precision.narrow(
                target + kernel * places, y.f32 + start + kernel * windows.places, places)
            }
          }
        }
      }
    }
  }

  func backward() throws -> Tensor {
    // Few images are split by channels too.
    let share = batch >= 8 ? channels : max(1, (channels * batch + 7) / 8)
    let groups = (channels + share - 1) / share
    let area = windows.height * windows.width
    return try result(Shape([batch, channels, windows.height, windows.width])) { x in
      try withWeights { weights in
        try forEach(batch * groups) { unit in
          let (image, first) = (unit / groups, unit % groups * share)
          let count = min(share, channels - first)
          let lines = count * windows.size
          let room = height * windows.columns
          Scratch.withDoubles((lines + kernels) * room + count * area) { columns in
            let cotangents = columns + lines * room
            let pixels = cotangents + kernels * room
            pixels.update(repeating: 0, count: count * area)
            for block in 0..<blocks {
              let rows = rows(of: block)
              let places = rows.count * windows.columns
              let (c, stride) = cotangent(image, rows, cotangents)
              multiply(
                (weights + first * windows.size, true, depth), (c, false, stride), columns, places, lines,
                places, kernels, adding: false)
              for channel in 0..<count {
                windows.fold(
                  UnsafePointer(columns + channel * windows.size * places), rows, pixels + channel * area)
              }
            }
            Precision.write(pixels, x.pointer, type, at: (image * channels + first) * area, count * area)
          }
        }
      }
    }
  }

  func kernelGradient() throws -> Tensor {
    let units = batch * blocks
    let parts = max(1, min(16, units, batch * kernels * depth * windows.places >> 18))
    let size = kernels * depth
    // Each part sums its units in their order, and the parts are added in theirs.
    let sums = try Tensor.zeros(Shape(parts, max(size, 1)), .f64).storage!
    return try result(Shape([kernels, channels, windows.kernel.0, windows.kernel.1])) { result in
      try forEach(parts) { part in
        let room = height * windows.columns
        Scratch.withDoubles((depth + kernels) * room) { columns in
          for unit in units * part / parts..<units * (part + 1) / parts {
            let (image, rows) = (unit / blocks, rows(of: unit % blocks))
            let places = rows.count * windows.columns
            unfold(image, rows, columns)
            let (c, stride) = cotangent(image, rows, columns + depth * room)
            multiply(
              (c, false, stride), (UnsafePointer(columns), true, places), sums.f64 + part * size, depth,
              kernels, depth,
              places, adding: true)
          }
        }
      }
      for part in 1..<max(parts, 1) {
        for i in 0..<size { sums.f64[i] += sums.f64[part * size + i] }
      }
      Precision.write(sums.f64, result.pointer, type, at: 0, size)
    }
  }

  /// The cotangents at some rows of places, a line for each kernel: in place, or widened into `room`.
  private func cotangent(
    _ image: Int, _ rows: Range<Int>, _ room: UnsafeMutablePointer<Double>
  ) -> (pointer: UnsafePointer<Double>, stride: Int) {
    let start = image * kernels * windows.places + rows.lowerBound * windows.columns
    if type == .f64 { return (UnsafePointer(outputs!.f64 + start), windows.places) }
    let places = rows.count * windows.columns
    for kernel in 0..<kernels {
      Precision.widen(outputs!.f32 + start + kernel * windows.places, room + kernel * places, places)
    }
    return (UnsafePointer(room), places)
  }

  private typealias Matrix = (pointer: UnsafePointer<Double>, isTransposed: Bool, stride: Int)

  /// C = op(A) op(B), or C + op(A) op(B), on this thread.
  private func multiply(
    _ a: Matrix, _ b: Matrix, _ c: UnsafeMutablePointer<Double>, _ stride: Int, _ m: Int, _ n: Int, _ k: Int,
    adding: Bool
  ) {
    MatrixProduct.block(
      a.pointer, a.isTransposed, a.stride, b.pointer, b.isTransposed, b.stride, c, stride, m, n, k,
      adding: adding)
  }
}

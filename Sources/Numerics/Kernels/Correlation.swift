import CVector

/// The kernels of the three rows of a correlation: y = K ⋆ x, and its transposes in x and in K. The windows of an
/// image are laid side by side as the columns of a matrix, a few rows of places at a time so that they stay in
/// cache, and multiplied by the matrix of the kernels. Each is a product of matrices: an entry of y sums over the
/// channels and pixels of its window, a weight over all places of all images, both in order.
struct Correlation {
  private let windows: Windows
  /// What is computed in, and what the operands were.
  private let inner: ElementType
  private let outer: ElementType
  private let batch: Int
  private let channels: Int
  private let kernels: Int
  private var images: Storage?
  private var outputs: Storage?
  private var weights: Storage?

  /// Rows of places in a unit: so few that its windows, of 64 Ki numbers, stay in the second cache.
  private let height: Int
  /// Rows and columns of a column matrix of all places.
  private var depth: Int { channels * windows.size }
  private var blocks: Int { (windows.rows + height - 1) / height }
  /// Pixels of an image.
  private var area: Int { windows.height * windows.width }

  init(_ attributes: Attributes, _ x: Tensor? = nil, outputs c: Tensor? = nil, kernels k: Tensor? = nil)
    throws
  {
    let windows = Windows(attributes)
    let given = (x ?? c)!.type
    let inner: ElementType = given.isShortFloat ? .f32 : .f64
    func storage(_ tensor: Tensor?) throws -> Storage? {
      try tensor.map { try Elementwise.converted($0.primal, inner).storage! }
    }
    // Every number below is one of these shapes', which must agree where they meet.
    let (window, size) = (Shape(windows.rows, windows.columns), Shape(windows.height, windows.width))
    let kernel = Shape(windows.kernel.0, windows.kernel.1)
    func precondition(_ tensor: Tensor?, endsIn tail: Shape) {
      Swift.precondition(tensor.map { $0.rank == 4 && Shape($0.shape.suffix(2)) == tail } ?? true)
    }
    precondition(x, endsIn: size)
    precondition(c, endsIn: window)
    precondition(k, endsIn: kernel)
    if let x, let c { Swift.precondition(x.shape[0] == c.shape[0]) }
    if let x, let k { Swift.precondition(x.shape[1] == k.shape[1]) }
    if let c, let k { Swift.precondition(c.shape[1] == k.shape[0]) }
    self.windows = windows
    self.inner = inner
    outer = given.arithmetic
    batch = (x ?? c)!.shape[0]
    channels = (x ?? k)!.shape[1]
    kernels = c?.shape[1] ?? k!.shape[0]
    images = try storage(x)
    outputs = try storage(c)
    weights = try storage(k)
    // Rows of windows unrolled together stay within the cache next to the core: 64 k numbers, 512 kB.
    let (line, isHuge) = (channels * windows.size).multipliedReportingOverflow(by: windows.columns)
    height = isHuge ? 1 : max(1, min(windows.rows, (1 << 16) / max(line, 1)))
  }

  func forward() throws -> Tensor {
    let shape = Shape([batch, kernels, windows.rows, windows.columns])
    return inner == .f32 ? try forward(Float.self, shape) : try forward(Double.self, shape)
  }

  func backward() throws -> Tensor {
    let shape = Shape([batch, channels, windows.height, windows.width])
    return inner == .f32 ? try backward(Float.self, shape) : try backward(Double.self, shape)
  }

  func kernelGradient() throws -> Tensor {
    let shape = Shape([kernels, channels, windows.kernel.0, windows.kernel.1])
    return inner == .f32 ? try kernelGradient(Float.self, shape) : try kernelGradient(Double.self, shape)
  }

  /// The rows of places of one block.
  private func rows(of block: Int) -> Range<Int> {
    block * height..<min((block + 1) * height, windows.rows)
  }

  private func result(_ shape: Shape, _ fill: (Storage) throws -> Void) throws -> Tensor {
    let storage = try Storage.allocate(shape, inner)
    if storage.count > 0 {
      try withExtendedLifetime((images, outputs, weights)) { try fill(storage) }
    }
    return try Elementwise.converted(Tensor(storage, inner), outer)
  }

  /// Runs units on workers where there is much to do: at a million products two threads take as long as one (0.1 ms,
  /// measured with 8 images of 32×32 and kernels of 3×3), beyond it less.
  private func forEach(_ count: Int, _ body: @escaping (Int) -> Void) throws {
    let work = Double(batch * kernels) * Double(windows.places) * Double(depth)
    if work > 0x1p20 {
      return try Workers.forEach(count) { unit in
        if !NumericsInterruption.isRaised { body(unit) }
      }
    }
    for unit in 0..<count {
      body(unit)
      try NumericsInterruption.poll()
    }
  }

  /// The windows of some channels of an image at some rows of places, as a matrix with a column for each place.
  private func unfold<T: LoopElement>(
    _ image: Int, _ channels: Range<Int>, _ rows: Range<Int>, _ to: ElementView<T>
  ) {
    let from = T.elements(images!) + image * self.channels * area
    let step = windows.size * rows.count * windows.columns
    for (index, channel) in channels.enumerated() {
      windows.unfold(from + channel * area, rows, to + index * step)
    }
  }

  private func forward<T: LoopElement>(_: T.Type, _ shape: Shape) throws -> Tensor {
    try result(shape) { y in
      let (weights, y) = (T.elements(weights!), T.elements(y))
      try forEach(batch * blocks) { unit in
        let (image, rows) = (unit / blocks, rows(of: unit % blocks))
        let places = rows.count * windows.columns
        Scratch.withRoom(T.self, depth * places) { columns in
          unfold(image, 0..<channels, rows, columns)
          MatrixProduct.block(
            .init(weights, stride: depth), .init(columns, stride: places),
            y + (image * kernels * windows.places + rows.lowerBound * windows.columns),
            stride: windows.places,
            kernels, places, depth, .set)
        }
      }
    }
  }

  /// What the places of a window give to its pixels is a product over the kernels; those are added up pixel by
  /// pixel in f64, in the order of the pixels of the window.
  private func backward<T: LoopElement>(_: T.Type, _ shape: Shape) throws -> Tensor {
    // Few images are split by channels too.
    let share = batch >= 8 ? channels : max(1, (channels * batch + 7) / 8)
    let groups = (channels + share - 1) / share
    return try result(shape) { x in
      let (weights, outputs, x) = (T.elements(weights!), T.elements(outputs!), T.elements(x))
      try forEach(batch * groups) { unit in
        let (image, first) = (unit / groups, unit % groups * share)
        let count = min(share, channels - first)
        let lines = count * windows.size
        let cotangents = outputs + image * kernels * windows.places
        let room = (lines * height * windows.columns * MemoryLayout<T>.stride + 7) / 8
        Scratch.withDoubles(count * area + room) { pixels in
          pixels.fill(0, count: count * area)
          let columns = ElementView(
            UnsafeMutableRawPointer((pixels + count * area).run(room)).assumingMemoryBound(to: T.self),
            count: lines * height * windows.columns)
          for block in 0..<blocks {
            if NumericsInterruption.isRaised { return }
            let rows = rows(of: block)
            let places = rows.count * windows.columns
            MatrixProduct.block(
              .init(weights + first * windows.size, stride: depth, isTransposed: true),
              .init(cotangents + rows.lowerBound * windows.columns, stride: windows.places), columns,
              stride: places, lines, places, kernels, .set)
            for channel in 0..<count {
              windows.fold(
                columns + channel * windows.size * places, rows, pixels + channel * area)
            }
          }
          Normalised.forEachPiece(count * area) {
            T.rounded(pixels + $0, x + ((image * channels + first) * area + $0), $1)
          }
        }
      }
    }
  }

  private func kernelGradient<T: LoopElement>(_: T.Type, _ shape: Shape) throws -> Tensor {
    // Each part is of some channels, or where those are few of some kernels, for all places.
    let byChannels = channels >= min(kernels, 2 * Workers.count)
    let whole = byChannels ? channels : kernels
    let parts = max(1, min(whole, 2 * Workers.count))
    return try result(shape) { result in
      try Structure.fill(result, 0, inner)
      let to = T.elements(result)
      try forEach(parts) { part in
        let range = whole * part / parts..<whole * (part + 1) / parts
        sumPlaces(
          to, kernels: byChannels ? 0..<kernels : range, channels: byChannels ? range : 0..<channels)
      }
    }
  }

  /// The weights of some kernels and channels: a product along all places of all images. A stretch of that axis may
  /// begin in one block of places and end in another; what there is of it waits in `open`.
  private func sumPlaces<T: LoopElement>(
    _ result: ElementView<T>, kernels: Range<Int>, channels: Range<Int>
  ) {
    let lines = channels.count * windows.size
    let end = batch * windows.places
    let to = result + (kernels.lowerBound * depth + channels.lowerBound * windows.size)
    Scratch.withRoom(T.self, lines * (height * windows.columns + kernels.count)) { columns in
      let open = columns + lines * height * windows.columns
      for unit in 0..<batch * blocks {
        if NumericsInterruption.isRaised { return }
        let (image, rows) = (unit / blocks, rows(of: unit % blocks))
        let places = rows.count * windows.columns
        let offset = rows.lowerBound * windows.columns
        unfold(image, channels, rows, columns)
        let cotangents =
          T.elements(outputs!) + ((image * self.kernels + kernels.lowerBound) * windows.places + offset)
        Stretches.forEachPiece(image * windows.places + offset, count: places, of: end) { piece in
          let isWhole = piece.begins && piece.ends
          MatrixProduct.block(
            .init(cotangents + piece.start, stride: windows.places),
            .init(columns + piece.start, stride: places, isTransposed: true), isWhole ? to : open,
            stride: isWhole ? depth : lines, kernels.count, lines, piece.count,
            isWhole ? piece.isFirst ? .set : .add : piece.begins ? .set : .proceed)
          guard piece.ends, !isWhole else { return }
          for kernel in 0..<kernels.count {
            let (row, sums) = (to + kernel * depth, open + kernel * lines)
            if piece.isFirst {
              row.copy(from: sums, count: lines)
            } else {
              T.binary(VECTOR_add, row, 1, sums, 1, row, lines)
            }
          }
        }
      }
    }
  }
}

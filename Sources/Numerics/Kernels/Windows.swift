/// The windows of an image: where they lie, and the copying between pixels and windows.
struct Windows {
  let height: Int
  let width: Int
  let kernel: (Int, Int)
  let stride: (Int, Int)
  let pad: (Int, Int)

  /// Places of the window along the rows and along the columns.
  var rows: Int { (height + 2 * pad.0 - kernel.0) / stride.0 + 1 }
  var columns: Int { (width + 2 * pad.1 - kernel.1) / stride.1 + 1 }
  var places: Int { rows * columns }
  /// Whether no two windows share a pixel.
  var areDisjoint: Bool { stride.0 >= kernel.0 && stride.1 >= kernel.1 }
  /// Pixels of a window.
  var size: Int { kernel.0 * kernel.1 }

  init(
    _ arguments: OperationArguments, height: Int, width: Int, kernel: (Int, Int), stride: (Int, Int),
    pad: (Int, Int)
  ) throws {
    guard kernel.0 >= 1, kernel.1 >= 1, height + 2 * pad.0 >= kernel.0, width + 2 * pad.1 >= kernel.1 else {
      throw arguments.bad(
        "x",
        "an image of at least \(kernel.0)×\(kernel.1) pixels, the size of the window, not \(height)×\(width)")
    }
    self.height = height
    self.width = width
    self.kernel = kernel
    // A stride beyond the image finds no second place, whatever it is.
    self.stride = (min(stride.0, height + 2 * pad.0), min(stride.1, width + 2 * pad.1))
    self.pad = pad
  }

  init(_ attributes: Attributes) {
    let i = attributes.integers
    (height, width, kernel, stride, pad) = (i[0], i[1], (i[2], i[3]), (i[4], i[5]), (i[6], i[7]))
  }

  var attributes: Attributes {
    Attributes(integers: [height, width, kernel.0, kernel.1, stride.0, stride.1, pad.0, pad.1])
  }

  func apply(_ planes: Tensor) throws -> Tensor {
    let x = try Operations.convert(planes, to: planes.type.arithmetic)
    return try table.convolutions.unfold.apply(x, attributes)
  }

  func unfolded(_ x: Tensor) throws -> Tensor {
    precondition(x.shape == Shape([x.shape[0], height, width]))
    let planes = x.shape[0]
    return try moved(x, to: Shape([planes, size, places]), planes) { from, to in
      { plane in unfold(from + plane * height * width, 0..<rows, to + plane * size * places) }
    } singles: { from, to in
      { plane in unfold(from + plane * height * width, 0..<rows, to + plane * size * places) }
    }
  }

  func folded(_ x: Tensor) throws -> Tensor {
    precondition(x.shape == Shape([x.shape[0], size, places]))
    let planes = x.shape[0]
    return try moved(x, to: Shape([planes, height, width]), planes) { from, to in
      { plane in foldedPlane(from + plane * size * places, to + plane * height * width) }
    } singles: { from, to in
      { plane in foldedPlane(from + plane * size * places, to + plane * height * width) }
    }
  }

  private func foldedPlane<T: LoopElement>(_ from: ElementView<T>, _ to: ElementView<T>) {
    Scratch.withDoubles(height * width) { sums in
      sums.fill(0, count: height * width)
      fold(from, 0..<rows, sums)
      T.rounded(sums, to, height * width)
    }
  }

  private typealias Step<T> = (ElementView<T>, ElementView<T>) -> (Int) -> Void

  /// Runs one step a plane: planes share nothing, so workers take them where there is much to do.
  private func moved(
    _ x: Tensor, to shape: Shape, _ planes: Int, doubles: Step<Double>, singles: Step<Float>
  ) throws -> Tensor {
    guard x.type == .f64 || x.type == .f32 else {
      let wide = try Elementwise.converted(x, .f64)
      return try Elementwise.converted(
        moved(wide, to: shape, planes, doubles: doubles, singles: singles), x.type)
    }
    let from = x.storage!
    let storage = try Storage.allocate(shape, x.type)
    let step = x.type == .f64 ? doubles(from.f64, storage.f64) : singles(from.f32, storage.f32)
    try withExtendedLifetime((from, storage)) {
      // Here one thread takes 0.6 ms and two 0.3: 34 planes of 64×64 in windows of 2×2, measured.
      if planes * size * places > 1 << 17 {
        try Workers.forEach(planes) { plane in if !NumericsInterruption.isRaised { step(plane) } }
      } else {
        for plane in 0..<planes { step(plane) }
      }
    }
    try NumericsInterruption.poll()
    return Tensor(storage, x.type)
  }

  /// The columns of the window's places at which its pixel `j` lies inside the image.
  @inline(__always)
  private func inside(_ j: Int) -> Range<Int> {
    let first = max(0, (pad.1 - j + stride.1 - 1) / stride.1)
    let end = min(columns, (width - 1 + pad.1 - j) / stride.1 + 1)
    return width - 1 + pad.1 - j < 0 || end <= first ? 0..<0 : first..<end
  }

  /// The windows at some rows of places, pixel by pixel of the window: what stands there, 0 outside the image.
  @inline(__always)
  func unfold<T: BinaryFloatingPoint>(
    _ image: ElementView<T>, _ places: Range<Int>, _ windows: ElementView<T>
  ) {
    let columns = columns
    var to = windows
    for i in 0..<kernel.0 {
      for j in 0..<kernel.1 {
        let inside = inside(j)
        if NumericsInterruption.isRaised { return }
        for row in places {
          let y = row * stride.0 + i - pad.0
          if y < 0 || y >= height || inside.isEmpty {
            to.fill(0, count: columns)
          } else {
            let from = image + (y * width + j - pad.1)
            to.fill(0, count: inside.lowerBound)
            if stride.1 == 1 {
              for column in inside { to[column] = from[column] }
            } else {
              for column in inside { to[column] = from[column * stride.1] }
            }
            (to + inside.upperBound).fill(0, count: columns - inside.upperBound)
          }
          to = to + columns
        }
      }
    }
  }

  /// Adds what stands in the windows at some rows of places to the pixels it came from.
  @inline(__always)
  func fold<T: BinaryFloatingPoint, U: BinaryFloatingPoint>(
    _ windows: ElementView<T>, _ places: Range<Int>, _ image: ElementView<U>
  ) {
    let columns = columns
    var from = windows
    for i in 0..<kernel.0 {
      for j in 0..<kernel.1 {
        let inside = inside(j)
        if NumericsInterruption.isRaised { return }
        for row in places {
          let y = row * stride.0 + i - pad.0
          if y >= 0 && y < height {
            let to = image + (y * width + j - pad.1)
            if stride.1 == 1 {
              for column in inside { to[column] += U(from[column]) }
            } else {
              for column in inside { to[column * stride.1] += U(from[column]) }
            }
          }
          from = from + columns
        }
      }
    }
  }

  /// The place in the tensor of the first greatest pixel of each window (without padding); a NaN wins over all.
  func winners(_ planes: Tensor) throws -> [Int] {
    precondition(planes.shape == Shape([planes.shape[0], height, width]) && pad == (0, 0))
    let source = planes.storage!
    let count = planes.shape[0]
    try Memory.reserve(count * places * MemoryLayout<Int>.size)
    var positions = [Int](repeating: 0, count: count * places)
    try positions.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      let to = ElementView(start, count: buffer.count)
      let step: (Int) -> Void = { plane in
        let start = plane * height * width
        if planes.type == .f32 {
          winners(source.f32, start, to + plane * places)
        } else {
          winners(source.f64, start, to + plane * places)
        }
      }
      // As for the values above.
      if count * places * size > 1 << 17 {
        let group = max(1, (1 << 15) / (places * size))
        try Workers.forEach((count + group - 1) / group) { index in
          if NumericsInterruption.isRaised { return }
          for plane in index * group..<min((index + 1) * group, count) { step(plane) }
        }
      } else {
        for plane in 0..<count { step(plane) }
        try NumericsInterruption.poll()
      }
    }
    return positions
  }

  @inline(__always)
  private func winners<T: BinaryFloatingPoint>(
    _ x: ElementView<T>, _ start: Int, _ to: ElementView<Int>
  ) {
    var place = 0
    for row in 0..<rows {
      if NumericsInterruption.isRaised { return }
      for column in 0..<columns {
        var position = start + row * stride.0 * width + column * stride.1
        var best = position
        var greatest = x[position]
        for _ in 0..<kernel.0 {
          for j in 0..<kernel.1 {
            let value = x[position + j]
            let wins = value > greatest || (value != value && greatest == greatest)
            best = wins ? position + j : best
            greatest = wins ? value : greatest
          }
          position += width
        }
        to[place] = best
        place += 1
      }
    }
  }
}

// A tensor's elements as bytes, for those who read and write them in other formats.

extension Tensor {
  /// A tensor whose elements `body` writes, row-major, in the layout of the type: Double, Float, Half or one byte.
  /// Past the memory limit a fault, before anything is written.
  public init(
    _ shape: Shape, _ type: ElementType, writtenBy body: (UnsafeMutableRawBufferPointer) throws -> Void
  ) throws {
    let storage = try Storage.allocate(shape.rank == 0 ? Shape(1) : shape, type)
    try body(UnsafeMutableRawBufferPointer(start: storage.pointer, count: storage.count * type.size))
    let tensor = Tensor(storage, type)
    self = shape.rank == 0 ? Tensor(tensor.element(0), type: type) : tensor
  }

  /// The same block by block, with a look in between whether the evaluation is to stop: `body` gets the place of the
  /// first element of each and its bytes.
  public init(
    _ shape: Shape, _ type: ElementType, writtenInBlocks body: (Int, UnsafeMutableRawBufferPointer) -> Void
  ) throws {
    try self.init(shape, type) { bytes in
      try forEachBlockInOrder(bytes.count / type.size) { first, count in
        body(
          first,
          UnsafeMutableRawBufferPointer(rebasing: bytes[first * type.size..<(first + count) * type.size]))
      }
    }
  }

  /// Lets `body` read the elements in the same layout.
  public func withElements<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    guard let storage else { return try Tensor([scalar], type: type).withElements(body) }
    return try withExtendedLifetime(storage) {
      try body(UnsafeRawBufferPointer(start: storage.pointer, count: storage.count * type.size))
    }
  }
}

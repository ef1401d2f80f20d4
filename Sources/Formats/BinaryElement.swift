import Numerics

/// The elements that binary files hold, and what they become: whole numbers are f64, fractions of 8, 4 and 2 bytes
/// f64, f32 and f16, bools bool. A number that f64 cannot hold exactly is refused, never rounded.
enum BinaryElement {
  case uint8, int8, uint16, int16, uint32, int32, uint64, int64
  case float16, float32, float64
  case bool

  var size: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16, .float16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }

  var type: ElementType {
    switch self {
    case .bool: .bool
    case .float32: .f32
    case .float16: .f16
    default: .f64
    }
  }

  /// The element that a tensor of this type is written as.
  init(_ type: ElementType) {
    switch type {
    case .f64: self = .float64
    case .f32: self = .float32
    case .f16: self = .float16
    case .bool: self = .bool
    }
  }

  /// Row-major elements.
  func tensor(_ bytes: ArraySlice<UInt8>, _ lengths: [Int], isBigEndian: Bool = false) throws -> Tensor {
    guard let count = Self.count(lengths), bytes.count / size >= count else { throw FormatFault.tooShort }
    return try Tensor(Shape(lengths), type) { target in
      try bytes.withUnsafeBytes { source in
        let doubles = target.assumingMemoryBound(to: Double.self)
        let floats = target.assumingMemoryBound(to: Float.self)
        let halves = target.assumingMemoryBound(to: Half.self)
        switch self {
        case .bool: try each(UInt8.self, source, count, isBigEndian) { target[$0] = $1 == 0 ? 0 : 1 }
        case .uint8: try each(UInt8.self, source, count, isBigEndian) { doubles[$0] = Double($1) }
        case .int8: try each(Int8.self, source, count, isBigEndian) { doubles[$0] = Double($1) }
        case .uint16: try each(UInt16.self, source, count, isBigEndian) { doubles[$0] = Double($1) }
        case .int16: try each(Int16.self, source, count, isBigEndian) { doubles[$0] = Double($1) }
        case .uint32: try each(UInt32.self, source, count, isBigEndian) { doubles[$0] = Double($1) }
        case .int32: try each(Int32.self, source, count, isBigEndian) { doubles[$0] = Double($1) }
        case .uint64: try each(UInt64.self, source, count, isBigEndian) { doubles[$0] = try exact($1) }
        case .int64: try each(Int64.self, source, count, isBigEndian) { doubles[$0] = try exact($1) }
        case .float16: try each(UInt16.self, source, count, isBigEndian) { halves[$0] = Half(bits: $1) }
        case .float32:
          try each(UInt32.self, source, count, isBigEndian) { floats[$0] = Float(bitPattern: $1) }
        case .float64:
          try each(UInt64.self, source, count, isBigEndian) { doubles[$0] = Double(bitPattern: $1) }
        }
      }
    }
  }

  /// How many elements there are of these lengths; `nil` where that is no possible number.
  static func count(_ lengths: [Int]) -> Int? {
    var count = 1
    for length in lengths {
      guard length >= 0 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard !overflow, product < 1 << 48 else { return nil }
      count = product
    }
    return count
  }

  @inline(__always)
  private func each<Bits: FixedWidthInteger>(
    _: Bits.Type, _ source: UnsafeRawBufferPointer, _ count: Int, _ isBigEndian: Bool,
    _ body: (Int, Bits) throws -> Void
  ) throws {
    for index in 0..<count {
      if index & 0xFFFFF == 0 { try NumericsInterruption.poll() }
      let bits = source.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
      try body(index, isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits))
    }
  }

  private func exact(_ number: some FixedWidthInteger) throws -> Double {
    guard let value = Double(exactly: number) else {
      throw FormatFault.inexact("\(number)")
    }
    return value
  }

  /// A tensor's elements, the low byte first. NaN is always the one with a sign of plus and nothing in its digits,
  /// as NumPy's: which of its bit patterns an operation gives is the processor's choice.
  static func bytes(of tensor: Tensor) throws -> [UInt8] {
    var bytes = try tensor.withElements { Array($0) }
    bytes.withUnsafeMutableBytes { bytes in
      func replace<Bits: FixedWidthInteger>(_ infinity: Bits, _ nan: Bits) {
        let size = MemoryLayout<Bits>.size
        for offset in stride(from: 0, to: bytes.count, by: size)
        where bytes.loadUnaligned(fromByteOffset: offset, as: Bits.self) & (.max >> 1) > infinity {
          bytes.storeBytes(of: nan, toByteOffset: offset, as: Bits.self)
        }
      }
      switch tensor.type {
      case .f64: replace(Double.infinity.bitPattern, Double.nan.bitPattern)
      case .f32: replace(Float.infinity.bitPattern, Float.nan.bitPattern)
      case .f16: replace(Half(.infinity).bits, Half(.nan).bits)
      case .bool: break
      }
    }
    return bytes
  }
}

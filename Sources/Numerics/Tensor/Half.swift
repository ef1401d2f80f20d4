/// A number of IEEE 754 half precision: a sign, 5 bits of exponent and 10 of fraction, in 2 bytes.
///
/// Halves are how f16 is stored; nothing computes with them. Products of matrices widen them to f32; every other
/// kernel widens them to f64, where sums and products of halves lose nothing, and rounds its result once. For `+ - * / √` that is exactly the arithmetic of
/// IEEE 754, because 53 bits are more than twice the 11 of a half and two: the first rounding never hides from
/// the second on which side of a tie the value lies.
///
/// The conversions are arithmetic on bits, without branches, so that they run in vectors on every machine.
/// (The processors without half precision convert `Float16` by a call for each number.)
@frozen
public struct Half: Sendable, Equatable {
  public var bits: UInt16

  @inlinable @inline(__always)
  public init(bits: UInt16) { self.bits = bits }

  /// The nearest half, of two equally near the one with an even last bit; beyond 65504 and half a step, Inf.
  /// Rounds once, from all the bits of the number.
  @inlinable @inline(__always)
  public init(_ value: Double) {
    let all = value.bitPattern
    let sign = UInt16(truncatingIfNeeded: all >> 48) & 0x8000
    let magnitude = all & 0x7FFF_FFFF_FFFF_FFFF
    // Half of the last place that is kept, less if that place is even: then the carry of the sum rounds, and
    // where the fraction overflows it is the exponent that grows. 1008 is the difference of the two biases.
    let carried = magnitude &+ 0x1FF_FFFF_FFFF &+ (magnitude >> 42 & 1)
    let normal = (carried >> 42) &- (1008 << 10)
    // Below 2^-14 halves are the multiples of 2^-24, which is the last place of numbers around 2^28.
    let subnormal = (Double(bitPattern: magnitude) + 0x1p28).bitPattern &- (0x1p28).bitPattern
    let infinity: UInt64 = 0x7C00
    var result = magnitude < (0x1p-14).bitPattern ? subnormal : normal
    result = magnitude >= (0x1p16).bitPattern ? infinity : result
    result = magnitude > Double.infinity.bitPattern ? 0x7E00 : result
    bits = sign | UInt16(truncatingIfNeeded: result)
  }

  /// Its value, exactly.
  @inlinable @inline(__always)
  public var value: Double {
    let magnitude = UInt32(bits & 0x7FFF)
    let normal = magnitude << 13 &+ (112 << 23)
    let subnormal = (Float(bitPattern: magnitude << 13 &+ (113 << 23)) - 0x1p-14).bitPattern
    var result = magnitude < 0x400 ? subnormal : normal
    result = magnitude >= 0x7C00 ? magnitude << 13 | 0x7F80_0000 : result
    return Double(Float(bitPattern: result | UInt32(bits & 0x8000) << 16))
  }

  /// The fewest digits that read back as this half.
  public var shortestText: String { Float16(bitPattern: bits).description }

  /// Adds, and rounds once.
  @inline(__always)
  mutating func add(_ other: Half) { self = Half(value + other.value) }
}

/// What the elements of a tensor are. The raw value is what a tensor's `meta` carries in its low bits,
/// so that a plain f64 is all zeros.
public enum ElementType: UInt8, Sendable, CaseIterable {
  case f64 = 0
  case f32
  case f16
  case bool

  /// The name that the language gives it.
  public var name: String {
    switch self {
    case .f64: "f64"
    case .f32: "f32"
    case .f16: "f16"
    case .bool: "bool"
    }
  }

  /// Bytes of one element.
  @inlinable
  public var size: Int {
    switch self {
    case .f64: 8
    case .f32: 4
    case .f16: 2
    case .bool: 1
    }
  }

  /// A floating-point type of less precision than f64: comparisons are wider.
  public var isShortFloat: Bool { self == .f32 || self == .f16 }

  /// The nearest value of this type.
  @inlinable
  public func rounded(_ value: Double) -> Double {
    switch self {
    case .f64: value
    case .f32: Double(Float(value))
    case .f16: Half(value).value
    case .bool: value == 0 ? 0 : 1
    }
  }

  /// The fewest digits that read back as an element of the type, as the standard library writes them.
  public func shortestText(_ value: Double) -> String {
    switch self {
    case .f64, .bool: value.description
    case .f32: Float(value).description
    case .f16: Half(value).shortestText
    }
  }

  /// What arithmetic computes in: a bool by itself counts as f64.
  @inlinable
  var arithmetic: ElementType { self == .bool ? .f64 : self }
}

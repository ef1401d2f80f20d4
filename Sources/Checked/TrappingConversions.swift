/// Conversions that end the process where a number is no whole number of the type: every one of these is found by the
/// compiler, since the package builds with this warning as an error (`Package.swift`). What a program, a file or a client
/// says may be any number; `init(exactly:)` asks, `init(clamping:)` has an answer for each.
///
/// They stand here once for each type, because only a declaration of the same type hides that of the standard library.

extension Int {
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Double) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Float) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Float16) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init<Source: BinaryFloatingPoint>(_ source: Source) {
    self.init(exactly: source.rounded(.towardZero))!
  }
}

extension Int32 {
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Double) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Float) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Float16) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init<Source: BinaryFloatingPoint>(_ source: Source) {
    self.init(exactly: source.rounded(.towardZero))!
  }
}

extension Int64 {
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Double) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Float) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Float16) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init<Source: BinaryFloatingPoint>(_ source: Source) {
    self.init(exactly: source.rounded(.towardZero))!
  }
}

extension UInt {
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Double) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Float) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Float16) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init<Source: BinaryFloatingPoint>(_ source: Source) {
    self.init(exactly: source.rounded(.towardZero))!
  }
}

extension UInt8 {
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Double) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Float) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Float16) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init<Source: BinaryFloatingPoint>(_ source: Source) {
    self.init(exactly: source.rounded(.towardZero))!
  }
}

extension UInt16 {
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Double) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Float) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Float16) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init<Source: BinaryFloatingPoint>(_ source: Source) {
    self.init(exactly: source.rounded(.towardZero))!
  }
}

extension UInt32 {
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Double) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Float) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Float16) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init<Source: BinaryFloatingPoint>(_ source: Source) {
    self.init(exactly: source.rounded(.towardZero))!
  }
}

extension UInt64 {
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Double) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Float) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init(_ source: Float16) { self.init(exactly: source.rounded(.towardZero))! }
  @available(*, deprecated, message: "a number may be anything: use init(exactly:) or init(clamping:)")
  package init<Source: BinaryFloatingPoint>(_ source: Source) {
    self.init(exactly: source.rounded(.towardZero))!
  }
}

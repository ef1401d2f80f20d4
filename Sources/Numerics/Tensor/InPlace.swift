// The short way of `x[i] = v` in a loop: a number or a row written where nobody else looks.

extension Tensor {
  /// Stores `value` as entry `index` (from 1) of the first axis, in place. Answers false, and has done
  /// nothing, where that is not the simple case: an index out of range, shapes or types that differ, a
  /// tape that must know, or elements that somebody shares. The index may name `axes` axes, whole after the first.
  @inline(__always)
  public mutating func storeInPlace(_ value: Tensor, at index: Tensor, axes: Int = 1) -> Bool {
    guard meta == 0, value.meta == 0, index.meta == 0, index.storage == nil,
      isKnownUniquelyReferenced(&storage), let whole = storage?.head, whole.pointee.owner == nil
    else { return false }
    let shape = whole.pointee.shape
    let offset = index.scalar - 1
    guard shape.rank >= axes, offset >= 0, offset < Double(shape[0]), offset == offset.rounded() else {
      return false
    }
    guard let row = value.storage?.head else {
      guard shape.rank == 1 else { return false }
      whole.pointee.f64[Int(clamping: offset)] = value.scalar
      return true
    }
    let part = row.pointee.shape
    guard part.rank == shape.rank - 1 else { return false }
    for axis in 0..<part.rank where part[axis] != shape[axis + 1] { return false }
    let count = part.elementCount
    // A row is in the processor's hands for less than a poll lets it: longer ones go the long way.
    guard count <= blockLength else { return false }
    (whole.pointee.f64 + Int(clamping: offset) * count).copy(from: row.pointee.f64, count: count)
    return true
  }

  /// Entry `index` (from 1) of the first axis, on the tape if the tensor is; `nil` where the index is not a
  /// plain whole number in range. The index may name `axes` axes, whole after the first.
  @inline(__always)
  public func entry(at index: Tensor, axes: Int = 1) throws -> Tensor? {
    guard index.meta == 0, index.storage == nil, let whole = storage?.head, whole.pointee.shape.rank >= axes
    else { return nil }
    let offset = index.scalar - 1
    guard offset >= 0, offset < Double(whole.pointee.shape[0]), offset == offset.rounded() else { return nil }
    return try row(Int(clamping: offset))
  }
}

// The short way of `x[i] = v` in a loop: a number or a row written where nobody else looks.

extension Tensor {
  /// Stores `value` as entry `index` (from 1) of the first axis, in place. Answers false, and has done
  /// nothing, where that is not the simple case: an index out of range, shapes or types that differ, a
  /// tape that must know, or elements that somebody shares.
  @inline(__always)
  public mutating func storeInPlace(_ value: Tensor, at index: Tensor) -> Bool {
    guard meta == 0, value.meta == 0, index.meta == 0, index.storage == nil,
      isKnownUniquelyReferenced(&storage), let storage, storage.ownsBuffer
    else { return false }
    let shape = storage.shape
    let offset = index.scalar - 1
    guard offset >= 0, offset < Double(shape[0]), offset == offset.rounded() else { return false }
    guard let row = value.storage else {
      guard shape.rank == 1 else { return false }
      storage.f64[Int(offset)] = value.scalar
      return true
    }
    guard row.shape.rank == shape.rank - 1 else { return false }
    for axis in 0..<row.shape.rank where row.shape[axis] != shape[axis + 1] { return false }
    let count = row.count
    (storage.f64 + Int(offset) * count).update(from: row.f64, count: count)
    return true
  }

  /// Entry `index` (from 1) of the first axis, on the tape if the tensor is; `nil` where the index is not a
  /// plain whole number in range.
  @inline(__always)
  public func entry(at index: Tensor) throws -> Tensor? {
    guard index.meta == 0, index.storage == nil, let storage else { return nil }
    let offset = index.scalar - 1
    guard offset >= 0, offset < Double(storage.shape[0]), offset == offset.rounded() else { return nil }
    return try row(Int(offset))
  }
}

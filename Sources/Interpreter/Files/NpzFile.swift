import Numerics

/// NumPy's file of several arrays: a record with a field for each.
enum NpzFile {
  static func read(_ bytes: [UInt8]) throws -> Value {
    var names: [String] = []
    var items: [Value] = []
    for member in try ZipFile.read(bytes) {
      guard member.name.hasSuffix(".npy") else {
        throw Malformed("its member \(member.name) is no array")
      }
      let name = String(member.name.dropLast(4))
      guard !names.contains(name) else { throw Malformed("it has two arrays named \(name)") }
      do {
        items.append(.tensor(try NpyFile.read(member.bytes[...])))
      } catch let error as Malformed { throw Malformed("in its array \(name): \(error.reason)") }
      names.append(name)
    }
    return .record(Record(names: names, items: items))
  }

  /// Fields under their names; a tensor alone, or the items of a tuple, as NumPy names them: arr_0, arr_1, …
  static func bytes(of value: Value) throws -> [UInt8] {
    let parts: [(name: String, value: Value)]
    switch value {
    case .record(let record): parts = Array(zip(record.names, record.items))
    case .tuple(let tuple): parts = tuple.items.enumerated().map { ("arr_\($0)", $1) }
    default: parts = [("arr_0", value)]
    }
    return try ZipFile.bytes(
      of: parts.map { part in
        guard case .tensor(let tensor) = part.value else {
          throw Problem.wrongArgument(
            function: "save", expected: "a record of tensors for an npz file",
            got: parts.count == 1 ? value.kindDescription : "one with \(part.value.kindDescription)")
        }
        return (part.name + ".npy", try NpyFile.bytes(of: tensor))
      })
  }
}

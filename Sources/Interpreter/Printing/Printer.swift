// How values look as text: inside others, in a string, and by themselves as a cell shows them.

import Numerics

package enum Printer {
  /// Tensors of more entries print as their shape where they stand inside something else.
  static let inlineEntries = 10
  /// Tuples and records of more items leave out the middle.
  private static let inlineItems = 100

  /// A value inside a value or an error: as it is written, long tensors as `3×4 f64`.
  package static func inline(_ value: Value) -> String {
    switch value {
    case .unset, .nothing: return "nothing"
    case .tensor(let tensor): return inline(tensor)
    case .string(let text): return quoted(text.string)
    case .tuple(let tuple):
      if tuple.extent.parts > treeParts { return brief(value) }
      if tuple.items.count == 1 { return "(" + inline(tuple.items[0]) + ",)" }
      return "(" + joined(tuple.items.count) { inline(tuple.items[$0]) } + ")"
    case .record(let record):
      if let text = text(of: record) { return text }
      if record.extent.parts > treeParts { return brief(value) }
      if record.items.isEmpty { return (record.tag?.name ?? "") + "(;)" }
      return (record.tag?.name ?? "") + "("
        + joined(record.items.count) { record.names[$0] + " = " + inline(record.items[$0]) } + ")"
    case .function(let function): return function.description
    case .interval(let interval): return number(interval.lower) + ".." + number(interval.upper)
    case .figure: return "figure"
    }
  }

  /// A value inside a string, or among what `print` and `string` put together: a string bare.
  package static func interpolated(_ value: Value) -> String {
    if case .string(let text) = value { return text.string }
    return inline(value)
  }

  /// What `print` writes: one tensor as a cell would show it, several values one behind the other.
  package static func printed(_ values: [Value]) -> String {
    values.count == 1 ? block(values[0]) : values.map(interpolated).joined()
  }

  /// What a cell shows, and `println` of one value: a tensor as a header and aligned rows.
  package static func block(_ value: Value) -> String {
    switch value {
    case .tensor(let tensor) where !tensor.isScalar: return TensorBlock(tensor).text
    case .string(let text): return text.string
    default: return inline(value)
    }
  }

  /// What `@show` prints: `name = value`, a tensor from the next line on.
  package static func shown(_ value: Value, after name: String) -> String {
    if case .tensor(let tensor) = value, !tensor.isScalar { return name + " =\n" + TensorBlock(tensor).text }
    return name + " = " + inline(value)
  }

  /// `2×3 f64`.
  package static func header(_ tensor: Tensor) -> String { "\(tensor.shape) \(tensor.type.name)" }

  /// The text of a record that the library made to be read.
  package static func text(of record: Record) -> String? {
    guard record.tag?.showsText == true, case .string(let text)? = record.items.last else { return nil }
    return text.string
  }

  // MARK: Parts

  /// Trees of more parts show what is nested in them by its kind: written out, a tree whose parts are shared can be
  /// longer than any text.
  private static let treeParts = 10_000

  private static func brief(_ value: Value) -> String {
    func part(_ item: Value) -> String { item.extent.parts > 100 ? item.kindDescription : inline(item) }
    switch value {
    case .tuple(let tuple): return "(" + joined(tuple.count) { part(tuple[$0]) } + ")"
    case .record(let record):
      return (record.tag?.name ?? "") + "("
        + joined(record.items.count) { record.names[$0] + " = " + part(record.items[$0]) } + ")"
    default: return inline(value)
    }
  }

  private static func inline(_ tensor: Tensor) -> String {
    if tensor.isScalar { return number(tensor.value(), tensor.type) }
    let pointed =
      tensor.count <= inlineEntries && !tensor.allSatisfy { isWhole($0) }
    return inline(tensor) { number($0, tensor.type, pointed: pointed) }
  }

  /// As it is written, each entry by `text`.
  package static func inline(_ tensor: Tensor, _ text: (Double) -> String) -> String {
    if tensor.count > inlineEntries { return header(tensor) }
    if tensor.count == 0 { return tensor.rank == 1 ? "[]" : header(tensor) }
    let entries = (0..<tensor.count).map { text(tensor.element($0)) }
    if tensor.rank == 2 && tensor.count > 1 {
      let columns = tensor.shape[1]
      let rows = stride(from: 0, to: entries.count, by: columns).map {
        entries[$0..<($0 + columns)].joined(separator: " ")
      }
      return "[" + rows.joined(separator: "; ") + "]"
    }
    return nested(entries[...], Array(tensor.shape))
  }

  /// `[[[1, 2], [3, 4]], …]`: commas stack along a new first axis.
  private static func nested(_ entries: ArraySlice<String>, _ lengths: [Int]) -> String {
    guard let length = lengths.first, length > 0 else { return entries.first ?? "" }
    let size = entries.count / length
    let parts = (0..<length).map { part in
      let start = entries.startIndex + part * size
      return nested(entries[start..<(start + size)], Array(lengths.dropFirst()))
    }
    return "[" + parts.joined(separator: ", ") + "]"
  }

  private static func joined(_ count: Int, _ item: (Int) -> String) -> String {
    guard count > inlineItems else { return (0..<count).map(item).joined(separator: ", ") }
    let edge = inlineItems / 4
    return ((0..<edge).map(item) + ["…"] + ((count - edge)..<count).map(item)).joined(separator: ", ")
  }

  /// A string as a program would write it.
  package static func quoted(_ string: String) -> String {
    // Nearly all texts stay as they are.
    guard string.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x24 || $0 == 0x5C }) else {
      return "\"\(string)\""
    }
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case "$": text += "\\$"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}

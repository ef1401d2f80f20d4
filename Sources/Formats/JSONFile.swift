import JSON
import Numerics

/// JSON: arrays become what `[ ]` makes of their items, objects fields under names, null nothing.
package enum JSONFile {
  /// What is nested deeper no reader of ours takes back.
  private static let deepest = 500

  package static func read(_ bytes: [UInt8]) throws -> FileContent {
    // The tree of a text takes more room than the text.
    try Memory.reserve(16 * bytes.count)
    do {
      return try content(of: try JSONValue(parsingFile: bytes))
    } catch let error as JSONError { throw FormatFault.json(error) }
  }

  private static func content(of json: JSONValue) throws -> FileContent {
    switch json {
    case .null: return .nothing
    case .bool(let truth): return .tensor(Tensor(truth))
    case .integer(let number): return .tensor(Tensor(Double(number)))
    case .number(let number): return .tensor(Tensor(number))
    case .string(let text): return .text(text)
    case .array(let items):
      let numbers = items.compactMap(\.double)
      if numbers.count == items.count { return .tensor(Tensor(numbers)) }
      let parts = try items.map(content)
      let tensors = parts.compactMap(\.tensor)
      guard tensors.count == parts.count, let first = tensors.first,
        tensors.allSatisfy({ $0.type == first.type && $0.shape == first.shape })
      else { return .list(parts) }
      return .tensor(try Operations.stack(tensors))
    case .object(let object):
      return .fields(names: object.keys, items: try object.map { try content(of: $0.value) })
    }
  }

  package static func bytes(of content: FileContent) throws -> [UInt8] {
    try json(content, depth: 0).bytes() + Array("\n".utf8)
  }

  private static func json(_ content: FileContent, depth: Int) throws -> JSONValue {
    guard depth < deepest else { throw FormatFault.tooDeep(limit: deepest) }
    switch content {
    case .nothing: return .null
    case .text(let text): return .string(text)
    case .list(let items): return .array(try items.map { try json($0, depth: depth + 1) })
    case .fields(let names, let items):
      return .object(JSONObject(try zip(names, items).map { ($0, try json($1, depth: depth + 1)) }))
    case .tensor(let tensor):
      var numbers = tensor.doubles[...]
      return try json(&numbers, Array(tensor.shape), tensor.type)
    case .other: throw UnfitValue.json(content)
    }
  }

  private static func json(_ numbers: inout ArraySlice<Double>, _ lengths: [Int], _ type: ElementType) throws
    -> JSONValue
  {
    guard let length = lengths.first else {
      let number = numbers.removeFirst()
      if type == .bool { return .bool(number != 0) }
      guard number.isFinite else { throw UnfitValue.noJSONNumber(number) }
      let isNegativeZero = number == 0 && number.sign == .minus
      return isNegativeZero
        ? .number(number) : Int64(exactly: number).map(JSONValue.integer) ?? .number(number)
    }
    let rest = Array(lengths.dropFirst())
    // A tensor without elements may have as many rows as it likes, and each is a list.
    try Memory.reserve(min(length, 1 << 48) * MemoryLayout<JSONValue>.stride)
    var items: [JSONValue] = []
    for row in 0..<length {
      if row & 0xFFF == 0 { try NumericsInterruption.poll() }
      items.append(try json(&numbers, rest, type))
    }
    return .array(items)
  }
}

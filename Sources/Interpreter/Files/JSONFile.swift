import JSON
import Numerics

/// JSON as values: arrays become what `[ ]` makes of their items, objects records, null `nothing`.
enum JSONFile {
  static func read(_ bytes: [UInt8]) throws -> Value {
    // The tree of a text takes more room than the text.
    try Memory.reserve(16 * bytes.count)
    do {
      return try value(try JSONValue(parsing: bytes))
    } catch let error as JSONError { throw Malformed("\(error.kind), at byte \(error.offset + 1)") }
  }

  private static func value(_ json: JSONValue) throws -> Value {
    switch json {
    case .null: return .nothing
    case .bool(let truth): return .bool(truth)
    case .integer(let number): return .number(Double(number))
    case .number(let number): return .number(number)
    case .string(let text): return .text(text)
    case .array(let items):
      let numbers = items.compactMap(\.double)
      if numbers.count == items.count { return .tensor(Tensor(numbers)) }
      let values = try items.map(value)
      guard case .tensor(let first)? = values.first else { return .items(values) }
      let areOfOneType = values.allSatisfy {
        if case .tensor(let tensor) = $0 { tensor.type == first.type } else { false }
      }
      return areOfOneType ? try Stacking.stack(values) : .items(values)
    case .object(let object):
      return .record(Record(names: object.keys, items: try object.map { try value($0.value) }))
    }
  }

  static func bytes(of value: Value) throws -> [UInt8] {
    try json(value, depth: 0).bytes() + Array("\n".utf8)
  }

  private static func json(_ value: Value, depth: Int) throws -> JSONValue {
    guard depth < 500 else { throw Malformed("the value is nested more than 500 levels deep") }
    switch value {
    case .unset, .nothing: return .null
    case .string(let text): return .string(text.string)
    case .tuple(let tuple): return .array(try tuple.items.map { try json($0, depth: depth + 1) })
    case .record(let record):
      return .object(
        JSONObject(try zip(record.names, record.items).map { ($0, try json($1, depth: depth + 1)) }))
    case .tensor(let tensor):
      var numbers = tensor.doubles[...]
      return try json(&numbers, Array(tensor.shape), tensor.type)
    default:
      throw Problem.wrongArgument(
        function: "save", expected: "numbers, bools, strings, tuples and records for a JSON file",
        got: value.kindDescription)
    }
  }

  private static func json(_ numbers: inout ArraySlice<Double>, _ lengths: [Int], _ type: ElementType) throws
    -> JSONValue
  {
    guard let length = lengths.first else {
      let number = numbers.removeFirst()
      if type == .bool { return .bool(number != 0) }
      guard number.isFinite else {
        throw Problem.badValue(function: "save", reason: "JSON has no number \(Printer.number(number))")
      }
      let isNegativeZero = number == 0 && number.sign == .minus
      return isNegativeZero
        ? .number(number) : Int64(exactly: number).map(JSONValue.integer) ?? .number(number)
    }
    let rest = Array(lengths.dropFirst())
    return .array(try (0..<length).map { _ in try json(&numbers, rest, type) })
  }
}

// What a name can stand for. Numbers live unboxed inside `Tensor`; everything else is one reference.
// All values are immutable to those who share them: what looks like a change is a copy, made in place
// only where nobody else holds the object.

import Figures
import Numerics

package enum Value {
  /// A slot that nothing has been assigned to; never seen by programs.
  case unset
  case nothing
  case tensor(Tensor)
  case string(Text)
  case tuple(Tuple)
  case record(Record)
  case function(Function)
  case interval(Interval)
  case figure(FigureValue)
}

/// A string, whose bytes count as memory of the notebook like a tensor's.
package final class Text {
  private let content: String
  /// What it was put together from, where numbers are in it that are followed.
  package let pieces: [TextPiece]?

  init(_ string: String, pieces: [TextPiece]? = nil) {
    content = string
    self.pieces = pieces
    Memory.hold(Text.bytes(string))
  }

  deinit { Memory.release(Text.bytes(content)) }

  /// Whoever looks at the digits of a number that is followed ends that: they may be others in another run.
  @inline(__always)
  package var string: String {
    if pieces != nil, Staging.isOn { Staging.giveUp() }
    return content
  }

  /// Short strings live in the object itself.
  private static func bytes(_ string: String) -> Int {
    let count = string.utf8.count
    return count > 15 ? 64 + count : 32
  }
}

/// Pairs, the most common by far, need no array.
package final class Tuple {
  package let count: Int
  private let first: Value
  private let second: Value
  /// All items where there are not two.
  private let list: [Value]?
  let extent: Extent

  package init(_ items: [Value]) {
    count = items.count
    if items.count == 2 {
      (first, second, list) = (items[0], items[1], nil)
    } else {
      (first, second, list) = (.unset, .unset, items)
    }
    extent = Extent(around: items)
    Memory.hold(Tuple.bytes(count))
  }

  package init(_ first: Value, _ second: Value) {
    count = 2
    self.first = first
    self.second = second
    list = nil
    extent = Extent(around: first, second)
    Memory.hold(Tuple.bytes(2))
  }

  deinit { Memory.release(Tuple.bytes(count)) }

  @inline(__always)
  private static func bytes(_ count: Int) -> Int {
    96 + (count == 2 ? 0 : 32 + count * MemoryLayout<Value>.stride)
  }

  package var items: [Value] { list ?? [first, second] }

  package subscript(index: Int) -> Value {
    if let list { return list[index] }
    return index == 0 ? first : second
  }

  /// A tuple of what `body` makes of each item.
  @inline(__always)
  package func map(_ body: (Value) throws -> Value) rethrows -> Tuple {
    if let list { return Tuple(try list.map(body)) }
    return Tuple(try body(first), try body(second))
  }

  /// A pair of what `body` makes of the items of two pairs.
  @inline(__always)
  func combined(with other: Tuple, _ body: (Value, Value) throws -> Value) rethrows -> Tuple {
    Tuple(try body(first, other.first), try body(second, other.second))
  }

  /// The two numbers of a point in the plane that no tape follows.
  package var plainPair: (Double, Double)? {
    guard list == nil, let x = first.plainNumber, let y = second.plainNumber else { return nil }
    return (x, y)
  }
}

/// What the library made a record for.
package struct RecordTag: Equatable, Sendable {
  /// "Path": before the fields where the record prints, and "a Path" in sentences.
  package let name: String
  /// Whether it shows as the text in its last field, and as Markdown where it has a field of that name.
  package let showsText: Bool

  package init(_ name: String, showsText: Bool = false) {
    self.name = name
    self.showsText = showsText
  }

  /// What `@code` shows.
  package static let source = RecordTag("Source", showsText: true)
  /// What `@plan` answers.
  package static let plan = RecordTag("Plan", showsText: true)
}

/// Named fields in the order written.
package final class Record {
  /// Shared by all records of one shape, so copying a record copies no names.
  package let names: [String]
  package private(set) var items: [Value]
  package let tag: RecordTag?
  /// What the library keeps behind a tagged record, for its picture.
  package let payload: AnyObject?
  private(set) var extent: Extent

  package init(names: [String], items: [Value], tag: RecordTag? = nil, payload: AnyObject? = nil) {
    self.names = names
    self.items = items
    self.tag = tag
    self.payload = payload
    extent = Extent(around: items)
    Memory.hold(Record.bytes(items.count))
  }

  deinit { Memory.release(Record.bytes(items.count)) }

  private static func bytes(_ count: Int) -> Int { 96 + count * MemoryLayout<Value>.stride }

  /// Changes one field in place; for the only holder.
  package func update(_ position: Int, _ body: (inout Value) throws -> Void) rethrows {
    try body(&items[position])
    if extent.depth > 1 || items[position].isTree { extent = Extent(around: items) }
  }

  package func position(of name: String) -> Int? { names.firstIndex(of: name) }

  package subscript(name: String) -> Value? { position(of: name).map { items[$0] } }
}

package final class Interval {
  package let lower: Double
  package let upper: Double

  init(_ lower: Double, _ upper: Double) {
    self.lower = lower
    self.upper = upper
  }
}

extension Figure {
  /// `self + above`; spelled out where the operator would be searched among all of the standard library's.
  func layered(_ above: Figure) throws -> Figure { try self + above }
}

package final class FigureValue {
  package let figure: Figure
  /// How it is drawn on the scale of others; nil where it has none, or one of its own.
  package let scale: FigureScale?
  private let bytes: Int

  package init(_ figure: Figure, scale: FigureScale? = nil) {
    self.figure = figure
    self.scale = scale
    let parts = figure.partCount
    bytes = parts * FigureValue.partBytes + figure.valueCount * MemoryLayout<Double>.stride
    Memory.hold(bytes)
    if parts > FigureValue.mostParts { NumericsInterruption.raiseNesting() }
  }

  deinit { Memory.release(bytes) }

  /// Roughly what a layer takes besides its data.
  private static let partBytes = 1024
  /// More than anyone can draw or look at.
  private static let mostParts = 100_000
}

extension Value {
  package static func number(_ value: Double) -> Value { .tensor(Tensor(value)) }
  package static func bool(_ value: Bool) -> Value { .tensor(Tensor(value)) }
  package static func text(_ value: String) -> Value { .string(Text(value)) }
  package static func items(_ values: [Value]) -> Value { .tuple(Tuple(values)) }

  /// The word for this kind of value in messages: "a number", "a 2×3 matrix", "a record".
  package var kindDescription: String {
    switch self {
    case .unset, .nothing: return "nothing"
    case .tensor(let tensor):
      if tensor.isScalar { return tensor.type == .bool ? "a bool" : "a number" }
      return Wording.describe(tensor.shape)
    case .string: return "a string"
    case .tuple: return "a tuple"
    case .record(let record): return record.tag.map { "a \($0.name)" } ?? "a record"
    case .function: return "a function"
    case .interval: return "an interval"
    case .figure: return "a figure"
    }
  }

  /// A number of type f64 that no tape follows.
  @inline(__always)
  var plainNumber: Double? {
    guard case .tensor(let tensor) = self, tensor.isPlainNumber else { return nil }
    return tensor.scalar
  }

  package var isTree: Bool {
    switch self {
    case .tuple, .record: return true
    default: return false
    }
  }
}

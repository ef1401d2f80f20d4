import Formats
import Interpreter

extension Value {
  /// What a file held, as a value.
  init(_ content: FileContent) {
    switch content {
    case .nothing: self = .nothing
    case .tensor(let tensor): self = .tensor(tensor)
    case .text(let text): self = .text(text)
    case .list(let items): self = .items(items.map(Value.init))
    case .fields(let names, let items): self = .record(Record(names: names, items: items.map(Value.init)))
    // No file is read as one.
    case .other: self = .nothing
    }
  }
}

extension FileContent {
  /// A value as what a file holds.
  init(_ value: Value) {
    switch value {
    case .unset, .nothing: self = .nothing
    case .tensor(let tensor): self = .tensor(tensor)
    case .string(let text): self = .text(text.string)
    case .tuple(let tuple): self = .list(tuple.items.map(FileContent.init))
    case .record(let record): self = .fields(names: record.names, items: record.items.map(FileContent.init))
    case .function, .interval, .figure: self = .other(value.kindDescription)
    }
  }

  /// The word for its kind in messages.
  var kindDescription: String {
    if case .other(let kind) = self { return kind }
    return Value(self).kindDescription
  }
}

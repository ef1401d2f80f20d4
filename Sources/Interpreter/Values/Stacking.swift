import Figures
import Numerics

/// How the literals of tensors put their parts together.
package enum Stacking {
  /// Along a new first axis where all parts are tensors of one shape, else a tuple.
  package static func stack(_ values: [Value]) throws -> Value {
    guard let first = values.first else { return .tensor(Tensor([], shape: Shape([0]))) }
    guard case .tensor(let head) = first else { return try tuple(values) }
    var tensors: [Tensor] = []
    tensors.reserveCapacity(values.count)
    for value in values {
      guard case .tensor(let tensor) = value, tensor.shape == head.shape else { return try tuple(values) }
      tensors.append(tensor)
    }
    return .tensor(try Operations.stack(tensors))
  }

  private static func tuple(_ values: [Value]) throws -> Value {
    let tuple = Value.items(values)
    try Machine.poll()
    return tuple
  }

  /// A matrix of numbers and blocks, or a grid of figures.
  package static func blocks(_ rows: [[Value]]) throws -> Value {
    var figures: [[FigureValue]] = []
    var tensors: [[Tensor]] = []
    for row in rows {
      figures.append(try row.compactMap(figure))
      tensors.append(row.compactMap { if case .tensor(let value) = $0 { value } else { nil } })
    }
    if zip(figures, rows).allSatisfy({ $0.count == $1.count }) {
      return .figure(try FigureScale.grid(figures))
    }
    guard zip(tensors, rows).allSatisfy({ $0.count == $1.count }) else {
      let stranger = rows.joined().first { if case .tensor = $0 { false } else { true } }
      throw Problem.wrongArgument(
        function: "[ ]", expected: "numbers, vectors and matrices, or figures only",
        got: stranger?.kindDescription ?? "nothing")
    }
    return .tensor(try Operations.blocks(tensors))
  }

  /// A figure, or what shows as one.
  private static func figure(_ value: Value) throws -> FigureValue? {
    switch value {
    case .figure(let figure): figure
    case .record(let record): try Display.figure(of: record)
    default: nil
    }
  }
}

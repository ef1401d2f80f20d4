// What the way back must know of an application on the tape, told in one place. Whoever pulls cotangents back, whole
// (`Pullback`), in blocks (`BlockedPullback`) or in rows (`BatchedPullback`), or asks what one of them adds
// (`FirstNonFinite`), visits its inputs here.

/// An operation that was applied: its row, what it saw, and the nodes that its inputs came from.
struct TapeApplication {
  let row: Operation
  /// Inputs and output as the level below sees them.
  var values: Application
  let inputCount: Int
  // The nodes of two inputs lie here, since a list is an allocation; -1 stands for a constant.
  private let first: Int32
  private let second: Int32
  private let list: [Int32]

  fileprivate init(
    _ row: Operation, _ values: Application, inputCount: Int, first: Int32 = -1, second: Int32 = -1,
    list: [Int32] = []
  ) {
    self.row = row
    self.values = values
    self.inputCount = inputCount
    self.first = first
    self.second = second
    self.list = list
  }

  /// The node of an input; `nil` for a constant, which gets nothing.
  @inline(__always)
  func target(_ input: Int) -> Int? {
    let node = list.isEmpty ? (input == 0 ? first : second) : list[input]
    return node < 0 ? nil : Int(node)
  }

  /// Calls `visit` once for every input, in their order, with what comes back to it: `nil` where that is nothing,
  /// because the input is a constant or the derivative that a program gave does not speak of it.
  ///
  /// - Parameters:
  ///   - rule: What the row's rule gives an input.
  ///   - given: Runs the derivative that stands in the attributes, if one does, and then tells what it gives an input.
  @inline(__always)
  func visitInputs<Part>(
    rule: (Int) throws -> Part?, given: (Operations.Pullback) throws -> (Int) throws -> Part?,
    visit: (_ input: Int, Part?) throws -> Void
  ) throws {
    if let pullback = values.attributes?.pullback {
      let part = try given(pullback)
      for input in 0..<inputCount { try visit(input, target(input) == nil ? nil : part(input)) }
    } else {
      for input in 0..<inputCount { try visit(input, target(input) == nil ? nil : rule(input)) }
    }
  }

  /// The same for one cotangent of which only a part counts; `nil` also where nothing reaches an input.
  func visitInputs(
    _ cotangent: SelectedDerivative, _ visit: (_ input: Int, SelectedDerivative?) throws -> Void
  ) throws {
    try visitInputs(
      rule: { try row.cotangent(of: $0, cotangent.value, cotangent.selection, values) },
      given: { pullback in
        if let formula = values.attributes?.formula {
          let parts = try Operations.pulled(cotangent, through: formula, values.all)
          return { parts[$0] }
        }
        let parts = try pullback(cotangent.value, values.output, values.all)
        return { parts[$0].map { SelectedDerivative($0) } }
      }, visit: visit)
  }

  /// The same for one whole cotangent of the output; broadcasts are not yet undone.
  @inline(__always)
  func visitInputs(
    _ cotangent: Tensor, _ visit: (_ input: Int, Tensor?) throws -> Void
  ) throws {
    try visitInputs(
      rule: { try row.cotangent(of: $0, cotangent, values) },
      given: { pullback in
        let parts = try pullback(cotangent, values.output, values.all)
        return { parts[$0] }
      }, visit: visit)
  }
}

/// Where a part that was read from a tensor lies in it. A cotangent of the part is added there, without a tensor of
/// zeros for each.
enum PartPlace {
  /// As many elements as the part has, after so many times as many.
  case run(Int)
  /// Entries of an axis from the one given.
  case block(axis: Int, start: Int)
}

extension Recording {
  /// The application at a node that is not a leaf.
  @inline(__always)
  func application(at index: Int) -> TapeApplication {
    let node = nodes + index
    let first = Int(node.pointee.first)
    if node.pointee.flags & TapeNode.many != 0 { return applicationOfMany(index) }
    if node.pointee.flags & TapeNode.binary != 0 {
      let second = Int(node.pointee.second)
      return TapeApplication(
        Registry[node.pointee.operation],
        Application(
          first: (nodes + first).pointee.value, second: (nodes + second).pointee.value,
          output: node.pointee.value,
          attributes: node.pointee.attributes),
        inputCount: 2, first: target(first), second: target(second))
    }
    return TapeApplication(
      Registry[node.pointee.operation],
      Application(
        first: (nodes + first).pointee.value, output: node.pointee.value, attributes: node.pointee.attributes,
        integer: Int(node.pointee.second)),
      inputCount: 1, first: target(first))
  }

  private func applicationOfMany(_ index: Int) -> TapeApplication {
    let node = nodes + index
    let inputs = inputs(of: index)
    let all = inputs.map { nodes[$0].value }
    return TapeApplication(
      Registry[node.pointee.operation],
      Application(
        first: all.first ?? node.pointee.value, all: all, output: node.pointee.value,
        attributes: node.pointee.attributes),
      inputCount: inputs.count, list: inputs.map(target))
  }

  /// The node, or -1 where it is a constant.
  @inline(__always)
  private func target(_ node: Int) -> Int32 {
    (nodes + node).pointee.operation == Code.constant ? -1 : Int32(truncatingIfNeeded: node)
  }

  /// How many inputs a node remembers: none of a leaf, and none in a forward tape.
  @inline(__always)
  func inputCount(_ index: Int) -> Int {
    let node = nodes + index
    guard node.pointee.operation > Code.variable, node.pointee.first >= 0 else { return 0 }
    if node.pointee.flags & TapeNode.many != 0 { return Int(node.pointee.second) }
    return node.pointee.flags & TapeNode.binary != 0 ? 2 : 1
  }

  /// The node of one input.
  @inline(__always)
  func input(_ position: Int, of index: Int) -> Int {
    let node = nodes + index
    if node.pointee.flags & TapeNode.many != 0 { return Int(lists[Int(node.pointee.first) + position]) }
    return Int(position == 0 ? node.pointee.first : node.pointee.second)
  }

  /// The nodes of all inputs.
  func inputs(of index: Int) -> [Int] { (0..<inputCount(index)).map { input($0, of: index) } }

  /// Where the value of a node lies in its input; `nil` for what is more than a part, and where a tape below must
  /// see how it was read.
  @inline(__always)
  func place(of index: Int) -> PartPlace? {
    guard !isNested else { return nil }
    let node = nodes + index
    switch node.pointee.operation {
    case Code.element, Code.row: return .run(Int(node.pointee.second))
    case Code.narrow:
      let integers = node.pointee.attributes!.integers
      return .block(axis: integers[0], start: integers[1])
    default: return nil
    }
  }
}

extension Tensor {
  /// Adds a part to its place in the tensor.
  mutating func addInPlace(_ part: Tensor, at place: PartPlace) throws {
    switch place {
    case .run(let number): try addInPlace(part, at: number * part.count)
    case .block(let axis, let start): try addInPlace(part, axis: axis, from: start)
    }
  }

  /// Adds the rows of `parts`, one each, to that place in each of as many tensors that lie along the first axis.
  mutating func addRowsInPlace(_ parts: Tensor, at place: PartPlace) throws {
    switch place {
    case .run(let number):
      let rows = shape[0]
      let start = number * (parts.count / rows)
      for row in 0..<rows { try addInPlace(parts.row(row), at: row * (count / rows) + start) }
    case .block(let axis, let start): try addInPlace(parts, axis: axis + 1, from: start)
    }
  }
}

// The backward pass through elementwise operations on large tensors, block by block: all of a stretch of the
// tape for one block, then for the next. The cotangents in between stay in the cache and are never whole.
//
// The rules are the rows' own, applied to parts of the tensors; what they say of an element does not depend on
// the others. Blocks depend on the shape alone.

extension Recording {
  /// Elements of a block: so many that threads are worth waking, so few that they stay near the processor. Measured
  /// with five operations on 5 million elements, one thread: from 2¹⁴ to 2¹⁹ the same time within a tenth, less than
  /// half of that without blocks; with 2²⁰ four fifths of it.
  private static let blockCount = 1 << 18

  /// Pulls the cotangents of `top` and of the elementwise operations before it back to what they were computed
  /// from. Answers the first node of the stretch; `nil`, and has done nothing, where there are not several.
  mutating func pullInBlocks(_ top: Int) throws -> Int? {
    guard let storage = nodes[top].value.storage, storage.count >= 2 * Recording.blockCount, !isNested,
      !keepsAdjoints, !isGuided, barriers.isEmpty
    else { return nil }
    let shape = storage.shape
    guard isElementwise(top, shape) else { return nil }
    var bottom = top
    var operations = 1
    while bottom > 0 {
      let isOperation = isElementwise(bottom - 1, shape)
      guard isOperation || nodes[bottom - 1].operation == Code.constant else { break }
      bottom -= 1
      if isOperation { operations += 1 }
    }
    guard operations > 1 else { return nil }
    try pull(from: top, to: bottom, shape.elementCount)
    return bottom
  }

  /// Whether a node is an operation element by element, whose operands have the shape of its value or are
  /// numbers.
  private func isElementwise(_ index: Int, _ shape: Shape) -> Bool {
    let inputs = inputCount(index)
    guard (1...2).contains(inputs), nodes[index].flags & TapeNode.many == 0, fits(index, shape) else {
      return false
    }
    let row = Registry[nodes[index].operation]
    if inputs == 1 { return row.numbers.unary != nil && fits(input(0, of: index), shape) }
    return row.numbers.binary != nil
      && (0..<2).allSatisfy {
        let input = input($0, of: index)
        return nodes[input].value.isScalar || fits(input, shape)
      }
  }

  private func fits(_ index: Int, _ shape: Shape) -> Bool {
    let value = nodes[index].value
    return (value.type == .f64 || value.type == .f32) && value.storage?.shape == shape
  }

  /// What comes back to a number from one input of an operation: the sums of blocks as `Reduction.total` forms them.
  private struct NumberSums {
    let target: Int
    let type: ElementType
    var parts: [Double] = []
  }

  private mutating func pull(from top: Int, to bottom: Int, _ count: Int) throws {
    var outside: [Int: Storage] = [:]
    var sums: [NumberSums] = []
    var start = 0
    while start < count {
      try NumericsInterruption.poll()
      let length = min(Recording.blockCount, count - start)
      var parts: [Int: Tensor] = [:]
      var place = 0
      for index in stride(from: top, through: bottom, by: -1)
      where nodes[index].operation > Code.variable {
        let earlier = adjoints[index].map { Recording.part($0, start, length) }
        guard let cotangent = parts.removeValue(forKey: index) ?? earlier else { continue }
        try pullPart(index, cotangent, start, length, &parts, &sums, &place)
      }
      for (target, part) in parts {
        let whole = try outside[target] ?? Storage.allocate(nodes[target].value.shape, part.type)
        outside[target] = whole
        try Structure.copy(part.storage!, 0, whole, start, length, part.type)
      }
      start += length
    }
    for index in bottom...top where adjoints[index] != nil { adjoints[index] = nil }
    // What was there before is in them.
    for (target, whole) in outside { adjoints[target] = Tensor(whole, nodes[target].value.type) }
    for sum in sums {
      let total = Tensor(Reduction.total(of: sum.parts), type: sum.type)
      try accumulate(Elementwise.converted(total, nodes[sum.target].value.type), into: sum.target)
    }
  }

  /// What one block brings to an input.
  private enum BlockPart {
    case part(Tensor)
    /// What a number collects, unrounded, and the type to round it to.
    case sums([Double], ElementType)
  }

  /// One operation on one block. The sums of numbers come in the same order for every block; `place` is the next.
  private func pullPart(
    _ index: Int, _ cotangent: Tensor, _ start: Int, _ length: Int, _ parts: inout [Int: Tensor],
    _ sums: inout [NumberSums], _ place: inout Int
  ) throws {
    Tape.site = nodes[index].site
    let application = application(at: index)
    let row = application.row
    var values = application.values
    values.first = Recording.part(values.first, start, length)
    values.second = Recording.part(values.second, start, length)
    values.output = Recording.part(values.output, start, length)
    try application.visitInputs(
      rule: { input -> BlockPart? in
        guard values[input].isScalar else {
          return .part(
            try Operations.fit(row.cotangent(of: input, cotangent, values), to: values[input]))
        }
        if case .elementwise(let slope) = row.rule {
          return .sums(try Slope.blockSums(cotangent, slope(input, values)), cotangent.type)
        }
        let part = try row.cotangent(of: input, cotangent, values)
        return .sums(try Reduction.blockSums(part), part.type)
      },
      given: { _ in preconditionFailure("elementwise by a rule") },
      visit: { input, part in
        guard let part, let target = application.target(input) else { return }
        switch part {
        case .sums(let more, let type):
          if place == sums.count { sums.append(NumberSums(target: target, type: type)) }
          sums[place].parts += more
          place += 1
        case .part(let part):
          if parts[target] != nil {
            try parts[target]!.addInPlace(part, at: 0)
          } else if let earlier = adjoints[target] {
            parts[target] = try Operations.add(Recording.part(earlier, start, length), part)
          } else {
            parts[target] = part
          }
        }
      })
  }

  /// A run of the elements as a vector; numbers are the same for all.
  private static func part(_ x: Tensor, _ start: Int, _ length: Int) -> Tensor {
    guard let storage = x.storage else { return x.primal }
    return Tensor(Storage.part(storage, start, length, x.type), x.type)
  }
}

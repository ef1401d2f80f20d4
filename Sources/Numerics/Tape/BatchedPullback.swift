// The backward pass for many cotangents at once: they lie along an axis in front of those of the values, so that
// the passes of a Jacobian are one pass of wider operations.
//
// What is elementwise needs no rule for it: broadcasting aligns the last axes, and the first one is carried along.
// Other rows say how they do it (`pullbackOfRows`), or are asked once for each cotangent.

extension Tape {
  /// The Jacobian of `y` by one variable, `y.count` rows in the shape of the variable: the gradient of every
  /// element of `y`. Zeros where it does not depend on the variable.
  public func jacobian(of y: Tensor, by variable: Tensor) throws -> Tensor {
    let shape = Shape([y.count] + Array(variable.shape))
    guard let top = node(of: y), let target = node(of: variable), target <= top, y.count > 0 else {
      return try Tensor.zeros(shape, variable.type.arithmetic)
    }
    let together = Tape.recordings![level].rowsAtOnce(top, y.count)
    var parts: [Tensor] = []
    var start = 0
    while start < y.count {
      try NumericsInterruption.poll()
      let end = min(start + together, y.count)
      let site = Tape.site
      if together == 1 {
        parts.append(try row(start, of: y, by: variable))
      } else {
        let recording = Tape.recordings! + level
        let rows = try recording.pointee.backward(from: top, rows: Tape.units(start..<end, y), to: target)
        var survey = GradientSurvey()
        if let rows { survey.include(rows) }
        if survey.holdNaN {
          Tape.hide()
          // One by one, with masks: the elements that a row is not of are not selected.
          for element in start..<end { parts.append(try row(element, of: y, by: variable)) }
        } else {
          parts.append(
            try rows ?? Tensor.zeros(shape.replacing(0, with: end - start), variable.type.arithmetic))
        }
      }
      Tape.site = site
      start = end
    }
    return parts.count == 1 ? parts[0] : try Operations.concatenate(parts, axis: 0)
  }

  /// The gradient of one element, as a row.
  private func row(_ element: Int, of y: Tensor, by variable: Tensor) throws -> Tensor {
    let unit = try Tape.unit(element, y)
    let row = try pullback(of: y, cotangent: unit.value, selection: unit.selection, to: variable)
    return try Operations.reshape(row, Shape([1] + Array(variable.shape)))
  }

  /// The cotangent that picks out one element of `y`, and nothing else.
  private static func unit(_ element: Int, _ y: Tensor) throws -> SelectedDerivative {
    let unit = try Operations.reshape(units(element..<element + 1, y), y.shape)
    return SelectedDerivative(unit, y.isScalar ? nil : try SelectionMask.mask(unit))
  }

  /// The first node on the way back from an element of `y` that makes a cotangent which is not finite.
  public func firstNonFinite(from y: Tensor, element: Int) throws -> Int? {
    let unit = try Tape.unit(element, y)
    return try firstNonFinite(from: y, cotangent: unit.value, selection: unit.selection)
  }

  /// The cotangents that pick out the elements of `y`, one a row.
  private static func units(_ elements: Range<Int>, _ y: Tensor) throws -> Tensor {
    var entries = [Double](repeating: 0, count: elements.count * y.count)
    for (row, element) in elements.enumerated() { entries[row * y.count + element] = 1 }
    return Tensor(entries, shape: Shape([elements.count] + Array(y.shape)), type: y.type.arithmetic)
  }
}

extension Recording {
  /// Elements that one wide cotangent may have: what stays near the processor. Measured with ten operations on 256,
  /// 1024 and 4096 elements, 256 cotangents: least time from 2¹⁴ to 2¹⁷, almost three times as much with 2²⁰.
  private static let widest = 1 << 16

  /// How many cotangents of `top` are worth pulling back together; 1 where that would not pay.
  func rowsAtOnce(_ top: Int, _ count: Int) -> Int {
    guard !isNested || passesWhole, !keepsAdjoints, !isGuided, barriers.isEmpty else { return 1 }
    var largest = 1
    var numbers = 0
    for index in 0...top where nodes[index].operation > Code.variable {
      if nodes[index].value.storage == nil {
        numbers += 1
      } else {
        largest = max(largest, nodes[index].value.count)
      }
    }
    let together = min(count, Recording.widest / largest)
    // Measured with tensors of 16 elements: alone a step takes 8 ns on a number and 400 ns on a tensor, on 16 rows at
    // once 200 ns and 1600 ns. So numbers are worth it from about 20 rows on, tensors from 4, and what is mixed from
    // somewhere between.
    let tensors = top + 1 - numbers
    return together < 4 || together * (numbers + 10 * tensors) < 20 * (top + 1) ? 1 : together
  }

  /// The cotangents of the node `target` for those of `top`, `nil` where it has none.
  func backward(from top: Int, rows: Tensor, to target: Int) throws -> Tensor? {
    var cotangents = [Tensor?](repeating: nil, count: top + 1)
    cotangents[top] = rows
    let count = rows.shape[0]
    for index in stride(from: top, to: target, by: -1) where nodes[index].operation > Code.variable {
      guard let rows = cotangents[index] else { continue }
      cotangents[index] = nil
      Tape.site = nodes[index].site
      try NumericsInterruption.poll()
      try pull(index, rows, count, &cotangents)
    }
    return cotangents[target]
  }

  private func pull(_ index: Int, _ rows: Tensor, _ count: Int, _ cotangents: inout [Tensor?]) throws {
    if let place = place(of: index) {
      return try add(rows, at: place, of: input(0, of: index), count, &cotangents)
    }
    let application = application(at: index)
    let (row, values) = (application.row, application.values)
    try application.visitInputs(
      rule: { input -> Tensor? in
        let value = values[input]
        if let contribution = try row.cotangents(of: input, rows, values) {
          return try Operations.fit(contribution, toRowsOf: value, count)
        }
        return try Operations.stack(
          (0..<count).map {
            try Operations.fit(row.cotangent(of: input, rows.row($0), values), to: value)
          })
      },
      given: { pullback in
        let parts = try (0..<count).map { try pullback(rows.row($0), values.output, values.all) }
        return { input in
          let contributions = parts.map { $0[input] }
          guard contributions.contains(where: { $0 != nil }) else { return nil }
          let value = values[input]
          return try Operations.stack(
            contributions.map { try $0.map { try Operations.fit($0, to: value) } ?? zeros(value) })
        }
      },
      visit: { input, contribution in
        guard let contribution, let target = application.target(input) else { return }
        try accumulate(contribution, target, &cotangents)
      })
  }

  private func add(
    _ rows: Tensor, at place: PartPlace, of target: Int, _ count: Int, _ cotangents: inout [Tensor?]
  ) throws {
    guard nodes[target].operation != Code.constant else { return }
    let value = nodes[target].value
    if cotangents[target] == nil {
      cotangents[target] = try Tensor.zeros(Shape([count] + Array(value.shape)), value.type.arithmetic)
    }
    try cotangents[target]!.addRowsInPlace(rows, at: place)
  }

  private func zeros(_ value: Tensor) throws -> Tensor {
    try Tensor.zeros(value.shape, value.type.arithmetic)
  }

  private func accumulate(_ contribution: Tensor, _ target: Int, _ cotangents: inout [Tensor?]) throws {
    if cotangents[target] == nil {
      cotangents[target] = contribution
    } else if isNested {
      cotangents[target] = try Operations.add(cotangents[target]!, contribution)
    } else {
      try cotangents[target]!.addInPlace(contribution, at: 0)
    }
  }
}

extension Operation {
  /// The cotangents of one input for many of the output, along one more axis in front, before broadcasts are
  /// undone; `nil` where they must be computed one by one.
  func cotangents(of input: Int, _ rows: Tensor, _ application: Application) throws -> Tensor? {
    if let pullbackOfRows { return try pullbackOfRows(input, rows, application) }
    switch rule {
    case .elementwise(let slope): return try Operations.multiply(rows, slope(input, application))
    case .selection(let mask): return try Operations.select(mask(input, application), rows)
    case .linear(let vjp), .multilinear(let vjp), .general(let vjp, _):
      return isElementwise ? try vjp(input, rows, application) : nil
    case .constant, .composite, .given: preconditionFailure("\(name) has no rule")
    }
  }
}

extension Operations {
  /// Rows of cotangents with axes of length 1 after the first one, as many as align the rest with the last axes
  /// of something of rank `rank`.
  static func aligned(_ rows: Tensor, rank: Int) throws -> Tensor {
    let missing = rank + 1 - rows.rank
    guard missing > 0 else { return rows }
    return try reshape(
      rows, Shape([rows.shape[0]] + [Int](repeating: 1, count: missing) + Array(rows.shape.dropFirst())))
  }

  /// What is the same for every row of cotangents of rank `rank`: with axes of length 1 in front.
  static func shared(_ x: Tensor, rank: Int) throws -> Tensor {
    try reshape(x, Shape([Int](repeating: 1, count: rank + 1 - x.rank) + Array(x.shape)))
  }

  /// `fit` for cotangents along one more axis in front.
  fileprivate static func fit(_ rows: Tensor, toRowsOf value: Tensor, _ count: Int) throws -> Tensor {
    let shape = Shape([count] + Array(value.shape))
    var result = rows
    if result.shape != shape {
      result = try aligned(result, rank: value.rank)
      let wide = Shape([count] + [Int](repeating: 1, count: result.rank - shape.rank) + Array(value.shape))
      if result.shape != wide {
        result =
          wide.stretches(to: result.shape) ? try sum(result, to: wide) : try expand(result, to: wide)
      }
      result = try reshape(result, shape)
    }
    let type = value.type.arithmetic
    return result.type == type ? result : try convert(result, to: type)
  }
}

import Numerics
import Syntax

extension Compiler {
  func string(_ pieces: [StringPiece], _ span: Span) -> Evaluate {
    let site = site(span)
    let parts = pieces.map { piece -> Evaluate in
      switch piece {
      case .text(let text): return constant(.text(text))
      case .value(let tree): return expression(tree)
      }
    }
    if pieces.count == 1, case .text(let text) = pieces[0] { return constant(.text(text)) }
    return { frame in
      var text = ""
      var pieces: [TextPiece] = []
      for part in parts {
        let value = try part(frame)
        let followed = PlanTrace.isOn ? TextPiece.followed(in: value) : nil
        let piece = followed?.map(\.text).joined() ?? Printer.interpolated(value)
        if PlanTrace.isOn { pieces += followed ?? [.text(piece)] }
        // Pieces are short but for a few.
        if text.utf8.count + piece.utf8.count > 1 << 16 {
          do {
            try Memory.reserve(2 * (text.utf8.count + piece.utf8.count))
          } catch { throw located(error, site: site, []) }
        }
        text += piece
      }
      let isFollowed = pieces.contains { if case .number = $0 { true } else { false } }
      let value = Value.string(Text(text, pieces: isFollowed ? pieces : nil))
      try Compiler.checkLimits(site)
      return value
    }
  }

  /// The values of elements with the spread ones taken apart.
  private func elements(_ elements: [Element]) -> (Frame) throws -> [Value] {
    let parts = elements.map { (expression($0.value), $0.isSpread, site($0.value.span, [$0.value.span])) }
    return { frame in
      var values: [Value] = []
      values.reserveCapacity(parts.count)
      for (evaluate, isSpread, site) in parts {
        let value = try evaluate(frame)
        if isSpread {
          do {
            let items = try Iteration.items(value)
            try Iteration.reserve(values.count + items.count)
            values += items
          } catch { throw located(error, site: site, [value]) }
        } else {
          values.append(value)
        }
      }
      return values
    }
  }

  /// Throws where a value that was just made passed a limit, at the place of its literal.
  @inline(__always)
  private static func checkLimits(_ site: Int32) throws {
    if Interruption.isRaised { throw stopped(site) }
  }

  private static func stopped(_ site: Int32) -> any Error {
    let cause = Interruption.cause
    return cause is Interruption.Raised ? cause : located(cause, site: site, [])
  }

  func tuple(_ items: [Element], _ span: Span) -> Evaluate {
    let site = site(span)
    if items.count == 2, !items[0].isSpread, !items[1].isSpread {
      let first = expression(items[0].value)
      let second = expression(items[1].value)
      return { frame in
        let tuple = Tuple(try first(frame), try second(frame))
        if tuple.extent.depth > 1 { try Compiler.checkLimits(site) }
        return .tuple(tuple)
      }
    }
    let values = elements(items)
    return { frame in
      let tuple = Tuple(try values(frame))
      try Compiler.checkLimits(site)
      return .tuple(tuple)
    }
  }

  func record(_ fields: [Field], _ span: Span) -> Evaluate {
    let whole = site(span)
    let parts = fields.map { ($0.name?.text, expression($0.value), site($0.value.span, [$0.value.span])) }
    if fields.allSatisfy({ $0.name != nil }) {
      let names = fields.map { $0.name!.text }
      return { frame in
        let record = Record(names: names, items: try parts.map { try $0.1(frame) })
        try Compiler.checkLimits(whole)
        return .record(record)
      }
    }
    return { frame in
      var names: [String] = []
      var items: [Value] = []
      func set(_ name: String, _ value: Value) {
        if let position = names.firstIndex(of: name) {
          items[position] = value
        } else {
          names.append(name)
          items.append(value)
        }
      }
      for (name, evaluate, site) in parts {
        let value = try evaluate(frame)
        if let name {
          set(name, value)
        } else if case .record(let spread) = value {
          for (name, item) in zip(spread.names, spread.items) { set(name, item) }
        } else {
          throw located(
            Problem.wrongArgument(function: "...", expected: "a record", got: value.kindDescription),
            site: site,
            [value])
        }
      }
      let record = Record(names: names, items: items)
      try Compiler.checkLimits(whole)
      return .record(record)
    }
  }

  /// `[a, b, c]` stacks along a new first axis; what does not stack is a tuple.
  func list(_ items: [Element], _ span: Span) -> Evaluate {
    let values = elements(items)
    let site = site(span, items.map(\.value.span))
    return { frame in
      let values = try values(frame)
      Tape.site = site
      do {
        return try Stacking.stack(values)
      } catch { throw located(error, site: site, values) }
    }
  }

  func matrix(_ rows: [[Element]], _ span: Span) -> Evaluate {
    let compiled = rows.map(elements)
    let site = site(span, rows.flatMap { $0.map(\.value.span) })
    return { frame in
      let blocks = try compiled.map { try $0(frame) }
      Tape.site = site
      do {
        return try Stacking.blocks(blocks)
      } catch { throw located(error, site: site, blocks.flatMap { $0 }) }
    }
  }

  // MARK: Ranges

  func rangeParts(
    _ start: Expression, _ step: Expression?, _ end: Expression, _ span: Span
  ) -> (Frame) throws -> NumericRange {
    let first = expression(start)
    let by = step.map { expression($0) }
    let last = expression(end)
    let site = site(span, [start.span] + (step.map { [$0.span] } ?? []) + [end.span])
    return { frame in
      let a = Compiler.deciding(try first(frame))
      let s = try by.map { Compiler.deciding(try $0(frame)) }
      let b = Compiler.deciding(try last(frame))
      do {
        guard case .tensor(let x) = a, x.isScalar, case .tensor(let y) = b, y.isScalar else {
          throw Problem.wrongOperands(operation: ":", [a.kindDescription, b.kindDescription])
        }
        var stepTensor = Tensor(1)
        if let s {
          guard case .tensor(let z) = s, z.isScalar else {
            throw Problem.wrongOperands(
              operation: ":", [a.kindDescription, s.kindDescription, b.kindDescription])
          }
          stepTensor = z
        }
        var range = try NumericRange(x.value(), stepTensor.value(), y.value())
        Tape.site = site
        if x.isTraced || stepTensor.isTraced {
          let steps = try Tensor(from: 0, step: 1, count: range.count)
          range.traced = .tensor(try Operations.add(x, try Operations.multiply(stepTensor, steps)))
        }
        return range
      } catch { throw located(error, site: site, [a] + (s.map { [$0] } ?? []) + [b]) }
    }
  }

  func range(_ start: Expression, _ step: Expression?, _ end: Expression, _ span: Span) -> Evaluate {
    let parts = rangeParts(start, step, end, span)
    let site = site(span)
    return { frame in
      let range = try parts(frame)
      if let traced = range.traced { return traced }
      do {
        return .tensor(try range.tensor)
      } catch { throw located(error, site: site, []) }
    }
  }

  func interval(_ lower: Expression, _ upper: Expression, _ span: Span) -> Evaluate {
    let l = expression(lower)
    let u = expression(upper)
    let site = site(span, [lower.span, upper.span])
    return { frame in
      let a = try l(frame)
      let b = try u(frame)
      guard case .tensor(let x) = a, x.isScalar, case .tensor(let y) = b, y.isScalar else {
        throw located(
          Problem.wrongOperands(operation: "..", [a.kindDescription, b.kindDescription]), site: site, [a, b])
      }
      return .interval(Interval(x.value(), y.value()))
    }
  }
}

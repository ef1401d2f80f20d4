// Assignment. The right side is evaluated first, then everything is taken apart, and only then does
// anything change: a statement that fails assigns nothing.

import Numerics
import Syntax

extension Compiler {
  /// One step into a value, evaluated.
  enum Step {
    case field(String)
    case index([EvaluatedIndex])
  }

  func assign(_ targets: [Target], _ value: Expression) -> Execute {
    let evaluate = expression(value)
    if targets.count == 1, case .variable(let name, let accessors) = targets[0].kind, accessors.isEmpty {
      return assignName(name, evaluate)
    }
    if targets.count == 1, case .variable = targets[0].kind {
      let store = storer(targets[0])
      return { frame in
        try store(frame, try evaluate(frame))
        return .next
      }
    }
    let store = targets.count == 1 ? storer(targets[0]) : groupStorer(targets, value.span)
    return { frame in
      try store(frame, try evaluate(frame))
      return .next
    }
  }

  private func assignName(_ name: Name, _ evaluate: @escaping Evaluate) -> Execute {
    if let place = scope.target(of: name.text), place.hops == 0 {
      let slot = place.slot
      if isLibrary {
        return { frame in
          frame.slots[slot] = try evaluate(frame)
          return .next
        }
      }
      let site = flowSite(name.span)
      return { frame in
        let value = try evaluate(frame)
        if Watch.isOn { Watch.note(site, name.text, value) }
        frame.slots[slot] = value
        return .next
      }
    }
    let write = watchedWrite(name)
    return { frame in
      write(frame, try evaluate(frame))
      return .next
    }
  }

  /// Writes a variable of a function where `flow` can see it.
  func watchedWrite(_ name: Name) -> (Frame, Value) -> Void {
    let write = write(name.text)
    if isLibrary || scope.target(of: name.text) == nil { return write }
    let site = flowSite(name.span)
    return { frame, value in
      if Watch.isOn { Watch.note(site, name.text, value) }
      write(frame, value)
    }
  }

  /// What puts a value into a target.
  func storer(_ target: Target) -> (Frame, Value) throws -> Void {
    switch target.kind {
    case .discard: return { _, _ in }
    case .group(let parts): return groupStorer(parts, target.span)
    case .variable(let name, let accessors):
      let write = watchedWrite(name)
      guard !accessors.isEmpty else { return write }
      let place = scope.target(of: name.text)
      let cell = place == nil ? globals.cell(name.text) : nil
      let read = read(name.text, name.span)
      let site = site(of: target, name, accessors)
      let change = changer(target, name, accessors)
      if accessors.count == 1, case .index(let indices, _) = accessors[0], let only = indices.onlyPosition {
        let position = expression(only)
        let axes = indices.count
        let rest = [EvaluatedIndex](repeating: .all, count: axes - 1)
        let slot = place?.slot ?? 0
        let hops = place?.hops ?? 0
        return { frame, value in
          let index = try position(frame)
          if case .tensor(let at) = index, case .tensor(let new) = value {
            Tape.site = site
            if PlanTrace.isOn {
              if let cell {
                if Compiler.storeOfTurn(&cell.value, new, at, axes) { return }
              } else if Compiler.storeOfTurn(&frame.ancestor(hops).slots[slot], new, at, axes) {
                return
              }
            }
            if let cell {
              if Compiler.storeInPlace(&cell.value, new, at, axes) { return }
            } else if Compiler.storeInPlace(&frame.ancestor(hops).slots[slot], new, at, axes) {
              return
            }
          }
          try change(frame, [.index([.at(index)] + rest)], value)
        }
      }
      let steps = steps(accessors)
      return { frame, value in try change(frame, try steps(frame, read), value) }
    }
  }

  func site(of target: Target, _ name: Name, _ accessors: [Accessor]) -> Int32 {
    site(target.span, [name.span] + accessors.indexSpans)
  }

  /// Changes what a variable holds, some steps into it. It takes the value out of its variable, so that it is changed
  /// in place when nobody else holds it.
  func changer(
    _ target: Target, _ name: Name, _ accessors: [Accessor]
  ) -> (Frame, [Step], Value) throws -> Void {
    let place = scope.target(of: name.text)
    let cell = place == nil ? globals.cell(name.text) : nil
    let read = read(name.text, name.span)
    let site = site(of: target, name, accessors)
    return { frame, path, value in
      func change(_ root: inout Value) throws {
        do {
          try Compiler.store(value, into: &root, path[...])
        } catch { throw located(error, site: site, [root]) }
      }
      func isUnset(_ root: Value) -> Bool { if case .unset = root { true } else { false } }
      if let place {
        let holder = frame.ancestor(place.hops)
        if !isUnset(holder.slots[place.slot]) { return try change(&holder.slots[place.slot]) }
        // The name stands for a variable further out: a changed copy becomes the nearer one's value.
        var copy = try read(frame)
        try change(&copy)
        holder.slots[place.slot] = copy
      } else if let cell {
        if !isUnset(cell.value) { return try change(&cell.value) }
        var copy = try read(frame)
        try change(&copy)
        cell.value = copy
      }
    }
  }

  @inline(__always)
  private static func storeInPlace(_ root: inout Value, _ value: Tensor, _ index: Tensor, _ axes: Int) -> Bool
  {
    guard var tensor = root.takeTensor() else { return false }
    tensor = tensor.unfollowed
    let isDone = tensor.storeInPlace(value.unfollowed, at: index.unfollowed, axes: axes)
    root = .tensor(tensor)
    return isDone
  }

  /// A store in a turn that is written down; where it cannot be, nothing is any more.
  @inline(never)
  private static func storeOfTurn(_ root: inout Value, _ value: Tensor, _ index: Tensor, _ axes: Int) -> Bool
  {
    guard let mark = written(root, value, index, axes) else {
      Staging.giveUp()
      return false
    }
    guard var tensor = take(&root) else { return false }
    let isDone = tensor.storeInPlace(value.primal, at: index.primal, axes: axes)
    root = .tensor(tensor.marked(as: mark))
    if !isDone { Staging.giveUp() }
    return isDone
  }

  /// Writes a store down; the mark of the tensor, without a hold on its elements.
  private static func written(_ root: Value, _ value: Tensor, _ index: Tensor, _ axes: Int) -> Tensor? {
    guard let trace = PlanTrace.current, case .tensor(let whole) = root, let output = trace.output(of: whole),
      trace.store(value, into: whole, output, at: index, axes: axes)
    else { return nil }
    return whole.withoutElements
  }

  /// The tensor of a variable without its mark, nobody else holding it.
  private static func take(_ root: inout Value) -> Tensor? { root.takeTensor()?.primal }

  /// Evaluates the indices of a target; an index that needs the value (`end`) looks at it briefly.
  func steps(_ accessors: [Accessor]) -> (Frame, Evaluate) throws -> [Step] {
    let parts = accessors.map { accessor -> (Frame, () throws -> Value) throws -> Step in
      switch accessor {
      case .field(let name): return { _, _ in .field(name.text) }
      case .index(let indices, let span):
        let usesEnd = indices.expressions.contains(where: \.usesEnd)
        let items = evaluatedIndices(indices)
        let site = site(span)
        return { frame, base in
          do {
            return .index(try items(frame, usesEnd ? try base() : .nothing))
          } catch { throw located(error, site: site, []) }
        }
      }
    }
    return { frame, read in
      var path: [Step] = []
      path.reserveCapacity(parts.count)
      for part in parts {
        let step = try part(frame) {
          var value = try read(frame)
          for step in path { value = try Compiler.follow(value, step) }
          return value
        }
        path.append(step)
      }
      return path
    }
  }

  static func follow(_ value: Value, _ step: Step) throws -> Value {
    switch step {
    case .index(let items): return try Indexing.read(value, items)
    case .field(let name):
      guard case .record(let record) = value else {
        throw Problem.noFields(kind: value.kindDescription, field: name)
      }
      guard let field = record[name] else { throw Problem.unknownField(name, known: record.names) }
      return field
    }
  }

  private static func store(_ new: Value, into root: inout Value, _ path: ArraySlice<Step>) throws {
    guard let step = path.first else {
      root = new
      return
    }
    let rest = path.dropFirst()
    switch step {
    case .index(let items):
      if rest.isEmpty { return try Indexing.write(&root, items, new) }
      var inner = try Indexing.read(root, items)
      try store(new, into: &inner, rest)
      try Indexing.write(&root, items, inner)
    case .field(let name):
      guard case .record(var record) = root else {
        throw Problem.noFields(kind: root.kindDescription, field: name)
      }
      guard let position = record.position(of: name) else {
        throw Problem.unknownField(name, known: record.names)
      }
      root = .unset
      // What the library made of it no longer holds when a field changes, whoever else holds the record.
      if record.tag != nil || record.payload != nil || !isKnownUniquelyReferenced(&record) {
        record = Record(names: record.names, items: record.items)
      }
      defer { root = .record(record) }
      try record.update(position) { try store(new, into: &$0, rest) }
      try Machine.poll()
    }
  }

  /// `x += v` is `x = x + v`, with the indices of the target evaluated once.
  func update(_ target: Target, _ op: BinaryOperator, _ value: Expression) -> Execute {
    guard case .variable(let name, let accessors) = target.kind else {
      let site = site(target.span)
      return { _ in
        throw located(
          Problem.wrongOperands(operation: op.rawValue + "=", ["a group of targets"]), site: site, [])
      }
    }
    if accessors.isEmpty {
      let sum = Expression(
        .binary(op, Expression(.name(name.text), name.span), value, operatorSpan: target.span),
        target.span.union(value.span))
      return assign([target], sum)
    }
    let site = site(target.span.union(value.span), [target.span, value.span])
    let evaluate = expression(value)
    let read = read(name.text, name.span)
    let write = write(name.text)
    let operation = op.meaning.onTensors
    func combined(_ a: Value, _ b: Value) throws -> Value {
      do {
        if case .tensor(let x) = a, case .tensor(let y) = b {
          Tape.site = site
          return .tensor(try operation(x, y))
        }
        return try Arithmetic.binary(op, a, b)
      } catch { throw located(error, site: site, [a, b]) }
    }
    let steps = steps(accessors)
    return { frame in
      let new = try evaluate(frame)
      let path = try steps(frame, read)
      var root = try read(frame)
      do {
        var old = root
        for step in path { old = try Compiler.follow(old, step) }
        let value = try combined(old, new)
        old = .unset
        write(frame, .unset)
        defer { write(frame, root) }
        try Compiler.store(value, into: &root, path[...])
      } catch { throw located(error, site: site, [root, new]) }
      return .next
    }
  }
}

extension [Accessor] {
  /// The entries of an index that is the only one, behind fields or not: what an IndexError underlines.
  fileprivate var indexSpans: [Span] {
    guard case .index(let indices, _)? = last,
      dropLast().allSatisfy({ if case .field = $0 { true } else { false } })
    else { return [] }
    return indices.map(\.span)
  }
}

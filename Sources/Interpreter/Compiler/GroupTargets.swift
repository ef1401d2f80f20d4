// Assignment to several targets at once: `a, b = v`, `(a, (b, x[i])) = v`. Each is stored in turn, and sees what those
// before it have stored; where one fails, all are taken out again.

import Syntax

extension Compiler {
  func groupStorer(_ targets: [Target], _ span: Span) -> (Frame, Value) throws -> Void {
    if targets.dropFirst().contains(where: \.mayFail) {
      let store = revocableGroupStorer(targets, span)
      return { frame, value in _ = try store(frame, value) }
    }
    let stores = targets.map { Storer(store: storer($0)) }
    if stores.count == 2 { return pairStorer(stores[0].store, stores[1].store, targets, span) }
    let site = site(targets.map(\.span).reduce(targets[0].span) { $0.union($1) }, [span])
    return { frame, value in
      if case .tuple(let tuple) = value, tuple.count == stores.count {
        for index in stores.indices { try stores[index].store(frame, tuple[index]) }
        return
      }
      let items: [Value]
      do {
        items = try Iteration.unpack(value, count: stores.count)
      } catch { throw located(error, site: site, [value]) }
      for index in stores.indices { try stores[index].store(frame, items[index]) }
    }
  }

  /// `a, b = v`, the most common of them.
  private func pairStorer(
    _ first: @escaping (Frame, Value) throws -> Void, _ second: @escaping (Frame, Value) throws -> Void,
    _ targets: [Target], _ span: Span
  ) -> (Frame, Value) throws -> Void {
    let site = site(targets[0].span.union(targets[1].span), [span])
    if let a = ownSlot(targets[0]), let b = ownSlot(targets[1]) {
      return { frame, value in
        if Watch.isOn {
          try first(frame, try Iteration.unpack(value, count: 2)[0])
          return try second(frame, try Iteration.unpack(value, count: 2)[1])
        }
        if case .tuple(let tuple) = value, tuple.count == 2 {
          frame.slots[a] = tuple[0]
          frame.slots[b] = tuple[1]
          return
        }
        let items: [Value]
        do {
          items = try Iteration.unpack(value, count: 2)
        } catch { throw located(error, site: site, [value]) }
        frame.slots[a] = items[0]
        frame.slots[b] = items[1]
      }
    }
    return { frame, value in
      if case .tuple(let tuple) = value, tuple.count == 2 {
        try first(frame, tuple[0])
        return try second(frame, tuple[1])
      }
      let items: [Value]
      do {
        items = try Iteration.unpack(value, count: 2)
      } catch { throw located(error, site: site, [value]) }
      try first(frame, items[0])
      try second(frame, items[1])
    }
  }

  /// The slot of a target that is a name of this very frame.
  private func ownSlot(_ target: Target) -> Int? {
    guard case .variable(let name, let accessors) = target.kind, accessors.isEmpty,
      let place = scope.target(of: name.text), place.hops == 0
    else { return nil }
    return place.slot
  }

  /// What puts a value into a target, and gives what takes it out again: of a group of which a later target may fail.
  private func revocableStorer(_ target: Target) -> (Frame, Value) throws -> () -> Void {
    switch target.kind {
    case .discard: return { _, _ in {} }
    case .group(let parts): return revocableGroupStorer(parts, target.span)
    case .variable(let name, let accessors):
      let place = scope.target(of: name.text)
      let cell = place == nil ? globals.cell(name.text) : nil
      func holds(_ frame: Frame) -> Value {
        place.map { frame.ancestor($0.hops).slots[$0.slot] } ?? cell!.value
      }
      if accessors.isEmpty {
        let (store, restore) = (watchedWrite(name), write(name.text))
        return { frame, value in
          let before = holds(frame)
          store(frame, value)
          return { restore(frame, before) }
        }
      }
      let read = read(name.text, name.span)
      let change = changer(target, name, accessors)
      let steps = steps(accessors)
      return { frame, value in
        let path = try steps(frame, read)
        // The part alone: held whole, the value would be copied to be changed. What cannot be read cannot be
        // written, and the change says so.
        let before: Value? = try? path.reduce(read(frame)) { try Compiler.follow($0, $1) }
        try change(frame, path, value)
        return { if let before { try? change(frame, path, before) } }
      }
    }
  }

  private func revocableGroupStorer(_ targets: [Target], _ span: Span) -> (Frame, Value) throws -> () -> Void
  {
    let stores = targets.map { revocableStorer($0) }
    let site = site(targets.map(\.span).reduce(targets[0].span) { $0.union($1) }, [span])
    return { frame, value in
      let items: [Value]
      do {
        items = try Iteration.unpack(value, count: stores.count)
      } catch { throw located(error, site: site, [value]) }
      var taken: [() -> Void] = []
      let revoke = { (steps: [() -> Void]) in for step in steps.reversed() { step() } }
      do {
        for (store, item) in zip(stores, items) { taken.append(try store(frame, item)) }
      } catch {
        revoke(taken)
        throw error
      }
      return { [taken] in revoke(taken) }
    }
  }
}

extension Target {
  /// Whether to store into it may fail: a name always can.
  fileprivate var mayFail: Bool {
    switch kind {
    case .discard: false
    case .group: true
    case .variable(_, let accessors): !accessors.isEmpty
    }
  }
}

// Turns the tree into closures: names become slots, places become sites, and what can be decided once
// is decided here. The closures keep no tree.

import Numerics
import Syntax

final class Compiler {
  let compiled: CompiledSource
  let globals: Globals
  let isLibrary: Bool
  var scope: NameScope
  /// The innermost index being compiled: where `end` finds its axis.
  var indexDepth = 0
  /// The text of the outermost function that is being compiled.
  var functionSpan: Span?

  /// - Parameters:
  ///   - globals: where names that no function binds are looked up and assigned.
  ///   - isLibrary: marks the functions as the library's own.
  init(source: Source, globals: Globals, isLibrary: Bool) {
    self.globals = globals
    self.isLibrary = isLibrary
    compiled = CompiledSource(source, isLibrary: isLibrary)
    scope = NameScope(layout: FrameLayout(parent: nil), parent: nil, isFunction: false)
  }

  var source: Source { compiled.source }

  func site(_ span: Span, _ operands: [Span] = []) -> Int32 { compiled.add(span, operands) }

  /// The place of a named value, with the function that `flow` shows around it.
  func flowSite(_ span: Span) -> Int32 { site(span, functionSpan.map { [$0] } ?? []) }

  // MARK: Expressions

  func expression(_ expression: Expression) -> Evaluate {
    switch expression.kind {
    case .number(let number): return constant(.number(number))
    case .boolean(let value): return constant(.bool(value))
    case .nothing: return constant(.nothing)
    case .string(let pieces): return string(pieces, expression.span)
    case .name(let name): return read(name, expression.span)
    case .tuple(let elements): return tuple(elements, expression.span)
    case .record(let fields): return record(fields, expression.span)
    case .list(let elements): return list(elements, expression.span)
    case .matrix(let rows): return matrix(rows, expression.span)
    case .comprehension(let body, let clauses, let condition):
      return comprehension(body, clauses, condition, expression.span)
    case .call(let callee, let arguments): return call(callee, arguments, expression.span)
    case .index(let base, let indices): return index(base, indices, expression.span)
    case .field(let base, let name): return field(base, name)
    case .end: return read(Compiler.endName(indexDepth), expression.span)
    case .unary(let op, let operand): return unary(op, operand, expression.span)
    case .binary(let op, let left, let right, _): return binary(op, left, right, expression.span)
    case .comparison(let first, let links): return comparison(first, links)
    case .shortCircuit(let isAnd, let left, let right): return shortCircuit(isAnd, left, right)
    case .conditional(let test, let yes, let no): return conditional(test, yes, no)
    case .range(let start, let step, let end): return range(start, step, end, expression.span)
    case .interval(let lower, let upper): return interval(lower, upper, expression.span)
    case .pipe(let value, let function): return pipe(value, function, expression.span)
    case .function(let literal): return function(literal, name: "")
    case .gradient(let order, let head): return gradient(order, head, expression.span)
    case .partial(let head, let names): return partial(head, names, expression.span)
    case .prime(let operand, let count): return prime(operand, count, expression.span)
    case .transpose(let operand): return transpose(operand, expression.span)
    case .block, .if, .while, .for, .try: return blockExpression(expression)
    case .macro(let name, let operand, let text): return macro(name, operand, text, expression.span)
    }
  }

  func constant(_ value: Value) -> Evaluate { { _ in value } }

  // MARK: Names

  static func endName(_ depth: Int) -> String { "end#\(depth)" }

  /// Own locals, enclosing functions, the notebook, the library: whichever has a value when it is reached.
  func read(_ name: String, _ span: Span) -> Evaluate {
    let places = scope.places(of: name)
    if let first = places.first, first.isAlwaysSet {
      let slot = first.slot
      switch first.hops {
      case 0: return { $0.slots[slot] }
      case 1: return { $0.outer![slot] }
      default:
        let hops = first.hops
        return { $0.ancestor(hops).slots[slot] }
      }
    }
    let outer = readGlobal(name, span)
    guard let first = places.first else { return outer }
    let rest = Array(places.dropFirst())
    let slot = first.slot
    if first.hops == 0 && rest.isEmpty {
      return { frame in
        let value = frame.slots[slot]
        if case .unset = value { return try outer(frame) }
        return value
      }
    }
    return { frame in
      for place in places {
        let value = frame.ancestor(place.hops).slots[place.slot]
        if case .unset = value { continue }
        return value
      }
      return try outer(frame)
    }
  }

  /// Where a name that no function binds is looked up: the notebook, then the library.
  func globalCells(_ name: String) -> (own: GlobalVariable, library: GlobalVariable?) {
    let own = globals.cell(name)
    let library = globals.beneath?.cell(name)
    scope.layout.noteUse(of: own)
    if let library { scope.layout.noteUse(of: library) }
    return (own, library)
  }

  private func readGlobal(_ name: String, _ span: Span) -> Evaluate {
    let (cell, library) = globalCells(name)
    let globals = globals
    let scope = scope
    let site = site(span, [span])
    return { _ in
      let value = cell.value
      if case .unset = value {
        if let library, case let value = library.value {
          if case .unset = value {} else { return value }
        }
        throw located(Problem.unknownName(name, known: scope.visibleNames + globals.known), site: site, [])
      }
      return value
    }
  }

  /// A closure that stores into a name.
  func write(_ name: String) -> (Frame, Value) -> Void {
    guard let place = scope.target(of: name) else {
      let cell = globals.cell(name)
      return { _, value in cell.value = value }
    }
    let slot = place.slot
    if place.hops == 0 { return { $0.slots[slot] = $1 } }
    let hops = place.hops
    return { $0.ancestor(hops).slots[slot] = $1 }
  }

  // MARK: Functions

  func function(_ literal: FunctionLiteral, name: String) -> Evaluate {
    let code = functionCode(literal, name: name)
    return { .function(Closure(code: code, parent: $0)) }
  }

  func functionCode(_ literal: FunctionLiteral, name: String) -> FunctionCode {
    let outer = scope
    let outerIndexDepth = indexDepth
    let outerFunction = functionSpan
    functionSpan = functionSpan ?? literal.span
    defer {
      scope = outer
      indexDepth = outerIndexDepth
      functionSpan = outerFunction
    }
    let layout = FrameLayout(parent: outer.layout)
    scope = NameScope(layout: layout, parent: outer, isFunction: true)
    let parameters = literal.parameters
    for parameter in parameters.positional { _ = scope.bindParameter(parameter.text) }
    let restSlot = parameters.rest.map { scope.bindParameter($0.text) }
    var named: [FunctionCode.NamedSlot] = []
    for parameter in parameters.named {
      let fallback = parameter.fallback.map { expression($0) }
      let slot = scope.bindParameter(parameter.name.text)
      named.append(.init(name: parameter.name.text, slot: slot, fallback: fallback))
    }
    for assigned in Scope.assigned(in: literal.body) { scope.bind(assigned, alwaysSet: false) }
    let body = functionBody(literal.body)
    return FunctionCode(
      name: name, literal: literal, source: compiled, layout: layout, restSlot: restSlot, named: named,
      resultSite: isLibrary || name.isEmpty ? 0 : flowSite(literal.body.last?.span ?? literal.span),
      body: body)
  }

  private func functionBody(_ body: [Statement]) -> Evaluate {
    if body.count == 1, case .expression(let only) = body[0].kind {
      if case .block(let inner) = only.kind { return functionBody(inner) }
      return catchingReturn(expression(only), only)
    }
    let run = sequence(body, keepsValue: true)
    return { frame in
      frame.result = .nothing
      do {
        _ = try run(frame)
      } catch let out as FlowOut {
        guard out.flow == .returned else { throw out }
        return out.value
      }
      return frame.result
    }
  }

  /// A `return` in a block inside the only expression arrives as a thrown `FlowOut`.
  private func catchingReturn(_ evaluate: @escaping Evaluate, _ tree: Expression) -> Evaluate {
    guard tree.holdsBlock else { return evaluate }
    return { frame in
      do {
        return try evaluate(frame)
      } catch let out as FlowOut {
        guard out.flow == .returned else { throw out }
        return out.value
      }
    }
  }
}

extension Frame {
  @inline(__always)
  func ancestor(_ hops: Int) -> Frame {
    var frame = self
    for _ in 0..<hops { frame = frame.parent! }
    return frame
  }
}

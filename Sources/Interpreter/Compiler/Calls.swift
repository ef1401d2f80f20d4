import Numerics
import Syntax

extension Compiler {
  func call(_ callee: Expression, _ arguments: [Argument], _ span: Span) -> Evaluate {
    let site = site(span, arguments.map(\.value.span))
    let target = callable(callee)
    let isPlain = arguments.allSatisfy { $0.name == nil && !$0.isSpread }
    if isPlain, arguments.count == 1, case .gradient(1, let head) = callee.kind {
      return gradientCall(head, callee.span, expression(arguments[0].value), site)
    }
    if isPlain {
      let values = arguments.map { Evaluator(evaluate: expression($0.value)) }
      switch values.count {
      case 1: return call1(target, values[0].evaluate, site)
      case 2: return call2(target, values[0].evaluate, values[1].evaluate, site)
      case 4:
        let first = values[0].evaluate
        let second = values[1].evaluate
        let third = values[2].evaluate
        let fourth = values[3].evaluate
        return { frame in
          let function = try target(frame)
          let a = try first(frame)
          let b = try second(frame)
          let c = try third(frame)
          let d = try fourth(frame)
          return try Compiler.calling(function, site, [a, b, c, d]) { try function.call(a, b, c, d) }
        }
      default:
        return { frame in
          let function = try target(frame)
          var positional: [Value] = []
          positional.reserveCapacity(values.count)
          for value in values { positional.append(try value.evaluate(frame)) }
          return try Compiler.calling(function, site, positional) {
            try function.call(Arguments(positional))
          }
        }
      }
    }
    return callWithNames(target, arguments, site)
  }

  /// `∇f(x)`, without making the function `∇f`.
  private func gradientCall(
    _ head: Expression, _ span: Span, _ value: @escaping Evaluate, _ site: Int32
  ) -> Evaluate {
    let function = differentiated(head, span)
    return { frame in
      let function = try function(frame)
      let argument = try value(frame)
      do {
        if Staging.isOn { Staging.enterGradient() }
        Tape.site = site
        return try Differentiation.gradientAndValue(function, argument).gradient
      } catch {
        throw passed(error, through: Differentiation.gradient(function), site: site, [argument])
      }
    }
  }

  private func call1(
    _ target: @escaping (Frame) throws -> Function, _ value: @escaping Evaluate, _ site: Int32
  ) -> Evaluate {
    { frame in
      let function = try target(frame)
      let argument = try value(frame)
      return try Compiler.calling(function, site, [argument]) { try function.call(argument) }
    }
  }

  private func call2(
    _ target: @escaping (Frame) throws -> Function, _ first: @escaping Evaluate,
    _ second: @escaping Evaluate, _ site: Int32
  ) -> Evaluate {
    { frame in
      let function = try target(frame)
      let a = try first(frame)
      let b = try second(frame)
      return try Compiler.calling(function, site, [a, b]) { try function.call(a, b) }
    }
  }

  private func callWithNames(
    _ target: @escaping (Frame) throws -> Function, _ arguments: [Argument], _ site: Int32
  ) -> Evaluate {
    let parts = arguments.map { ($0.name?.text, $0.isSpread, expression($0.value)) }
    return { frame in
      let function = try target(frame)
      var handed = Arguments([])
      var all: [Value] = []
      do {
        for (name, isSpread, evaluate) in parts {
          let value = try evaluate(frame)
          all.append(value)
          if let name {
            handed.named.append((name, value))
          } else if isSpread, case .record(let record) = value, record.tag == nil {
            for (name, item) in zip(record.names, record.items) { handed.named.append((name, item)) }
          } else if isSpread {
            handed.positional += try Iteration.items(value)
          } else {
            handed.positional.append(value)
          }
        }
      } catch { throw passed(error, through: function, site: site, all) }
      return try Compiler.calling(function, site, all) { try function.call(handed) }
    }
  }

  /// What stands before the parenthesis, as a function.
  private func callable(_ callee: Expression) -> (Frame) throws -> Function {
    let evaluate = expression(callee)
    let site = site(callee.span, [callee.span])
    if case .name(let name) = callee.kind, scope.places(of: name).isEmpty {
      let (cell, library) = globalCells(name)
      return { frame in
        if case .function(let function) = cell.value { return function }
        if case .unset = cell.value, let library, case .function(let function) = library.value {
          return function
        }
        let value = try evaluate(frame)
        throw located(Problem.notCallable(kind: value.kindDescription), site: site, [value])
      }
    }
    return { frame in
      let value = try evaluate(frame)
      if case .function(let function) = value { return function }
      throw located(Problem.notCallable(kind: value.kindDescription), site: site, [value])
    }
  }

  func pipe(_ value: Expression, _ function: Expression, _ span: Span) -> Evaluate {
    call1(callable(function), expression(value), site(span, [value.span]))
  }

  func field(_ base: Expression, _ name: Name) -> Evaluate {
    let evaluate = expression(base)
    let site = site(base.span.union(name.span), [base.span, name.span])
    let text = name.text
    // Records of one place in a program mostly have one shape: look where the field was last time.
    var guess = 0
    return { frame in
      let value = try evaluate(frame)
      if case .record(let record) = value {
        if guess < record.names.count, record.names[guess] == text { return record.items[guess] }
        if let position = record.position(of: text) {
          guess = position
          return record.items[position]
        }
        throw located(Problem.unknownField(text, known: record.names), site: site, [value])
      }
      throw located(Problem.noFields(kind: value.kindDescription, field: text), site: site, [value])
    }
  }

  // MARK: Macros

  func macro(_ name: Name, _ operand: Expression, _ text: Expression?, _ span: Span) -> Evaluate {
    let site = site(span, [operand.span])
    guard let macro = Macro(rawValue: name.text) else {
      let known = Macro.allCases.map(\.rawValue)
      return { _ in throw located(Problem.unknownName("@" + name.text, known: known), site: site, []) }
    }
    switch macro {
    case .assert: return assertion(operand, text, site)
    case .show:
      let evaluate = expression(operand)
      let source = source.text(operand.span)
      return { frame in
        let value = try evaluate(frame)
        try Machine.session?.print(Printer.shown(value, after: source) + "\n")
        return value
      }
    case .time:
      let evaluate = expression(operand)
      return { frame in
        let (start, planned) = (Clock.seconds, LoopPlanner.plannedTurns)
        let value = try evaluate(frame)
        let duration = Clock.duration(Clock.seconds - start)
        let turns = LoopPlanner.plannedTurns &- planned
        let note = turns == 0 ? "" : ", \(turns) turn\(turns == 1 ? "" : "s") by plans"
        try Machine.session?.print("\(duration)\(note)\n")
        return value
      }
    case .code:
      let evaluate = expression(operand)
      return { frame in
        let value = try evaluate(frame)
        guard case .function(let function) = value else {
          throw located(
            Problem.wrongArgument(function: "@code", expected: "a function", got: value.kindDescription),
            site: site, [value])
        }
        let text = Machine.session?.library.source(of: function) ?? ""
        return .record(Record(names: ["source"], items: [.text(text)], tag: .source))
      }
    case .plan: return plan(operand, site)
    }
  }

  /// `@plan f(x)`: the call is made, and what it did is shown.
  private func plan(_ operand: Expression, _ site: Int32) -> Evaluate {
    guard case .call(let callee, let arguments) = operand.kind, arguments.allSatisfy({ !$0.isSpread }) else {
      return { _ in
        throw located(
          Problem.wrongArgument(
            function: "@plan", expected: "a call such as f(x)", got: "another expression"),
          site: site, [])
      }
    }
    let (function, name) = (expression(callee), source.text(callee.span))
    let values = arguments.map { (name: $0.name?.text, evaluate: expression($0.value)) }
    return { frame in
      let called = try function(frame)
      guard case .function(let called) = called else {
        throw located(
          Problem.wrongArgument(
            function: "@plan", expected: "a call of a function", got: called.kindDescription),
          site: site, [called])
      }
      var arguments = Arguments([])
      for (name, evaluate) in values {
        let value = try evaluate(frame)
        if let name { arguments.named.append((name, value)) } else { arguments.positional.append(value) }
      }
      do {
        let outline = try CallOutline(name, called, arguments)
        let text = try Machine.session?.library.plan(of: outline) ?? ""
        return .record(Record(names: ["text"], items: [.text(text)], tag: .plan))
      } catch { throw located(error, site: site, arguments.positional) }
    }
  }

  /// `@assert c "why"`; without a text it shows what stood on both sides.
  private func assertion(_ operand: Expression, _ text: Expression?, _ site: Int32) -> Evaluate {
    let why = text.map { expression($0) }
    let source = source.text(operand.span)
    if why == nil, case .comparison(let first, let links) = operand.kind, links.count == 1 {
      let l = expression(first)
      let r = expression(links[0].right)
      let op = links[0].op
      let sides = self.site(operand.span, [first.span, links[0].right.span])
      return { frame in
        let a = try l(frame)
        let b = try r(frame)
        do {
          let value = try Compiler.compare(op, a, b, sides)
          guard case .tensor(let tensor) = value, let truth = tensor.truth else {
            throw Problem.condition(of: "@assert", got: value.kindDescription, isTensor: true)
          }
          guard truth else {
            throw Problem.assertion(
              text: source, left: Printer.inline(a), relation: op.rawValue, right: Printer.inline(b))
          }
          return .nothing
        } catch { throw located(error, site: sides, [a, b]) }
      }
    }
    let test = condition(operand, of: "@assert")
    return { frame in
      if try test(frame) { return .nothing }
      var message = source
      if let why, case .string(let given) = try why(frame), !given.string.isEmpty { message = given.string }
      throw located(
        Problem.assertion(text: message, left: nil, relation: nil, right: nil), site: site, [.bool(false)])
    }
  }
}

// Operators. The way of two plain numbers is short; tensors go to the numeric core; trees, figures and
// functions take the long way in `Arithmetic`.

import Numerics
import Syntax

extension Compiler {
  func unary(_ op: UnaryOperator, _ operand: Expression, _ span: Span) -> Evaluate {
    let evaluate = expression(operand)
    let site = site(span, [operand.span])
    switch op {
    case .negate:
      if case .number(let number) = operand.kind { return constant(.number(-number)) }
      return { frame in
        let value = try evaluate(frame)
        do {
          if case .tensor(let tensor) = value {
            Tape.site = site
            return .tensor(try Operations.negate(tensor))
          }
          return try Arithmetic.negate(value)
        } catch { throw located(error, site: site, [value]) }
      }
    case .not: return onTensor("!", evaluate, site, Operations.not)
    case .root: return onTensor("√", evaluate, site, Operations.sqrt)
    }
  }

  /// An operator that only tensors have.
  private func onTensor(
    _ symbol: String, _ evaluate: @escaping Evaluate, _ site: Int32,
    _ operation: @escaping (Tensor) throws -> Tensor
  ) -> Evaluate {
    { frame in
      let value = try evaluate(frame)
      do {
        guard case .tensor(let tensor) = value else {
          throw Problem.wrongOperands(operation: symbol, [value.kindDescription])
        }
        Tape.site = site
        return .tensor(try operation(tensor))
      } catch { throw located(error, site: site, [value]) }
    }
  }

  func binary(_ op: BinaryOperator, _ left: Expression, _ right: Expression, _ span: Span) -> Evaluate {
    if op == .power, case .unary(.negate, let exponent) = right.kind, case .number(1) = exponent.kind {
      return inversePower(left, span)
    }
    let site = site(span, [left.span, right.span])
    let op = op.operation
    return op.meaning.compile(self, op, left, right, site)
  }

  /// `A⁻¹`: the reciprocal of a number; of a matrix an error that knows the two ways out.
  private func inversePower(_ operand: Expression, _ span: Span) -> Evaluate {
    let evaluate = expression(operand)
    let site = site(span, [operand.span])
    return { frame in
      let value = try evaluate(frame)
      do {
        guard case .tensor(let tensor) = value else {
          throw Problem.wrongOperands(operation: "^", [value.kindDescription, "a number"])
        }
        guard tensor.rank < 2 else { throw Problem.inverseOfTensor(rank: tensor.rank) }
        Tape.site = site
        return .tensor(try Operations.divide(Tensor(1), tensor))
      } catch { throw located(error, site: site, [value]) }
    }
  }

  /// An operator of tensors, and of what `Arithmetic` says.
  func tensors(
    _ operation: @escaping (Tensor, Tensor) throws -> Tensor, _ left: Expression, _ right: Expression,
    _ op: BinaryOperator, _ site: Int32
  ) -> Evaluate {
    let l = expression(left)
    let r = expression(right)
    return { frame in
      var first = try l(frame)
      var second = try r(frame)
      return try Arithmetic.apply(operation, op, &first, &second, site)
    }
  }

  /// An operator of functions.
  func functions(
    _ operation: @escaping (Function, Function) -> Function, _ left: Expression, _ right: Expression,
    _ op: BinaryOperator, _ site: Int32
  ) -> Evaluate {
    let l = expression(left)
    let r = expression(right)
    return { frame in
      let (a, b) = (try l(frame), try r(frame))
      guard case .function(let f) = a, case .function(let g) = b else {
        throw located(
          Problem.wrongOperands(operation: op.rawValue, [a.kindDescription, b.kindDescription]), site: site,
          [a, b])
      }
      return .function(operation(f, g))
    }
  }

  /// The common operators: numbers in variables are read where they are.
  func hot<Operation: TensorOperation>(
    _ type: Operation.Type, _ left: Expression, _ right: Expression, _ op: BinaryOperator, _ site: Int32
  ) -> Evaluate {
    let l = expression(left)
    let r = expression(right)
    @inline(__always)
    func numbers(_ x: Tensor, _ y: Tensor) throws -> Value {
      Tape.site = site
      do {
        return .tensor(try Operation.apply(x, y))
      } catch { throw located(error, site: site, [.tensor(x), .tensor(y)]) }
    }
    @inline(__always)
    func values(_ first: Value, _ second: Value) throws -> Value {
      var (first, second) = (first, second)
      return try Arithmetic.apply(Operation.apply, op, &first, &second, site)
    }
    switch (localSlot(left), localSlot(right)) {
    case (let a?, let b?):
      return { frame in
        let (p, q) = (frame.slots + a, frame.slots + b)
        if let x = Value.scalar(p), let y = Value.scalar(q) { return try numbers(x, y) }
        if p.pointee.isSet, q.pointee.isSet { return try Arithmetic.apply(Operation.apply, op, p, q, site) }
        return try values(try l(frame), try r(frame))
      }
    case (let a?, nil):
      if let constant = right.number {
        return { frame in
          if let x = Value.scalar(frame.slots + a) { return try numbers(x, Tensor(constant)) }
          return try values(try l(frame), .number(constant))
        }
      }
      return { frame in
        var first = try l(frame)
        var second = try r(frame)
        if let x = Value.scalar(&first), let y = Value.scalar(&second) { return try numbers(x, y) }
        return try Arithmetic.apply(Operation.apply, op, &first, &second, site)
      }
    case (nil, let b?):
      if let constant = left.number {
        return { frame in
          let q = frame.slots + b
          if let y = Value.scalar(q) { return try numbers(Tensor(constant), y) }
          return try values(.number(constant), try r(frame))
        }
      }
      return { frame in
        var first = try l(frame)
        let q = frame.slots + b
        if let x = Value.scalar(&first), let y = Value.scalar(q) { return try numbers(x, y) }
        if q.pointee.isSet { return try Arithmetic.apply(Operation.apply, op, &first, q, site) }
        return try values(first, try r(frame))
      }
    case (nil, nil):
      if let constant = right.number {
        return { frame in
          var first = try l(frame)
          if let x = Value.scalar(&first) { return try numbers(x, Tensor(constant)) }
          return try values(first, .number(constant))
        }
      }
      if let constant = left.number {
        return { frame in
          var second = try r(frame)
          if let y = Value.scalar(&second) { return try numbers(Tensor(constant), y) }
          return try values(.number(constant), second)
        }
      }
      return { frame in
        var first = try l(frame)
        var second = try r(frame)
        if let x = Value.scalar(&first), let y = Value.scalar(&second) { return try numbers(x, y) }
        return try Arithmetic.apply(Operation.apply, op, &first, &second, site)
      }
    }
  }

  /// The slot of a name that is a local of this very frame.
  private func localSlot(_ tree: Expression) -> Int? {
    guard case .name(let name) = tree.kind, let place = scope.places(of: name).first, place.hops == 0 else {
      return nil
    }
    return place.slot
  }

  // MARK: Comparisons

  func comparison(_ first: Expression, _ links: [Syntax.Comparison]) -> Evaluate {
    links.count == 1 ? compareTwo(links[0].op, first, links[0].right) : chain(first, links)
  }

  private func compareTwo(_ op: ComparisonOperator, _ left: Expression, _ right: Expression) -> Evaluate {
    let l = expression(left)
    let r = expression(right)
    let site = site(left.span.union(right.span), [left.span, right.span])
    let comparison = op.meaning.elementwise
    if let comparison, let p = localSlot(left), let q = localSlot(right) {
      return { frame in
        if let x = Value.scalar(frame.slots + p), let y = Value.scalar(frame.slots + q), x.type == .f64,
          y.type == .f64
        {
          return Compiler.compare(comparison, x, y)
        }
        let a = try l(frame)
        let b = try r(frame)
        return try Compiler.compare(op, a, b, site)
      }
    }
    return { frame in
      var a = try l(frame)
      var b = try r(frame)
      if let comparison, let x = Value.scalar(&a), let y = Value.scalar(&b), x.type == .f64, y.type == .f64 {
        return Compiler.compare(comparison, x, y)
      }
      return try Compiler.compare(op, a, b, site)
    }
  }

  private func chain(_ first: Expression, _ links: [Syntax.Comparison]) -> Evaluate {
    let operands = ([first] + links.map(\.right)).map { ($0.span, expression($0)) }
    let ops = links.map(\.op)
    let sites = links.indices.map {
      site(operands[$0].0.union(operands[$0 + 1].0), [operands[$0].0, operands[$0 + 1].0])
    }
    return { frame in
      let values = try operands.map { try $0.1(frame) }
      var result: Value?
      for index in ops.indices {
        let (a, b) = (values[index], values[index + 1])
        let link = try Compiler.compare(ops[index], a, b, sites[index])
        do {
          result = try result.map { try Arithmetic.conjunction($0, link) } ?? link
        } catch { throw located(error, site: sites[index], [a, b]) }
      }
      return result ?? .bool(true)
    }
  }

  // MARK: Conditions

  /// An expression that must be one bool.
  func condition(_ tree: Expression, of construct: String) -> (Frame) throws -> Bool {
    let evaluate = expression(tree)
    let site = site(tree.span, [tree.span])
    return { frame in
      var value = try evaluate(frame)
      if let number = Value.scalar(&value), let truth = number.truth { return truth }
      var isTensor = false
      if case .tensor(let tensor) = value { isTensor = !tensor.isScalar }
      throw located(
        Problem.condition(of: construct, got: value.kindDescription, isTensor: isTensor), site: site, [value])
    }
  }

  func shortCircuit(_ isAnd: Bool, _ left: Expression, _ right: Expression) -> Evaluate {
    let l = condition(left, of: isAnd ? "&&" : "||")
    let r = condition(right, of: isAnd ? "&&" : "||")
    if isAnd { return { .bool(try l($0) && r($0)) } }
    return { .bool(try l($0) || r($0)) }
  }

  func conditional(_ test: Expression, _ yes: Expression, _ no: Expression) -> Evaluate {
    let test = condition(test, of: "?")
    let yes = expression(yes)
    let no = expression(no)
    return { try test($0) ? try yes($0) : try no($0) }
  }

  // MARK: Primes

  func transpose(_ operand: Expression, _ span: Span) -> Evaluate {
    onTensor("ᵀ", expression(operand), site(span, [operand.span]), Operations.transpose)
  }

  /// `f′` is a derivative, `A'` a transpose: what stands before it decides.
  func prime(_ operand: Expression, _ count: Int, _ span: Span) -> Evaluate {
    let evaluate = expression(operand)
    let site = site(span, [operand.span])
    return { frame in
      let value = try evaluate(frame)
      do {
        switch value {
        case .function(let function):
          return .function((0..<count).reduce(function) { f, _ in Differentiation.derivative(f) })
        case .tensor(var tensor):
          Tape.site = site
          for _ in 0..<count { tensor = try Operations.transpose(tensor) }
          return .tensor(tensor)
        default: throw Problem.wrongOperands(operation: "′", [value.kindDescription])
        }
      } catch { throw located(error, site: site, [value]) }
    }
  }

  // MARK: Derivatives

  func gradient(_ order: Int, _ head: Expression, _ span: Span) -> Evaluate {
    let function = differentiated(head, span, order)
    if order == 1 { return { .function(Differentiation.gradient(try function($0))) } }
    return { .function(Differentiation.hessian(try function($0))) }
  }

  /// What stands behind ∇, as a function.
  func differentiated(
    _ head: Expression, _ span: Span, _ order: Int = 1
  ) -> (Frame) throws -> Function {
    let evaluate = expression(head)
    let site = site(span, [head.span])
    let symbol = order == 1 ? "∇" : "∇²"
    return { frame in
      let value = try evaluate(frame)
      if case .function(let function) = value { return function }
      throw located(Problem.wrongOperands(operation: symbol, [value.kindDescription]), site: site, [value])
    }
  }

  func partial(_ head: Expression, _ names: [Name], _ span: Span) -> Evaluate {
    let evaluate = expression(head)
    let site = site(span, [head.span] + names.map(\.span))
    return { frame in
      let value = try evaluate(frame)
      do {
        guard case .function(var function) = value else {
          throw Problem.wrongOperands(operation: "∂", [value.kindDescription])
        }
        for name in names { function = try Differentiation.partial(function, name.text) }
        return .function(function)
      } catch { throw located(error, site: site, [value]) }
    }
  }
}

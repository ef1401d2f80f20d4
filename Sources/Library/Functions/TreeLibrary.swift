import CVector
import Interpreter
import Numerics

extension LibraryBuilder {
  /// Functions on trees: tuples and records of tensors, to any depth.
  func addTrees() {
    add(
      "map(f, θ, trees...)",
      """
      `f` applied to the leaves of `θ`; of several trees, to their leaves side by side.

      > map(x -> x / 2, (W = [2, 4], b = 6))
      (W = [1, 2], b = 3)

      See also: leaves, for, vmap
      """, numberUse: .untraced
    ) {
      let f = try $0.function(0, "map")
      f.willBeCalledByLibrary()
      return try Trees.map(Array($0.positional.dropFirst()), operation: "map") { leaves in
        leaves.count == 1 ? try f.call(leaves[0]) : try f.call(Arguments(leaves))
      }
    }
    add1(
      "leaves(θ)",
      """
      The leaves of a tree from left to right, as a tuple.

      > leaves((W = [1, 2], b = 3))
      ([1, 2], 3)

      See also: flatten, map, pairs
      """
    ) { .items(Trees.leaves($0)) }
    add1(
      "flatten(θ)",
      """
      All numbers of a tensor or tree in one vector, fields in the order written.

      > flatten((W = [1 2; 3 4], b = 5))
      5 f64
       1  2  3  4  5

      See also: unflatten, leaves, reshape
      """, numberUse: .untraced
    ) {
      .tensor(try Trees.flatten($0))
    }
    add1(
      "as_tensor(θ)",
      "For the library: a tensor as it is, a tree as its flatten: one tensor for a point of any kind.",
      numberUse: .untraced
    ) {
      .tensor(try Trees.flattenUnlessTensor($0))
    }
    add2(
      "unflatten(v, θ)",
      """
      The vector `v` cut into the structure and the shapes of `θ`: the inverse of flatten.

      > unflatten([1, 2, 3], (a = 0, b = [0, 0]))
      (a = 1, b = [2, 3])

      See also: flatten
      """
    ) {
      try Trees.unflatten(try $0.tensor("unflatten"), $1)
    }
    add(
      "merge(θ, records...)",
      """
      One record with the fields of all; later ones win.

      > merge((a = 1, b = 2), (b = 3))
      (a = 1, b = 3)

      See also: pairs, keys
      """
    ) { arguments in
      var result = Record(names: [], items: [])
      for value in arguments.positional {
        guard case .record(let record) = value else {
          throw Problem.wrongArgument(function: "merge", expected: "records", got: value.kindDescription)
        }
        for (name, item) in zip(record.names, record.items) { result = result.replacing(name, with: item) }
      }
      return .record(result)
    }
    add1(
      "pairs(θ)",
      """
      The fields of a record as a tuple of (name, value); of a tuple, of (position, value).

      > pairs((a = 1, b = 2))
      (("a", 1), ("b", 2))

      See also: keys, enumerate, for
      """
    ) {
      switch $0 {
      case .record(let record):
        return .items(zip(record.names, record.items).map { .items([.text($0), $1]) })
      default: return try numbered($0)
      }
    }
    add1(
      "keys(θ)",
      """
      The names of a record's fields, as a tuple of strings.

      > keys((a = 1, b = 2))
      ("a", "b")

      See also: pairs, merge
      """
    ) {
      guard case .record(let record) = $0 else {
        throw Problem.wrongArgument(function: "keys", expected: "a record", got: $0.kindDescription)
      }
      return .items(record.names.map(Value.text))
    }
    add1(
      "zeros_like(θ)",
      """
      Zeros of the shape and element type of `θ`, trees leaf by leaf.

      > zeros_like((W = [1 2; 3 4], b = 5))
      (W = [0 0; 0 0], b = 0)

      See also: ones_like, zeros
      """, numberUse: .untraced
    ) { value in
      try Trees.map(value) { .tensor(try zeros(like: try $0.tensor("zeros_like"))) }
    }
    add1(
      "ones_like(θ)",
      """
      Ones of the shape and element type of `θ`, trees leaf by leaf.

      > ones_like([1, 2])
      2 f64
       1  1

      See also: zeros_like, ones
      """, numberUse: .untraced
    ) { value in
      try Trees.map(value) { .tensor(try Differentiation.ones(like: try $0.tensor("ones_like").primal)) }
    }
    addTreeReductions()
  }

  /// The rows of the table that have a meaning on whole trees too.
  private func addTreeReductions() {
    extend("norm") { tree in
      if case .tuple(let tuple) = tree, tuple.count == 2, case .tensor(let x) = tuple[0], x.isFreeNumber,
        case .tensor(let y) = tuple[1], y.isFreeNumber
      {
        if let trace = PlanTrace.current, !x.isPlain || !y.isPlain { return .tensor(trace.norm(x, y)) }
        return .number(vector_hypot_f64(x.scalar, y.scalar))
      }
      return .tensor(try Operations.norm(try Trees.flatten(tree)))
    }
    extend("sum") { tree in
      guard case .tuple(let tuple) = tree else { return nil }
      guard let first = tuple.items.first else { return .number(0) }
      return try tuple.items.dropFirst().reduce(first) { try Arithmetic.binary(.add, $0, $1) }
    }
    extendTwo("push") { xs, x in
      switch (xs, x) {
      case (.tuple(let tuple), _): return .items(tuple.items + [x])
      case (_, .tensor): return nil
      case (.tensor(let none), _) where none.shape == [0]: return .items([x])
      default: return nil
      }
    }
    extendTwo("dot") { x, y in
      guard x.isTree else { return nil }
      var total = Tensor(0)
      _ = try Trees.map2(x, y, operation: "dot") { a, b in
        let part = try Operations.inner(try a.tensor("dot"), try b.tensor("dot"))
        total = try Operations.add(total, part)
        return a
      }
      return .tensor(total)
    }
  }

  /// Gives a function of the table a case for one tree; `body` answers `nil` where it is not that case.
  private func extend(_ name: String, _ body: @escaping (Value) throws -> Value?) {
    guard let original = Library.existing(name, in: globals) as? Builtin else { return }
    set(
      name,
      .function(
        Builtin(
          original.header, arity: original.arity, documentation: original.text,
          numberUse: original.numberUse == .none ? .none : .untraced, isFollowed: original.isFollowed,
          unary: { value in
            if value.isTree, let result = try body(value) { return result }
            return try original.call(value)
          },
          body: { try original.call($0) })))
  }

  /// The same for two values.
  private func extendTwo(_ name: String, _ body: @escaping (Value, Value) throws -> Value?) {
    guard let original = Library.existing(name, in: globals) as? Builtin else { return }
    set(
      name,
      .function(
        Builtin(
          original.header, arity: original.arity, documentation: original.text,
          numberUse: original.numberUse == .none ? .none : .untraced, isFollowed: original.isFollowed,
          binary: { try body($0, $1) ?? original.call($0, $1) },
          body: { arguments in
            let given = arguments.positional
            if given.count == 2, let result = try body(given[0], given[1]) { return result }
            return try original.call(arguments)
          })))
  }
}

extension Library {
  static func existing(_ name: String, in globals: Globals) -> Function? {
    if case .function(let function) = globals.cell(name).value { return function }
    return nil
  }
}

func zeros(like tensor: Tensor) throws -> Tensor {
  Tensor([Double](repeating: 0, count: tensor.count), shape: tensor.shape, type: tensor.type)
}

extension LibraryBuilder {
  /// Functions that go through things.
  func addSequences() {
    add1(
      "enumerate(xs)",
      """
      A tuple of (position, item), positions from 1.

      > for (i, x) in enumerate([10, 20])
      >   println(i, ": ", x)
      > end
      1: 10
      2: 20

      See also: zip, for, pairs
      """
    ) {
      try numbered($0)
    }
    add(
      "zip(xs, ys, more...)",
      """
      A tuple of tuples of the items side by side; ends with the shortest.

      > for (x, y) in zip([1, 2], ("a", "b"))
      >   println(x, y)
      > end
      1a
      2b

      See also: enumerate, for
      """
    ) {
      let columns = try $0.positional.map(Iteration.items)
      let count = columns.map(\.count).min() ?? 0
      return try beside(count) { i in columns.map { $0[i] } }
    }
    add(
      "iterate(step, x₀, n)",
      """
      All states of `x = step(x)` from `x₀` on: `n + 1` of them, stacked where they are tensors of one
      shape. A `step` of several parameters takes the parts of a tuple.

      > iterate(x -> x / 2, 1, 4)
      5 f64
       1.0  0.5  0.25  0.125  0.0625

      > iterate((a, b) -> (b, a + b), (0, 1), 3)
      ((0, 1), (1, 1), (1, 2), (2, 3))

      See also: descend, for
      """
    ) {
      let step = try $0.function(0, "iterate").ofPoint
      var states = [$0.positional[1]]
      for _ in 0..<(try $0.positional[2].whole("iterate")) {
        try Machine.poll()
        if states.count == states.capacity { try Iteration.reserve(2 * states.count) }
        states.append(try step.call(states[states.count - 1]))
      }
      return try Stacking.stack(states)
    }
    add(
      "close(a, b; rtol = 1e-6, atol = 1e-8)",
      """
      Whether every `|a − b|` is at most `atol + rtol·|b|`: `≈` with your own tolerances.

      > close(1.001, 1; rtol = 0.01)
      true

      See also: ≈, ==
      """
    ) {
      let relative = try $0.number("rtol", function: "close", default: 1e-6)
      let absolute = try $0.number("atol", function: "close", default: 1e-8)
      return .bool(
        Arithmetic.isClose($0.positional[0], $0.positional[1], relative: relative, absolute: absolute))
    }
    add1(
      "error(message)",
      """
      Ends the cell with a ValueError that says so; `try … catch e … end` receives it.

      > error("the rate must be positive")
      ValueError: the rate must be positive

      See also: @assert, try
      """
    ) {
      throw Problem.raised(try $0.string("error"))
    }
  }

  func addShapes() {
    add1(
      "shape(x)",
      """
      The lengths of the axes, as a tuple: `()` for a number.

      > shape(zeros(2, 3))
      (2, 3)

      See also: length, rank, reshape
      """, numberUse: .untraced, isFollowed: true
    ) {
      .items(try $0.tensor("shape").shape.map { .number(Double($0)) })
    }
    add1(
      "length(x)",
      """
      The length of a vector, a tuple or a string; of a tensor the length of its first axis.

      > length([1 2; 3 4; 5 6])
      3

      > length("∇f")
      2

      See also: shape, rank
      """, numberUse: .untraced, isFollowed: true
    ) {
      switch $0 {
      case .tuple(let tuple): return .number(Double(tuple.items.count))
      case .record(let record): return .number(Double(record.items.count))
      case .string(let text): return .number(Double(try text.count()))
      default:
        let tensor = try $0.tensor("length")
        return .number(Double(tensor.isScalar ? 1 : tensor.shape[0]))
      }
    }
    add1(
      "rank(x)",
      """
      How many axes a tensor has: 0 for a number.

      > rank(zeros(2, 3))
      2

      See also: shape, length
      """, numberUse: .untraced, isFollowed: true
    ) {
      .number(Double(try $0.tensor("rank").rank))
    }
  }
}

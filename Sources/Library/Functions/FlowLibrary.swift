import Figures
import Interpreter
import Numerics

extension LibraryBuilder {
  /// What looks at a gradient on its way back.
  func addFlow() {
    addForwarding(
      "flow(L, θ...)",
      """
      Runs `L(θ)` and its gradient once and remembers every named intermediate of the source, those of the functions
      it calls too. Shows as gradient flow; as a record it has a field for each name and each variable, with
      `line shape norm adjoint` (the norm of its adjoint), the shares `zeros saturated dead subnormals underflows`
      of it, vectors of these for the turns of a loop, and `value`, `gradient` and `lines`. Named arguments go to `L`. In
      the place of `θ` may stand an earlier step, `at(history, 300)`: its parameters, its batch and its random numbers.

      > L(w; x) = begin h = tanh(w * x); h² end
      > flow(L, 0.5; x = 2).h.adjoint
      1.523188311911529

      See also: gradflow, diagnose, show_tape, at
      """
    ) { arguments in
      try FlowCall.of(arguments, "flow") { f, rest in
        try FlowRecorder(f: f, arguments: rest).record().record(of: rest, f)
      }
    }
    addForwarding(
      "gradflow(L, θ...)",
      """
      The gradient on its way back through `L(θ)`: in the source, a bar for the adjoint beside each of the
      functions' own lines, a loop as a strip with a cell a turn; or with `view = "graph"` as a graph of the named
      values, edges as wide as the gradient that flows along them and dotted where none does. `title` names the
      figure, other named arguments go to `L`, also together as `data = (; X, y)`.

      > L(w; x) = begin h = tanh(w * x); h² end
      > gradflow(L, 0.5; x = 2)
      Gradient flow of L = 0.58: 3 named values, adjoint 1 at L, 1.523 at h.
      > cut(w; x) = begin h = tanh(w * x); c = stop(h); h² + c end
      > gradflow(cut, 0.5; x = 2, view = "graph")
      Gradient flow of cut = 1.342: 4 named values, adjoint 1 at cut, 1.523 at h, no path from c. 4 nodes, 4 edges.

      See also: flow, diagnose
      """
    ) { arguments in
      try FlowCall.of(arguments, "gradflow") { f, rest in
        var rest = rest
        var view = "source"
        var title: String?
        let own = Set(f.signature.named)
        for (name, value) in rest.named where !own.contains(name) {
          if name == "view" { view = try value.string("gradflow") }
          if name == "title", case .string(let text) = value { title = text.string }
        }
        rest.named.removeAll { ["view", "title"].contains($0.name) && !own.contains($0.name) }
        guard view == "source" || view == "graph" else {
          throw Problem.badValue(
            function: "gradflow", reason: "view is \"source\" or \"graph\", not \"\(view)\"")
        }
        let data = try FlowRecorder(f: f, arguments: rest).record().figureData
        return .figure(
          FigureValue(
            view == "graph"
              ? .gradientFlowGraph(data, title: title) : .gradientFlowSource(data, title: title)))
      }
    }
    addForwarding(
      "computation_graph(f, x...)",
      """
      The computation of `f(x)` as a graph, an operation a node: in each the value on the way there and the derivative
      of the result by it on the way back, of a tensor their norms. Values that the source names have their names.
      `title` names the figure, other named arguments go to `f`.

      > computation_graph((x, y) -> (x + y) * sin(x), 1, 2)
      Computation of f = 2.524 in 3 operations, ∂/∂x = 2.462, ∂/∂y = 0.8415.

      See also: show_tape, gradflow, grad
      """
    ) { arguments in
      try FlowCall.of(arguments, "computation_graph") { f, rest in
        var rest = rest
        var title: String?
        if !f.signature.named.contains("title"),
          let place = rest.named.firstIndex(where: { $0.name == "title" })
        {
          title = try rest.named.remove(at: place).value.string("computation_graph")
        }
        return .figure(
          FigureValue(
            .computationGraph(
              try Differentiation.computationGraph(f, rest.positional, named: rest.named), title: title)))
      }
    }
    add1(
      "leaf_names(θ)",
      "For the library: what a program writes for each leaf of a tree, without the name of the whole."
    ) {
      let names = Paths.of($0, "").map(\.path)
      return .items(names.map { .text($0.isEmpty ? "θ" : $0.hasPrefix(".") ? String($0.dropFirst()) : $0) })
    }
    add1(
      "flow_tensors(flow)",
      "For the library: the named intermediates of a flow as (name, value, adjoint) in the order of computation, a turn of a loop each."
    ) {
      guard case .record(let record) = $0, let trace = record.payload as? FlowTrace else {
        throw Problem.wrongArgument(
          function: "flow_tensors", expected: "what flow gives", got: $0.kindDescription)
      }
      return .items(trace.tensors)
    }
    addForwarding(
      "diagnose(L, θ...)",
      """
      Says in words what is wrong with the gradient of `L` at `θ` and where, and what to try: not finite, cut off by
      `stop` or a constant, underflowed, dead, saturated, exploding, vanishing, ill-conditioned. A record with
      `kind where line` of the cause and all `findings`; `kind` is "healthy" where nothing is wrong.

      > L(w; x) = begin h = stop(tanh(w * x)); h² end
      > diagnose(L, 0.5; x = 2).kind
      cut off

      See also: flow, gradflow, check_gradient
      """
    ) { arguments in
      try FlowCall.of(arguments, "diagnose") { f, rest in
        Diagnosis(try FlowRecorder(f: f, arguments: rest).record()).record
      }
    }
  }
}

/// The function and what it is called with.
enum FlowCall {
  /// What `body` makes of the function and its arguments; at an earlier step of a descent or a training with the point,
  /// the batch and the random numbers of that step.
  static func of(
    _ arguments: Arguments, _ name: String, _ body: (Function, Arguments) throws -> Value
  ) throws -> Value {
    guard arguments.positional.count == 2, case .record(let moment) = arguments.positional[1],
      moment.tag == .moment, let point = moment["point"], let random = moment["random"]
    else {
      let (f, rest) = try split(arguments, name)
      return try body(f, rest)
    }
    var arguments = arguments
    let f = try arguments.function(0, name)
    if case .tuple(let parts) = point, f.positionalCount ?? 1 == parts.count {
      arguments.positional = [arguments.positional[0]] + parts.items
    } else {
      arguments.positional[1] = point
    }
    var (_, rest) = try split(arguments, name)
    if let batch = moment["batch"] {
      let given = Set(rest.named.map(\.name))
      rest.named += try LibraryBuilder.named(batch, for: f).filter { !given.contains($0.name) }
    }
    let own = Random.state
    Random.state = try RandomState.read(random)
    defer { Random.state = own }
    return try body(f, rest)
  }

  private static func split(_ arguments: Arguments, _ name: String) throws -> (Function, Arguments) {
    let f = try arguments.function(0, name)
    guard arguments.positional.count > 1 else {
      throw Problem.argumentCount(
        signature: Signature(parsing: "\(name)(L, θ...)"), given: arguments.positional.count, 2...Int.max)
    }
    var named = arguments.named
    // As in `train`, the named arguments of L may come together as `data`.
    if !f.signature.named.contains("data"), let place = named.firstIndex(where: { $0.name == "data" }) {
      named += try LibraryBuilder.named(named.remove(at: place).value, for: f)
    }
    return (f, Arguments(Array(arguments.positional.dropFirst()), named: named))
  }
}

import CVector
import Figures
import Interpreter
import Numerics
import Syntax

// A trace as the figures take it, and as the record that programs read.

extension FlowTrace {
  /// More steps than this are drawn as one node a name.
  private static let mostNodes = 36

  private func item(_ name: String, _ steps: [FlowStep], isFirstBroken: Bool) -> FlowData.Item {
    let dead = steps.map(\.dead).max() ?? 0
    return FlowData.Item(
      name: name, adjoints: steps.map { $0.adjointSize ?? .nan }, values: steps.map(\.valueSize),
      mark: mark(steps, isFirstBroken), saturated: steps.compactMap(\.saturated).max(), dead: dead)
  }

  private func mark(_ steps: [FlowStep], _ isFirstBroken: Bool) -> FlowData.Mark? {
    if steps.contains(where: { !$0.isValueFinite || !$0.isAdjointFinite }) {
      return .notFinite(isFirst: isFirstBroken)
    }
    if steps.allSatisfy({ !$0.reachesLoss }) { return .noPath }
    let lost = steps.map(\.underflows).max() ?? 0
    if lost > 0 { return .underflow(lost) }
    if steps.allSatisfy({ $0.zeros == 1 }) { return .zero }
    return nil
  }

  var figureData: FlowData {
    let broken = Diagnosis(self).notFinite()
    let graph = graph(broken)
    return FlowData(
      function: function, loss: loss.value(), variables: variables.map { item($0, broken) },
      sections: sections(broken), nodes: graph.nodes, edges: graph.edges,
      firstNotFinite: broken.map { "\($0.name): \($0.says)" })
  }

  private func item(_ variable: FlowVariable, _ broken: Finding?) -> FlowData.Item {
    let isFirst = broken.map { $0.site == nil && $0.name == variable.path } ?? false
    return item(variable.path, [variable.step], isFirstBroken: isFirst)
  }

  /// Whether the first NaN or Inf came up on that line.
  private func isBroken(_ line: FlowLine, _ broken: Finding?) -> Bool {
    broken.map { $0.site == line.site && $0.name == line.name } ?? false
  }

  /// The functions in the order in which their first values were named, each with all its lines.
  private func sections(_ broken: Finding?) -> [FlowData.Section] {
    var order: [String] = []
    var groups: [String: (source: CompiledSource, span: Span, lines: [FlowLine])] = [:]
    for line in lines {
      guard let site = Machine.sites[line.site], let compiled = Machine.sites.source(of: site),
        let span = site.operands.first
      else { continue }
      let key = "\(ObjectIdentifier(site.source)) \(span.start)"
      if groups[key] == nil {
        order.append(key)
        groups[key] = (compiled, span, [])
      }
      groups[key]!.lines.append(line)
    }
    return order.map { section(groups[$0]!.source.source, groups[$0]!.span, groups[$0]!.lines, broken) }
  }

  private func section(_ source: Source, _ span: Span, _ lines: [FlowLine], _ broken: Finding?)
    -> FlowData.Section
  {
    let first = source.line(of: span.start)
    let last = source.line(of: max(span.start, span.end - 1))
    let indent = source.lineText(first).prefix { $0 == " " }.count
    let shown = (first...last).map { number in
      let here = lines.filter { Machine.sites[$0.site].map { source.line(of: $0.span.start) } == number }
      // The value of a function says nothing new beside the name of the same value.
      let named = Set(here.filter { !$0.isResult }.compactMap { $0.steps.last?.node })
      let items = here.filter { line in
        !line.isResult || !(line.steps.last?.node.map(named.contains) ?? false)
      }.map { item($0.name, $0.steps, isFirstBroken: isBroken($0, broken)) }
      let text = source.lineText(number)
      return FlowData.Line(
        number: number, text: String(text.dropFirst(min(indent, text.prefix { $0 == " " }.count))),
        items: items)
    }
    return FlowData.Section(place: source.name, lines: shown)
  }

  /// The named values, those without a path to the loss too; the turns of a loop are one node where they are many.
  private func graph(_ broken: Finding?) -> (nodes: [FlowData.Node], edges: [FlowData.Edge]) {
    let places = FlowEdges.places(variables, lines)
    let isCrowded = places.count > FlowTrace.mostNodes
    var nodes: [FlowData.Node] = []
    var node = [Int](repeating: 0, count: places.count)
    var known: [String: Int] = [:]
    let end = places.lastIndex(where: \.reachesLoss)
    for (place, entry) in places.enumerated() {
      let isLast = place == end
      switch entry.label {
      case .variable(let index):
        node[place] = nodes.count
        nodes.append(
          FlowData.Node(
            item: item(variables[index], broken), isVariable: true, isLoss: false))
      case .line(let index, let turn):
        let line = lines[index]
        let key = "\(line.site) \(line.name)"
        if isCrowded, let same = known[key] {
          node[place] = same
          continue
        }
        known[key] = nodes.count
        node[place] = nodes.count
        let several = line.steps.count > 1 && !isCrowded
        let isFirst = isBroken(line, broken) && (!several || broken?.turn == turn + 1)
        nodes.append(
          FlowData.Node(
            item: item(
              several ? line.name + (turn + 1).subscripted : line.name,
              isCrowded ? line.steps : [line.steps[turn]], isFirstBroken: isFirst), isVariable: false,
            isLoss: isLast))
      }
    }
    var sizes: [[Int]: Double] = [:]
    for edge in edges where edge.from < node.count && edge.to < node.count {
      // Within a loop a value leads to itself, and what came later to what came before: those are not drawn.
      guard node[edge.from] < node[edge.to] else { continue }
      // The square of a gradient that vanishes or explodes is no number.
      let way = [node[edge.from], node[edge.to]]
      sizes[way] = vector_hypot_f64(sizes[way] ?? 0, edge.size)
    }
    let drawn = sizes.map { FlowData.Edge(from: $0.key[0], to: $0.key[1], size: $0.value) }
    return (nodes, drawn.sorted { ($0.from, $0.to) < ($1.from, $1.to) })
  }

  // MARK: The record

  /// The record that `flow` gives: a field for each name.
  func record(of arguments: Arguments, _ f: Function) -> Value {
    var names: [String] = []
    var items: [Value] = []
    func set(_ name: String, _ value: Value) {
      if let place = names.firstIndex(of: name) {
        items[place] = value
      } else {
        names.append(name)
        items.append(value)
      }
    }
    var position = 0
    for (index, argument) in arguments.positional.enumerated() {
      set(
        f.parameterName(index) ?? "x",
        Trees.map(argument) { leaf in
          guard position < variables.count else { return leaf }
          defer { position += 1 }
          return FlowTrace.statistics([variables[position].step], line: nil)
        })
    }
    let statistics = lines.map { line in
      (
        line,
        FlowTrace.statistics(
          line.steps,
          line: Machine.sites[line.site].flatMap { site in
            Machine.sites.source(of: site).map { $0.source.line(of: site.span.start) }
          })
      )
    }
    // A variable of that name is what is meant, before the function that computed it.
    for isResult in [true, false] {
      for (line, record) in statistics where line.isResult == isResult { set(line.name, record) }
    }
    for (name, value) in [
      ("value", Value.tensor(loss)), ("gradient", gradient),
      (
        "lines",
        .items(
          statistics.map { line, record in
            .record(Record(names: ["name", "seen"], items: [.text(line.name), record]))
          })
      ),
    ] where !names.contains(name) {
      names.append(name)
      items.append(value)
    }
    return .record(Record(names: names, items: items, tag: .flow, payload: self))
  }

  /// The named intermediates that the loss depends on, each with its adjoint.
  var tensors: [Value] {
    var found: [(place: Int, value: Value)] = []
    for line in lines where !line.isResult {
      for (turn, step) in line.steps.enumerated() {
        guard let node = step.node, let adjoint = step.adjoint else { continue }
        let name = line.steps.count == 1 ? line.name : "\(line.name), turn \(turn + 1)"
        found.append((node, .items([.text(name), .tensor(step.value), .tensor(adjoint)])))
      }
    }
    return found.sorted { $0.place < $1.place }.map(\.value)
  }

  private static func statistics(_ steps: [FlowStep], line: Int?) -> Value {
    func number(_ measure: (FlowStep) -> Double) -> Value {
      if steps.count == 1 { return .number(measure(steps[0])) }
      return .tensor(Tensor(steps.map(measure), shape: Shape([steps.count])))
    }
    let shape = steps.last?.value.shape ?? Shape()
    return .record(
      Record(
        names: [
          "line", "shape", "norm", "adjoint", "zeros", "saturated", "dead", "subnormals", "underflows",
        ],
        items: [
          line.map { .number(Double($0)) } ?? .nothing, .items(shape.map { .number(Double($0)) }),
          number(\.norm), number(\.adjointNorm), number(\.zeros), number { $0.saturated ?? 0 },
          number(\.dead), number(\.subnormals), number(\.underflows),
        ]))
  }
}

extension RecordTag {
  /// What `flow` answers.
  static let flow = RecordTag("Flow")
}

extension FlowTrace: ShownAsFigure {
  func figure(of record: Record) -> FigureValue? { FigureValue(.gradientFlowSource(figureData)) }
}

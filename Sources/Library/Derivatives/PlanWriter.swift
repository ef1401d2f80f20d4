// `@plan`: the steps of a call as equations, in the words of a lecture.

import Interpreter
import Numerics

struct PlanWriter {
  /// More than anyone reads; of longer texts the middle is left out.
  private static let mostLines = 400

  private let call: CallOutline
  /// By register.
  private var names: [Int32: String] = [:]
  private var equations: [String] = []
  private var guards: [String] = []
  private var count = 0
  private var joined = 0

  init(_ call: CallOutline) { self.call = call }

  /// The whole text.
  var text: String {
    switch call.plan {
    case .none: return withoutPlan
    case .numbers(let listing, let inputs, let outputs):
      var writer = self
      return PlanWriter.joined(writer.written(listing, inputs, outputs))
    case .tensors(let outline):
      var writer = TensorPlanWriter(call, outline)
      return PlanWriter.joined(writer.lines())
    }
  }

  private var withoutPlan: String {
    """
    no plan: the program itself runs
    A plan holds operations on f64 numbers and on tensors of up to \(PlanTrace.mostElements) elements, decisions about \
    them and gradients of such functions; or operations on f64 and f32 tensors of up to \(TensorPlan.mostElements) \
    elements, without decisions, and their gradient. This call does something else: larger tensors, another type, output, \
    random numbers, text, or a choice by the elements of a tensor.
    """
  }

  private static func joined(_ lines: [String]) -> String {
    guard lines.count > mostLines else { return lines.joined(separator: "\n") }
    let half = mostLines / 2
    return (lines.prefix(half) + ["  … \(lines.count - 2 * half) more …"] + lines.suffix(half))
      .joined(separator: "\n")
  }

  private mutating func written(_ listing: PlanListing, _ inputs: [[Int32]], _ outputs: [[Int32]]) -> [String]
  {
    for (register, value) in listing.constants { names[register] = Printer.inline(.number(value)) }
    nameInputs(inputs)
    for step in listing.steps { write(step) }
    let outputs = results(outputs)
    var summary = "\(count) step\(count == 1 ? "" : "s")"
    if joined > 0, count > 1 { summary += ", \(joined) of them two operations in one" }
    if listing.shared > 0 { summary += ", \(times(listing.shared)) a result used again instead of computed" }
    var lines = equations + outputs + [summary]
    if guards.isEmpty {
      lines.append("for all numbers")
    } else {
      var seen: Set<String> = []
      lines += ["as long as"] + guards.filter { seen.insert($0).inserted }.map { "  " + $0 }
    }
    return lines
  }

  private func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }

  // MARK: Names

  /// Variables have the names of the parameters, elements their places.
  private mutating func nameInputs(_ inputs: [[Int32]]) {
    var leaf = 0
    for (index, argument) in call.arguments.positional.enumerated() {
      let name = call.function.parameterName(index) ?? (index == 0 ? "x" : "x" + (index + 1).subscripted)
      for (path, tensor) in Paths.of(argument, name)
      where PlanTrace.canCarry(tensor) && leaf < inputs.count {
        let registers = inputs[leaf]
        for (element, register) in registers.enumerated() {
          names[register] = tensor.isScalar ? path : "\(path)[\(place(element, tensor))]"
        }
        leaf += 1
      }
    }
  }

  /// The indices of an element, counted from 1.
  private func place(_ element: Int, _ x: Tensor) -> String {
    var rest = element
    var indices: [String] = []
    for axis in (0..<x.rank).reversed() {
      indices.insert(String(rest % x.shape[axis] + 1), at: 0)
      rest /= x.shape[axis]
    }
    return indices.joined(separator: ", ")
  }

  private func results(_ outputs: [[Int32]]) -> [String] {
    Paths.of(call.result, "result").enumerated().map { index, leaf in
      let numbers = index < outputs.count ? outputs[index].map(name) : []
      return
        "\(leaf.path) = \(leaf.tensor.isScalar ? numbers.first ?? "" : "[\(numbers.joined(separator: ", "))]")"
    }
  }

  private func name(_ register: Int32) -> String { names[register] ?? "?" }

  // MARK: Steps

  private mutating func define(_ result: Int32, _ right: String, _ note: String? = nil) {
    count += 1
    names[result] = "v" + count.subscripted
    equations.append("\(name(result)) = \(right)" + (note.map { "    " + $0 } ?? ""))
    if note != nil { joined += 1 }
  }

  private func product(_ a: Int32, _ b: Int32) -> String {
    a == b ? "\(name(a))²" : "\(name(a)) * \(name(b))"
  }

  private mutating func write(_ step: PlanListing.Step) {
    switch step {
    case .operation(let operation, let operands, let result):
      define(result, operation.written(operands.map(name), Tensor(0)))
    case .product(let a, let b, let result): define(result, product(a, b))
    case .productAndSum(let a, let b, let c, let result):
      define(result, "\(product(a, b)) + \(name(c))", "product and sum in one step")
    case .productLess(let a, let b, let c, let result):
      define(result, "\(product(a, b)) - \(name(c))", "product and difference in one step")
    case .lessProduct(let a, let b, let c, let result):
      define(result, "\(name(c)) - \(product(a, b))", "product and difference in one step")
    case .slope(let operation, let a, let result): define(result, "\(operation.name)′(\(name(a)))")
    case .cotangent(let operation, let input, let cotangent, let operands, let result):
      let written = operation.written(operands.map(name), Tensor(0))
      define(
        result, "\(name(cotangent)) * ∂(\(written))/∂\(name(operands[min(input, operands.count - 1)]))")
    case .logarithms(let power, let base, let result):
      define(result, "\(name(power)) * log(\(name(base)))")
    case .length(let a, let b, let result): define(result, "√(\(name(a))² + \(name(b))²)")
    case .element(let index, let result): define(result, "the element at \(name(index))")
    case .kernel(let operation, let operands, let results):
      count += 1
      let right = operation.written(
        operands.map { $0.count == 1 ? name($0[0]) : "[\($0.map(name).joined(separator: ", "))]" }, Tensor(0))
      let whole = "v" + count.subscripted
      for (element, register) in results.enumerated() {
        names[register] = results.count == 1 ? whole : "\(whole)[\(element + 1)]"
      }
      equations.append("\(whole) = \(right)")
    case .decision(let comparison, let a, let b, let outcome):
      guards.append(decision(comparison, name(a), name(b), outcome))
    case .isFinite(let a, let outcome):
      guards.append("\(name(a)) is \(outcome ? "finite" : "infinite or NaN")")
    case .isIndex(let a, let last): guards.append("\(name(a)) is an index from 1 to \(last)")
    }
  }

  private func decision(_ comparison: Comparison, _ a: String, _ b: String, _ outcome: Bool) -> String {
    return outcome ? "\(a) \(comparison.name) \(b)" : "not \(a) \(comparison.name) \(b)"
  }
}

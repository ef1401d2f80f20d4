// `@plan` of a call that computes with tensors: the kernels that a run calls, there and back, as equations.

import Interpreter
import Numerics

struct TensorPlanWriter {
  private let call: CallOutline
  private let outline: TensorOutline
  /// By step.
  private var names: [String] = []
  /// Tensors that are always the same and have no name in the notebook.
  private var constants: [Tensor] = []
  private var labels: [String] = []
  private var joined = 0

  init(_ call: CallOutline, _ outline: TensorOutline) {
    self.call = call
    self.outline = outline
  }

  private var listing: TensorListing { outline.listing }
  private var isDerivative: Bool { outline.variables > 0 }

  /// The lines of the whole text.
  mutating func lines() -> [String] {
    for index in listing.steps.indices { names.append("v" + (index + 1).subscripted) }
    let there = listing.steps.indices.prefix(listing.there).map { equation($0) }
    let value = listing.outputs.map { name($0) }
    let back = listing.steps.indices.dropFirst(listing.there).map { equation($0) }
    let results = results(value)
    var lines: [String] = []
    if isDerivative {
      lines = ["there"] + there.map { "  " + $0 } + ["  value = " + (value.first ?? "")]
      lines += ["back"] + back.map { "  " + $0 }
    } else {
      lines = there
    }
    let known = constants.indices.map {
      "c\(($0 + 1).subscripted) = always the same\(shape(constants[$0].shape))"
    }
    return known + lines + results + summary + ["as long as"] + guards.map { "  " + $0 }
  }

  // MARK: Names

  private mutating func name(_ operand: TensorListing.Operand) -> String {
    let whole: String
    switch operand.source {
    case .input(let index): whole = outline.inputs[index]
    case .step(let index): whole = names[index]
    case .constant(let tensor): whole = name(tensor)
    }
    return part(of: whole, operand)
  }

  private mutating func name(_ constant: Tensor) -> String {
    if constant.count == 1 {
      return Printer.inline(.tensor(constant.rank == 0 ? constant : constant.asNumber))
    }
    for (name, value) in outline.around {
      for (path, tensor) in Paths.of(value, name) where tensor.isSameTensor(as: constant) { return path }
    }
    let index = constants.firstIndex { $0.isSameTensor(as: constant) } ?? constants.count
    if index == constants.count { constants.append(constant) }
    return "c" + (index + 1).subscripted
  }

  /// An element, an entry of the first axes, or a run of elements of a tensor.
  private func part(of name: String, _ operand: TensorListing.Operand) -> String {
    let (whole, count) = (operand.whole, operand.shape.elementCount)
    guard operand.start > 0 || count < whole.elementCount, count > 0, whole.rank > 0 else { return name }
    var rest = operand.start
    var length = whole.elementCount
    var indices: [String] = []
    for axis in 0..<whole.rank where length > count {
      length /= max(1, whole[axis])
      guard length > 0 else { break }
      indices.append(String(rest / length + 1))
      rest %= length
    }
    if length == count, rest == 0 { return "\(name)[\(indices.joined(separator: ", "))]" }
    return "elements \(operand.start + 1) to \(operand.start + count) of \(name)"
  }

  private func shape(_ shape: Shape) -> String { shape.rank == 0 ? "" : "    \(shape)" }

  // MARK: Steps

  private mutating func equation(_ index: Int) -> String {
    let step = listing.steps[index]
    let (right, note) = right(step, isBack: index >= listing.there)
    if note != nil { joined += 1 }
    let notes = [step.isSingle ? "one number for all" : nil, note].compactMap { $0 }
    let text = "\(names[index]) = \(right)\(shape(step.shape))"
    return notes.isEmpty ? text : "\(text)    \(notes.joined(separator: ", "))"
  }

  private mutating func right(_ step: TensorListing.Step, isBack: Bool) -> (String, note: String?) {
    let operands = step.operands.map { name($0) }
    let result = Tensor(0)
    switch step.work {
    case .operation(let operation):
      let isOfNumber = step.operands.contains { $0.shape.rank == 0 } && operation.sign == "⊙"
      return (isOfNumber ? operands.joined(separator: " * ") : operation.written(operands, result), nil)
    case .slope(let operation):
      return (operation.written(operands, result), "cotangent and slope in one step")
    case .power(let exponent): return (power(operands[0], exponent), nil)
    case .product(let transposed):
      let factors = zip(operands, [transposed.0, transposed.1]).map { $1 ? $0 + "ᵀ" : $0 }
      return (factors.joined(separator: " * "), nil)
    case .sum(let axes):
      if axes.isEmpty { return ("sum(\(operands[0]))", nil) }
      let text = axes.map { String($0 + 1) }.joined(separator: ", ")
      return ("sum(\(operands[0]); axis = \(axes.count == 1 ? text : "(\(text))"))", nil)
    case .dot:
      return ("sum(\(operands[0]) ⊙ \(operands[1]))", isBack ? "product and sum in one step" : nil)
    case .stretched: return ("\(operands[0]), stretched", nil)
    case .copied: return ("a copy of \(operands[0])", nil)
    case .converted(let type): return ("\(type.name)(\(operands[0]))", nil)
    case .transposed: return (operands[0] + "ᵀ", nil)
    case .filled(let number): return ("\(Printer.inline(.number(number))) everywhere", nil)
    case .added(let start):
      let place = part(
        of: "", TensorListing.Operand(step.operands[0].shape, startingAt: start, of: step.operands[1].shape))
      return ("\(operands[1]) with \(operands[0]) added\(place.isEmpty ? "" : " at \(place)")", nil)
    case .compared(let comparison): return ("\(operands[0]) \(comparison.name) \(operands[1])", nil)
    case .selected: return ("where(\(operands[2]), \(operands[0]), 0)", nil)
    case .picked:
      labels.append("\(operands[1]) names an element of each row of \(operands[0])")
      return ("of each row of \(operands[0]) the element that \(operands[1]) names", nil)
    case .put: return ("zeros, with \(operands[0]) where \(operands[1]) says", nil)
    case .cotangent(let operation, let input):
      let inputs = Array(operands.dropFirst().dropLast())
      let written = operation.written(inputs, result)
      return ("\(operands[0]) ⊙ ∂(\(written))/∂\(inputs[min(input, inputs.count - 1)])", nil)
    }
  }

  private func power(_ base: String, _ exponent: Double) -> String {
    switch exponent {
    case 2: base + "²"
    case 3: base + "³"
    default:
      "\(base)^\(exponent < 0 ? "(\(Printer.inline(.number(exponent))))" : Printer.inline(.number(exponent)))"
    }
  }

  // MARK: What a run ends in

  private mutating func results(_ value: [String]) -> [String] {
    var found = value
    if isDerivative {
      let gradients = listing.gradients.map { $0.map { name($0) } ?? "0" }
      // With the value, where the function gives it too.
      found = Paths.of(call.result, "result").count > gradients.count ? value + gradients : gradients
    }
    return zip(Paths.of(call.result, "result"), found).map { leaf, name in
      "\(leaf.path) = \(name)\(shape(leaf.tensor.shape))"
    }
  }

  private var summary: [String] {
    let count = listing.steps.count
    var steps = "\(count) step\(count == 1 ? "" : "s")"
    if isDerivative { steps += ", \(listing.there) there and \(count - listing.there) back" }
    if joined > 0 { steps += ", \(joined) of them two operations in one" }
    var lines = [steps]
    if isDerivative, outline.variables < outline.inputs.count {
      let others = outline.inputs.dropFirst(outline.variables).joined(separator: ", ")
      lines.append("nothing is computed on the way back for \(others)")
    }
    if let passes = listing.passes {
      let often = passes.count == 1 ? "once" : passes.count == 2 ? "twice" : "\(passes.count) times"
      lines.append(
        "all \(passes.elements) elements pass through \(often), \(passes.piece) of them at a time")
    }
    let (buffers, bytes, memory) = listing.buffers
    if buffers > 0 {
      var text = "\(buffers) tensor\(buffers == 1 ? "" : "s") of \(bytes) bytes in \(memory) bytes of memory"
      let overwritten = listing.steps.filter(\.overwrites).count
      if overwritten > 0 { text += ", \(overwritten) in the place of one that is no longer needed" }
      lines.append(text)
    }
    return lines
  }

  // MARK: Guards

  private var guards: [String] {
    var lines: [String] = []
    for (type, group) in grouped {
      lines.append("of type \(type): \(group.joined(separator: ", "))")
    }
    if !outline.same.isEmpty { lines.append("the same as now: \(outline.same.joined(separator: ", "))") }
    if !outline.around.isEmpty {
      lines.append("unchanged around it: \(outline.around.map(\.name).joined(separator: ", "))")
    }
    var seen: Set<String> = []
    lines += labels.filter { seen.insert($0).inserted }
    if isDerivative { lines.append("the gradient is finite") }
    return lines
  }

  /// The inputs with their shapes, by their types.
  private var grouped: [(String, [String])] {
    var groups: [(String, [String])] = []
    for (name, input) in zip(outline.inputs, listing.inputs) {
      let text = input.shape.rank == 0 ? name : "\(name) \(input.shape)"
      if let index = groups.firstIndex(where: { $0.0 == input.type.name }) {
        groups[index].1.append(text)
      } else {
        groups.append((input.type.name, [text]))
      }
    }
    return groups
  }
}

extension Tensor {
  fileprivate var asNumber: Tensor { Tensor(element(0), type: type) }

  /// Whether it is the same tensor, not only an equal one.
  fileprivate func isSameTensor(as other: Tensor) -> Bool {
    guard let storage, let others = other.storage else { return false }
    return storage === others
  }
}

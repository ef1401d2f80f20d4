// A gradient that is not finite is a value like any other; but where it stopped being finite is hard to find
// from outside, so a note on the error stream says so, once a cell.

import Numerics

extension Differentiation {
  /// Looks a gradient over; cheap where nothing is wrong with it.
  package static func inspect(_ gradient: Value, of f: Function, _ y: Tensor, on tape: Tape) throws {
    guard tape.level == 1, !Machine.hasNotedNonFinite, y.isFinite, !isFinite(gradient) else { return }
    Machine.hasNotedNonFinite = true
    let what = hasNaN(gradient) ? "NaN" : "Inf"
    var lines = ["Note: the gradient of \(headName(f)) contains \(what)"]
    if let node = try tape.firstNonFinite(from: y, cotangent: Tensor(1, type: y.type)) {
      let entry = tape.entry(node)
      if let place = NotePlace(entry, entry.inputs.map { tape.entry($0).value }) {
        lines[0] += ", which first appears on the way back through this:"
        lines += place.lines
      } else if let operation = entry.operation {
        lines[0] += ", which first appears on the way back through \(operation.name)"
      }
    }
    try Machine.session?.print(lines.joined(separator: "\n") + "\n", to: .standardError)
  }

  package static func isFinite(_ tree: Value) -> Bool {
    if case .tuple(let tuple) = tree, let (x, y) = tuple.plainPair { return (x - x) + (y - y) == 0 }
    return tree.allLeaves { if case .tensor(let tensor) = $0 { tensor.isFinite } else { true } }
  }

  private static func hasNaN(_ tree: Value) -> Bool {
    Trees.leaves(tree).contains { leaf in
      guard case .tensor(let tensor) = leaf else { return false }
      return (0..<tensor.count).contains { tensor.element($0).isNaN }
    }
  }
}

/// The user's own line that an operation stands in.
private struct NotePlace {
  let lines: [String]

  init?(_ entry: Tape.Entry, _ values: [Tensor]) {
    guard let site = Machine.sites[entry.site], let compiled = Machine.sites.source(of: site),
      !compiled.isLibrary
    else { return nil }
    var marks = [Excerpt.Mark(span: site.span)]
    if !site.operands.isEmpty, site.operands.count == values.count {
      marks = site.operands.indices.map { index in
        var mark = Excerpt.Mark(span: site.operands[index], index: index)
        let value = values[index]
        let text = compiled.source.text(site.operands[index])
        if value.isScalar {
          let number = Printer.number(value.value())
          if number != text { mark.note = "\(text) is \(number)" }
        } else {
          mark.note = "\(text): \(value.shape)"
        }
        return mark
      }
    }
    let name = compiled.source.name
    lines = Excerpt(source: compiled.source, marks: marks).lines.map(\.plain) + ["  in \(name)"]
  }
}

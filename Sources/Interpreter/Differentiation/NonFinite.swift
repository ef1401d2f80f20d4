// A gradient that is not finite is a value like any other; but where it stopped being finite is hard to find
// from outside, so a note on the error stream says so, once a cell. So does one where a gradient was asked for through
// an argument that none goes through.

import Numerics

extension Differentiation {
  /// Looks a gradient over; cheap where nothing is wrong with it.
  package static func inspect(_ gradient: Value, of f: Function, _ y: Tensor, on tape: Tape) throws {
    try inspectCut(of: "gradient of \(headName(f))", on: tape)
    guard tape.level == 1, !Tape.isWrittenDown, !Machine.hasNotedNonFinite, !tape.hasFiniteGradients,
      y.isFinite
    else { return }
    try note("gradient of \(headName(f))", gradient, "way back", on: tape) {
      try tape.firstNonFinite(from: y, cotangent: Tensor(1, type: y.type))
    }
  }

  /// Looks over the derivatives `rows` of the elements of `y`.
  static func inspect(rows: Tensor, of name: String, _ y: Tensor, on tape: Tape) throws {
    try inspectCut(of: name, on: tape)
    guard tape.level == 1, !Tape.isWrittenDown, !Machine.hasNotedNonFinite, y.isFinite, !rows.isFinite else {
      return
    }
    let width = max(1, rows.count / max(1, y.count))
    let entry = (0..<rows.count).first { !rows.element($0).isFinite } ?? 0
    try note(name, .tensor(rows), "way back", on: tape) {
      try tape.firstNonFinite(from: y, element: entry / width)
    }
  }

  /// Looks over what was pushed forward.
  static func inspect(tangent: Value, of name: String, _ value: Value, on tape: Tape) throws {
    try inspectCut(of: name, on: tape)
    guard tape.level == 1, !Tape.isWrittenDown, !Machine.hasNotedNonFinite, isFinite(value),
      !isFinite(tangent)
    else { return }
    try note(name, tangent, "way", on: tape) { tape.firstNonFiniteTangent }
  }

  /// Says that what was differentiated by went to a parameter that is no variable.
  private static func inspectCut(of name: String, on tape: Tape) throws {
    guard let cut = Tape.cut, tape.level == 1, !Tape.isWrittenDown else { return }
    Tape.cut = nil
    guard !Machine.hasNotedCut else { return }
    Machine.hasNotedCut = true
    var lines = ["Note: the \(name) does not go through \(cut.parameter) of \(cut.operation)"]
    if let place = NotePlace(at: cut.site) {
      lines[0] += ", a constant to it:"
      lines += place.lines
    }
    try Machine.session?.print(lines.joined(separator: "\n") + "\n", to: .standardError)
  }

  private static func note(
    _ name: String, _ derivative: Value, _ way: String, on tape: Tape, _ first: () throws -> Int?
  ) throws {
    Machine.hasNotedNonFinite = true
    let what = hasNaN(derivative) ? "NaN" : "Inf"
    var lines = ["Note: the \(name) contains \(what)"]
    if let node = try first() {
      let entry = tape.entry(node)
      if let place = NotePlace(entry, entry.inputs.map { tape.entry($0).value }) {
        lines[0] += ", which first appears on the \(way) through this:"
        lines += place.lines
      } else if let operation = entry.operation {
        lines[0] += ", which first appears on the \(way) through \(operation.name)"
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

  init?(_ entry: Tape.Entry, _ values: [Tensor]) { self.init(at: entry.site, values) }

  init?(at site: Int32, _ values: [Tensor] = []) {
    guard let site = Machine.sites[site], let compiled = Machine.sites.source(of: site),
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

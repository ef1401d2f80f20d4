// The documentation of a name as it is written where the name is declared, taken apart. After the prose stand
// lines of a few fixed forms:
//
//     > sum([1, 2, 3])            what to type, more lines of it begin with > too
//     6                           what that shows
//
//     Slope: `exp(x)`             the derivative of an elementwise function
//     Adjoint of A: `u * B'`      the cotangent of a parameter, from the cotangent u of the result
//     See also: prod, mean

import Interpreter

/// A documentation text in its parts.
struct Documentation: Equatable {
  /// Something to type, and what it shows; several lines each.
  struct Example: Equatable {
    var code: String
    var output: String
  }

  /// A derivative as a formula of the parameters, for one of them.
  struct Adjoint: Equatable {
    var parameter: String
    var formula: String
  }

  private(set) var prose: [String] = []
  private(set) var slope: String?
  private(set) var adjoints: [Adjoint] = []
  private(set) var examples: [Example] = []
  private(set) var related: [String] = []

  init(_ text: String) {
    var isExample = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line == ">" || line.hasPrefix("> ") {
        let code = String(line.dropFirst(2))
        if isExample, examples[examples.count - 1].output.isEmpty {
          examples[examples.count - 1].code += "\n" + code
        } else {
          examples.append(Example(code: code, output: ""))
        }
        isExample = true
      } else if isExample, !line.isEmpty {
        let output = examples[examples.count - 1].output
        examples[examples.count - 1].output = output.isEmpty ? line : output + "\n" + line
      } else if let names = line.after("See also: ") {
        related = names.split(separator: ",").map { String($0.drop { $0 == " " }) }
      } else if let formula = line.after("Slope: ") {
        slope = formula.filter { $0 != "`" }
      } else if let rest = line.after("Adjoint of "), let colon = rest.firstRange(of: ": ") {
        adjoints.append(
          Adjoint(
            parameter: String(rest[..<colon.lowerBound]),
            formula: rest[colon.upperBound...].filter { $0 != "`" }))
      } else {
        isExample = false
        prose.append(line)
      }
    }
    while prose.last == "" { prose.removeLast() }
  }

  /// What derivatives it states, a line each.
  var derivatives: [String] {
    (slope.map { ["The slope is `\($0)`."] } ?? [])
      + adjoints.map { "With the cotangent `u` of the result, that of `\($0.parameter)` is `\($0.formula)`." }
  }
}

extension String {
  fileprivate func after(_ prefix: String) -> Substring? {
    hasPrefix(prefix) ? dropFirst(prefix.count) : nil
  }
}

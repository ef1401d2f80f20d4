// What may have been meant by a name that is not defined, judged by what stands behind it.

import Syntax

extension WordingContext {
  /// The way out of an unknown name: another spelling, or what its use says.
  func use(ofUnknown name: String, among known: [String]) -> String? {
    if following.hasPrefix("."), following.hasPrefix("..") == false {
      let field = String(following.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" })
      if !field.isEmpty, known.contains(field) {
        return "there are no modules: \(field) stands by itself"
      }
    }
    if name == "range", let argument = following.split(separator: ")").first, argument.hasPrefix("("),
      let count = Int(argument.dropFirst())
    {
      return "1:\(count) counts from 1 to \(count)"
    }
    let behind = following.drop { $0 == " " }
    if BinaryOperator.updates.contains(where: behind.hasPrefix) {
      return "an update needs a value to begin with: \(name) = … before it"
    }
    return Suggestion.line(for: name, among: known)
  }
}

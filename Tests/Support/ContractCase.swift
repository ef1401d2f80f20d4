/// A cell with what it must show, as the files of the folder Contract hold them: `=>` before every line that it prints
/// or shows, or `!>` before the error it ends in.
package struct ContractCase {
  package let code: String
  package let shown: String
  package let error: String?

  /// The cases of a file. One ends with the blank line behind what is expected; blank lines before that are its own.
  package static func all(in text: String) -> [ContractCase] {
    var cases: [ContractCase] = []
    var code: [Substring] = []
    var shown: [Substring] = []
    var error: String?
    var isAnswered = false
    for line in (text + "\n").split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "=>" || line.hasPrefix("=> ") {
        shown.append(line.dropFirst(3))
        isAnswered = true
      } else if line.hasPrefix("!> ") {
        error = String(line.dropFirst(3))
        isAnswered = true
      } else if line.isEmpty, isAnswered {
        cases.append(
          ContractCase(code: code.joined(separator: "\n"), shown: shown.joined(separator: "\n"), error: error)
        )
        (code, shown, error, isAnswered) = ([], [], nil, false)
      } else if !line.isEmpty || !code.isEmpty {
        code.append(line)
      }
    }
    return cases
  }
}

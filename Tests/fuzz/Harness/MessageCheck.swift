import Interpreter
import Library
import Support

/// What must hold for every error that a reader sees.
enum MessageCheck {
  /// Those that a program may end in.
  private static let kinds = Set(ErrorKind.allCases.filter { $0 != .fault }.map(\.rawValue))

  static func dependsOnClock(_ failure: Failure) -> Bool {
    // What the process has in memory is looked at now and then.
    failure.kind == ErrorKind.interrupted.rawValue
      || (failure.kind == ErrorKind.limit.rawValue
        && (failure.line == nil || failure.message.contains("--max-memory")))
  }

  static func faults(of failure: Failure, in text: String) -> [Fault] {
    let report = failure.report.joined(separator: "\n")
    var faults: [Fault] = []
    if !kinds.contains(failure.kind) { faults.append(Fault("no kind of error: \(failure.kind)", report)) }
    if failure.line == nil, !dependsOnClock(failure) {
      faults.append(Fault("no place: \(pattern(of: failure.message))", report))
    }
    if failure.message.isEmpty, !text.contains("error(") { faults.append(Fault("no message", report)) }
    if failure.message.contains("\n") { faults.append(Fault("a message of several lines", report)) }
    if let name = internalName(in: failure.message, text) {
      faults.append(Fault("names \(name): \(pattern(of: failure.message))", report))
    }
    return faults
  }

  /// The message without what differs from program to program.
  private static func pattern(of message: String) -> String {
    let words = message.split(separator: " ").prefix(8)
    return words.map { $0.contains(where: \.isNumber) ? "…" : String($0) }.joined(separator: " ")
  }

  /// A name that the program did not write: of what the implementation is made of, or of what serves the library
  /// alone, or of the function that the message speaks of.
  private static func internalName(in message: String, _ text: String) -> String? {
    for word in implementation where message.contains(word) && !text.contains(word) { return word }
    let written = Set(words(of: text))
    // A program of this harness may call what serves the library alone; it reads what that says.
    guard written.isDisjoint(with: hidden) else { return nil }
    // What was called is named before what happened within it.
    var said = words(of: message)
    var message = message
    if message.hasPrefix("in "), said.count > 2, let colon = message.firstIndex(of: ":") {
      message = String(message[colon...].dropFirst(2))
      said = words(of: message)
      return said.first.flatMap { hidden.contains($0) ? $0 : nil }
    }
    for word in said where word.contains("_") && hidden.contains(word) {
      return word
    }
    // What a message says of a function, it begins with.
    guard let first = said.first, message.hasPrefix(first), known.contains(first), !written.contains(first),
      !isNotation(first, in: text),
      ["needs", "takes", "was", "has", "of", "got", "cannot"].contains(said.dropFirst().first ?? "")
    else { return nil }
    return first
  }

  private static let implementation = [
    "Optional(", "Swift.", "Fault", "Problem", "Int64", "UInt8", "nil ", "Numerics", "Interpreter", "0x0000",
    "errno",
  ]

  /// The names of which nothing is said to readers.
  private static let hidden: Set<String> = {
    let told = Set(Reference.groups.flatMap(\.entries).flatMap(\.names))
    return Set(
      known.filter { name in
        guard !told.contains(name), name.count > 2,
          case .function(let function)? = Library.whole.globals.cells[name]?.value
        else { return false }
        return function.isInternal
      })
  }()

  private static let known = Set(Library.whole.globals.known)

  /// Functions that are written as signs, too.
  private static let signs: [String: [String]] = [
    "sqrt": ["√"], "transpose": ["'", "ᵀ"], "grad": ["∇"], "partial": ["∂"], "derivative": ["'", "′", "″"],
    "solve": ["\\"], "dot": ["⋅", "·"], "outer": ["⊗"], "hessian": ["∇²"], "compose": ["∘"], "div": ["÷"],
  ]

  private static func isNotation(_ name: String, in text: String) -> Bool {
    signs[name]?.contains { text.contains($0) } == true
  }

  /// Names; of `3eye` the one behind the coefficient.
  private static func words(of text: String) -> [String] {
    text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.compactMap { word in
      let name = word.drop { $0.isNumber }
      return name.isEmpty ? String(word) : String(name)
    }
  }
}

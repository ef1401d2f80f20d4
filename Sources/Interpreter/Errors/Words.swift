import Figures
import Numerics
import Syntax

/// An error in words. Data becomes language here and in the files beside this one, and nowhere else.
struct Words {
  var kind: ErrorKind
  /// One line, in generic names: "A * x needs …".
  var message: String
  /// Lines that say what would fit; each was checked against the operands.
  var waysOut: [String] = []
  /// What to write under an operand, by its place among the site's operands, in place of its note.
  var labels: [Int: String] = [:]
  var culprit = Culprit.operands

  init(
    _ kind: ErrorKind, _ message: String, _ waysOut: [String] = [], labels: [Int: String] = [:],
    culprit: Culprit = .operands
  ) {
    self.kind = kind
    self.message = message
    self.waysOut = waysOut
    self.labels = labels
    self.culprit = culprit
  }

  /// What of the place is underlined.
  enum Culprit {
    /// The operands, each with what it was.
    case operands
    /// The operands, without notes: what they were has nothing to do with it.
    case plainOperands
    /// The operands that are not given by name, each with what it was.
    case positional
    /// One operand alone.
    case operand(Int)
    /// The name of an argument.
    case argument(String)
    /// Everything.
    case whole
  }
}

/// What the wording knows of the place besides the error: the operands as the user wrote them.
struct WordingContext {
  /// In the order of the site's operands; empty where the place is not the user's.
  var operands: [String] = []
  /// What they were.
  var notes: [OperandNote] = []
  /// The function of the library that the place is inside of, as the user called it.
  var caller: String?
  /// The function that the place calls, as the user wrote it; `nil` where it is no call, or of no name.
  var called: String?
  /// What fits inside the library helps nobody.
  var isInLibrary: Bool { caller != nil }
  /// `...` follows the operand.
  var isSpread = false
  /// What the source goes on with behind the place, on its line.
  var following = ""

  /// The text of an operand if it is short enough to be repeated in a suggestion.
  subscript(_ index: Int) -> String? {
    guard operands.indices.contains(index) else { return nil }
    let text = operands[index]
    return text.count <= 40 && !text.contains("\n") ? text : nil
  }

  /// Whether the operand is a name, so that it can be said twice.
  func isName(_ index: Int) -> Bool {
    self[index].map { isAtom($0) && !$0.contains { "([".contains($0) } } ?? false
  }

  /// The same with parentheses where an operator beside it would tear it apart.
  func attached(_ index: Int) -> String? {
    self[index].map { isAtom($0) ? $0 : "(" + $0 + ")" }
  }

  /// A name, a number, or either with calls, indices and fields attached.
  private func isAtom(_ text: String) -> Bool {
    var depth = 0
    for scalar in text.unicodeScalars {
      switch scalar {
      case "(", "[": depth += 1
      case ")", "]": depth -= 1
      case "_", ".": break
      default:
        if depth == 0, !scalar.properties.isAlphabetic, scalar.properties.numericType == nil,
          scalar.properties.generalCategory != .nonspacingMark
        {
          return false
        }
      }
    }
    return depth == 0 && !text.isEmpty
  }
}

package enum Wording {
  static func words(for cause: any Error, _ context: WordingContext = WordingContext()) -> Words {
    var words = wordsAnywhere(for: cause, context)
    let problem = ((cause as? RuntimeError)?.cause ?? cause) as? Problem
    let isRaised = if case .raised? = problem { true } else { false }
    words.message = shortened(words.message, to: isRaised ? 1 << 20 : 1 << 16)
    // A function that is spoken of may have been written on several lines.
    if words.message.contains(where: \.isNewline) { words.message = oneLine(words.message) }
    if context.isInLibrary { words.waysOut = [] }
    // What a program says itself stays as it is, and a message that begins with the name of a file speaks of that.
    if isRaised, !context.isInLibrary || context.caller == "error" { return words }
    if words.kind == .file { return words }
    if let called = context.caller ?? context.called {
      let named = naming(called, in: words.message)
      // The way out of what another function needs is none of this one's.
      if named != words.message, words.kind == .linearAlgebra { words.waysOut = [] }
      words.message = named
    }
    return words
  }

  /// What a program puts into a message may be of any length; nobody reads more than a few pages of it.
  private static func shortened(_ message: String, to most: Int) -> String {
    guard message.utf8.count > most else { return message }
    let beginning = String(decoding: message.utf8.prefix(most - 64), as: UTF8.self)
    return "\(beginning) … (of \(message.utf8.count) bytes)"
  }

  /// A message that begins with a function that the reader has not called, but what was called has: both are named, or
  /// only the one that was called where readers are told nothing of the other.
  private static func naming(_ called: String, in message: String) -> String {
    let name = String(message.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    guard let next = message.dropFirst(name.count).first, " :(".contains(next), name != called,
      !called.isEmpty,
      let cells = Machine.session?.library.globals.cells, case .function(let spoken)? = cells[name]?.value
    else { return message }
    // The same function may have two names.
    if case .function(let own)? = cells[called]?.value, own.signature.name == spoken.signature.name {
      return message
    }
    return spoken.isInternal ? called + message.dropFirst(name.count) : "in \(called): \(message)"
  }

  private static func wordsAnywhere(for cause: any Error, _ context: WordingContext) -> Words {
    switch cause {
    case let error as RuntimeError: return wordsAnywhere(for: error.cause, context)
    case let problem as Problem: return words(for: problem, context)
    case let fault as Fault: return words(for: fault, context)
    case let fault as FigureFault: return words(for: context.caller.map(fault.of) ?? fault)
    case is NumericsInterrupted:
      return Words(
        .interrupted, "the evaluation was stopped; variables keep what they were assigned before",
        culprit: .whole)
    case is InputUnavailable: return words(for: Problem.inputUnavailable, context)
    case is FlowOut: return Words(.syntax, "break, continue and return need a loop or a function around them")
    default: return Words(.value, "\(cause)")
    }
  }

  private static func words(for fault: FigureFault) -> Words {
    // What is drawn stands before what is said about it by name.
    let (kind, culprit): (ErrorKind, Words.Culprit) =
      switch fault {
      case .wrongChannels, .drawing: (.type, .positional)
      case .unknownOption(let name, _, _): (.type, .argument(name))
      case .lengths, .otherLength, .shapes, .smallMatrix, .dimensions: (.shape, .positional)
      case .badOption(let name, _, _): (.value, .argument(name))
      case .logOfNonPositive(let axis): (.value, .argument("\(axis)scale"))
      case .emptyData, .noElements, .emptyInterval: (.value, .positional)
      case .unknownMark: (.name, .operands)
      }
    return Words(kind, fault.description, culprit: culprit)
  }
}

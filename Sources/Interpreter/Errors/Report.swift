import Glibc
import Numerics
import Syntax

/// Errors as readers see them: heading, excerpt, ways out, and the calls they came through.
enum Report {
  // MARK: Catching

  /// Whether `catch` sees it: everything but an interrupt and the limits on time and output.
  static func isCatchable(_ error: any Error) -> Bool {
    switch cause(of: error) {
    case is NumericsInterrupted, is FlowOut: return false
    case let problem as Problem:
      switch problem {
      case .time, .unwatched, .output: return false
      default: return true
      }
    default: return true
    }
  }

  /// What `catch e` binds: `e.kind` and `e.message`.
  static func caught(_ error: any Error) -> Value {
    let words = words(for: error)
    return .record(
      Record(names: ["kind", "message"], items: [.text(words.kind.rawValue), .text(words.message)]))
  }

  static func kind(of error: any Error) -> String { words(for: error).kind.rawValue }

  static func message(of error: any Error) -> String { words(for: error).message }

  private static func cause(of error: any Error) -> any Error {
    (error as? RuntimeError)?.cause ?? error
  }

  private static func words(for error: any Error) -> Words {
    Wording.words(for: cause(of: error), ErrorPlace(error).context)
  }

  // MARK: Failures

  static func failure(for error: any Error) -> Failure {
    let place = ErrorPlace(error)
    let words = Wording.words(for: cause(of: error), place.context)
    var lines = [heading(words)]
    if case .syntax(let diagnostic)? = cause(of: error) as? Problem, let source = place.source {
      return failure(for: [diagnostic], in: source)
    }
    if let excerpt = place.excerpt(words) { lines += excerpt.lines }
    lines += words.waysOut.map { StyledLine("  " + $0) }
    if let library = place.innerFunction { lines.append(StyledLine("  in \(library), of the library")) }
    lines += place.trail.map { StyledLine("  " + $0) }
    return failure(words, lines, line: place.line)
  }

  /// The evaluator trapped.
  static func failure(forSignal signal: Int32) -> Failure {
    let names = [
      SIGILL: "SIGILL", SIGTRAP: "SIGTRAP", SIGSEGV: "SIGSEGV", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE",
      SIGABRT: "SIGABRT",
    ]
    return failure(for: Problem.trapped(signal: names[signal] ?? "signal \(signal)"))
  }

  /// A text that is not Nabla: the first diagnostics, each with its place.
  static func failure(for diagnostics: [Diagnostic], in source: Source) -> Failure {
    let shown = diagnostics.prefix(3)
    let words = Words(.syntax, shown.first?.message ?? "the text is not Nabla")
    var lines = [heading(words)]
    for (index, diagnostic) in shown.enumerated() {
      if index > 0 { lines.append(StyledLine("  also: " + diagnostic.message)) }
      var marks = [Excerpt.Mark(span: diagnostic.span)]
      if let secondary = diagnostic.secondary { marks.append(Excerpt.Mark(span: secondary, index: 1)) }
      lines += Excerpt(source: source, marks: marks).lines
    }
    if diagnostics.count > shown.count {
      lines.append(StyledLine("  and \(Wording.count(diagnostics.count - shown.count, "more error"))"))
    }
    return failure(words, lines, line: shown.first.map { source.line(of: $0.span.start) })
  }

  private static func heading(_ words: Words) -> StyledLine {
    var line = StyledLine(words.kind.rawValue, .heading)
    line.append(": " + words.message)
    return line
  }

  private static func failure(_ words: Words, _ lines: [StyledLine], line: Int?) -> Failure {
    Failure(
      kind: words.kind.rawValue, message: words.message, report: lines.map(\.plain),
      colouredReport: lines.map(\.coloured), line: line)
  }
}

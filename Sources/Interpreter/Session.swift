// The interpreter as its users see it: a notebook's state that cells are evaluated in.

/// An error as a reader sees it: what Jupyter calls ename, evalue and traceback.
public struct Failure: Error, Equatable, Sendable {
  /// The kind of `language.md` §11: "ShapeError", "Interrupted", …
  public var kind: String
  /// One line, without the kind.
  public var message: String
  /// The whole report, heading first: source excerpt, underlines, shapes. Plain text, no colour.
  public var report: [String]
  /// The same with ANSI colours.
  public var colouredReport: [String]
  /// 1-based line in the cell or file where it happened, when it has one.
  public var line: Int?

  public init(kind: String, message: String, report: [String], colouredReport: [String], line: Int?) {
    self.kind = kind
    self.message = message
    self.report = report
    self.colouredReport = colouredReport
    self.line = line
  }
}

public enum Outcome: Sendable {
  /// The bundle of the last statement's value, unless there is none to show.
  case finished(Bundle?)
  case failed(Failure)
}

public enum Completeness: Equatable, Sendable {
  case complete
  /// `indent` is the white space that the next line would begin with.
  case incomplete(indent: String)
  case invalid
}

/// Positions are Unicode scalars of the code given.
public struct Completion: Equatable, Sendable {
  public struct Match: Equatable, Sendable {
    public var text: String
    /// "function", "variable", "field", "keyword", "symbol", "parameter".
    public var type: String

    public init(text: String, type: String) {
      self.text = text
      self.type = type
    }
  }

  public var matches: [Match]
  public var start: Int
  public var end: Int

  public init(matches: [Match], start: Int, end: Int) {
    self.matches = matches
    self.start = start
    self.end = end
  }
}

/// Bounds on what an evaluation may use (`language.md` §12).
public struct Limits: Sendable {
  /// Bytes of tensor memory; `nil` is 80 % of the machine's.
  public var memory: Int?
  /// Seconds a cell may take.
  public var time: Double?
  /// Bytes a cell may print.
  public var output: Int?
  /// Levels of recursion.
  public var depth = 10_000
  /// Folders that may be read and written besides the notebook's.
  public var readable: [String] = []
  public var writable: [String] = []

  public init() {}
}

/// The state of one notebook. Not thread-safe: everything but `Interruption.raise()` belongs on the
/// evaluation thread (`onEvaluationThread`).
public final class Session {
  let host: any Host

  /// - Parameters:
  ///   - host: where output goes.
  ///   - folder: the notebook's folder, the only one whose files may be touched.
  public init(host: any Host, limits: Limits = Limits(), folder: String) {
    self.host = host
  }

  /// Evaluates a cell. `label` is how error reports name it: "cell [3]".
  public func run(_ code: String, label: String) -> Outcome { .finished(nil) }

  /// Evaluates a whole file: parsed whole, run statement by statement, nothing shown by itself.
  /// Returns the first error that was not caught.
  public func runFile(_ code: String, name: String) -> Failure? { nil }

  /// Evaluates one expression for its value (`user_expressions`).
  public func evaluate(_ expression: String) -> Outcome { .finished(nil) }

  /// Whether a text is a whole cell, the beginning of one, or wrong.
  public static func completeness(of code: String) -> Completeness { .complete }

  /// What Tab offers at `cursor`, a count of Unicode scalars.
  public func complete(_ code: String, at cursor: Int) -> Completion {
    Completion(matches: [], start: cursor, end: cursor)
  }

  /// Documentation and value of the name at `cursor`; `nil` where there is none.
  /// `detail` 1 adds the source.
  public func inspect(_ code: String, at cursor: Int, detail: Int) -> Bundle? { nil }
}

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

extension Failure {
  /// What is said of a cell in which the evaluator trapped (`EvaluationEnd`).
  package static func trapped(signal: Int32) -> Failure { Report.failure(forSignal: signal) }
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
  /// Bytes a cell may put out: text, displays, figures, its value and an error's report.
  public var output: Int?
  /// Levels of recursion.
  public var depth = 10_000
  /// Folders that may be read and written besides the notebook's.
  public var readable: [String] = []
  public var writable: [String] = []

  public init() {}
}

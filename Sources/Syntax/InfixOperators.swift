// The infix operators, a row each: how one is written, how tightly it binds, what Tab makes of it. The lexer, the
// parser, the symbols and the help read what they need from here. What an operator does stands in one row of the
// interpreter: `BinaryOperator.meaning`.

public enum BinaryOperator: String, Sendable, CaseIterable {
  case add = "+"
  case subtract = "-"
  case product = "*"
  case divide = "/"
  case solve = "\\"
  /// Element by element.
  case times = "⊙"
  case outer = "⊗"
  case inner = "⋅"
  case compose = "∘"
  case quotient = "÷"
  case remainder = "%"
  /// `^`, `.^` and superscripts.
  case power = "^"
  /// Elementwise `&` and `|`.
  case and = "&"
  case or = "|"
  /// A coefficient `2x`: a product that binds tighter.
  case coefficient = "2x"

  var row: InfixRow {
    switch self {
    case .add: InfixRow(.sum, also: ".+", hasUpdate: true)
    case .subtract: InfixRow(.sum, also: ".-", lookalikes: "− .−", hasUpdate: true)
    case .product: InfixRow(.product, hasUpdate: true)
    case .divide: InfixRow(.product, also: "./", hasUpdate: true)
    case .solve: InfixRow(.product)
    case .times: InfixRow(.product, also: ".*", latex: "odot")
    case .outer: InfixRow(.product, latex: "otimes", plain: "outer")
    case .inner: InfixRow(.product, lookalikes: "·", latex: "cdot", plain: "dot")
    case .compose: InfixRow(.product, latex: "circ", plain: "compose")
    case .quotient: InfixRow(.product, latex: "div", plain: "div")
    case .remainder: InfixRow(.product)
    case .power: InfixRow(.power, also: ".^", hasUpdate: true)
    case .and: InfixRow(.and)
    case .or: InfixRow(.or)
    case .coefficient: InfixRow(.power)
    }
  }
}

/// The comparisons; all bind alike, so that they chain: `a < b <= c`.
public enum ComparisonOperator: String, Sendable, CaseIterable {
  case equal = "=="
  case less = "<"
  case lessOrEqual = "≤"
  case greater = ">"
  case greaterOrEqual = "≥"
  case notEqual = "≠"
  case approximately = "≈"
  /// The keyword `in` says the same.
  case element = "∈"

  var row: InfixRow {
    switch self {
    case .equal, .less, .greater: InfixRow(.comparison)
    case .lessOrEqual: InfixRow(.comparison, also: "<=", latex: "le leq")
    case .greaterOrEqual: InfixRow(.comparison, also: ">=", latex: "ge geq")
    case .notEqual: InfixRow(.comparison, also: "!=", latex: "ne neq")
    case .approximately: InfixRow(.comparison, latex: "approx", plain: "close")
    case .element: InfixRow(.comparison, latex: "in", plain: "in")
    }
  }
}

/// How an operator is written and read, besides the symbol that it is named by. Lists are words with spaces between: a
/// row is made whenever the parser asks for one, and makes no arrays.
struct InfixRow {
  let precedence: Precedence
  /// The other spelling, that of a plain keyboard.
  let also: String?
  /// What looks the same and is read the same.
  let lookalikes: String
  /// Names of the symbol, which Tab completes.
  let latex: String
  /// What a plain keyboard writes for the symbol, an operator or a function.
  let plain: String?
  /// Whether `a += b` can be written.
  let hasUpdate: Bool

  init(
    _ precedence: Precedence, also: String? = nil, lookalikes: String = "", latex: String = "",
    plain: String? = nil, hasUpdate: Bool = false
  ) {
    self.precedence = precedence
    self.also = also
    self.lookalikes = lookalikes
    self.latex = latex
    self.plain = plain ?? also
    self.hasUpdate = hasUpdate
  }
}

/// How tightly an infix operator binds; the order of the cases is the order of the table in the language's page.
/// Operators of one level group to the left, those of the last to the right.
enum Precedence: Int {
  case pipe = 1
  case or, and, comparison, range, sum, product, prefix, power

  var next: Precedence { Precedence(rawValue: rawValue + 1) ?? .power }
}

/// What a token between two operands does.
enum Infix: Equatable {
  case binary(BinaryOperator)
  case comparison(ComparisonOperator)
  case shortCircuit(isAnd: Bool)
  case pipe
  case range
  case interval

  var precedence: Precedence {
    switch self {
    case .binary(let op): return op.row.precedence
    case .comparison(let op): return op.row.precedence
    case .shortCircuit(let isAnd): return isAnd ? .and : .or
    case .pipe: return .pipe
    case .range, .interval: return .range
    }
  }

  /// Every way to write one.
  static let spellings: [(text: String, infix: Infix)] =
    BinaryOperator.allCases.flatMap { op in op.allSpellings.map { ($0, .binary(op)) } }
    + ComparisonOperator.allCases.flatMap { op in op.allSpellings.map { ($0, .comparison(op)) } }
    + [
      ("&&", .shortCircuit(isAnd: true)), ("||", .shortCircuit(isAnd: false)), ("|>", .pipe), (":", .range),
      ("..", .interval),
    ]
}

extension BinaryOperator {
  /// How it is written, the symbol first.
  public var spellings: [String] { [rawValue] + (row.also.map { [$0] } ?? []) }

  /// The operators `+=` and the like.
  public static let updates: [String] = allCases.filter(\.row.hasUpdate).map { $0.rawValue + "=" }

  /// What it does: a coefficient is a product.
  public var operation: BinaryOperator { self == .coefficient ? .product : self }

  fileprivate var allSpellings: [String] {
    // A coefficient has no sign.
    self == .coefficient ? [] : spellings + row.lookalikes.words
  }

  /// `a += b` and what is read the same: an update has no dot.
  static let updateSpellings: [(text: String, op: BinaryOperator)] = allCases.filter(\.row.hasUpdate).flatMap
  {
    op in op.allSpellings.filter { !$0.hasPrefix(".") }.map { ($0 + "=", op) }
  }
}

extension ComparisonOperator {
  /// How it is written, as on a plain keyboard first.
  public var spellings: [String] { (row.also.map { [$0] } ?? []) + [rawValue] }

  fileprivate var allSpellings: [String] { spellings + row.lookalikes.words }
}

extension String {
  /// What stands between its spaces.
  var words: [String] { split(separator: " ").map(String.init) }
}

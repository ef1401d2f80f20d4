// What a program is, once it has been read. The parser makes these values and nothing else does;
// the interpreter compiles them and forgets them. Every piece knows its place in the source.

/// A half-open range of Unicode scalars in the normalised text of a `Source`.
public struct Span: Hashable, Sendable {
  public var start: Int
  public var end: Int

  public init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }

  /// The smallest span that holds both.
  public func union(_ other: Span) -> Span { Span(min(start, other.start), max(end, other.end)) }
}

/// A whole cell or file.
public struct Program: Sendable {
  public var statements: [Statement]
  /// The last statement ends with `;`, so its value is not shown.
  public var isSilenced: Bool

  public init(statements: [Statement], isSilenced: Bool) {
    self.statements = statements
    self.isSilenced = isSilenced
  }
}

public struct Statement: Sendable {
  public var kind: Kind
  public var span: Span

  public init(_ kind: Kind, _ span: Span) {
    self.kind = kind
    self.span = span
  }

  public indirect enum Kind: Sendable {
    /// An expression for its value; a comma list `a, b` arrives as one `.tuple`.
    case expression(Expression)
    /// `a = v`, `a, b = v`: one target, or several that take `value` apart.
    case assign([Target], value: Expression)
    /// `a += v`; `op` is the operator before `=`.
    case update(Target, op: BinaryOperator, value: Expression)
    /// `f(x; k) = …` or `function f(x; k) … end`.
    case define(Name, FunctionLiteral)
    case `return`(Expression?)
    case `break`
    case `continue`
    /// `?name` or `name?` alone on a line.
    case help(String)
  }
}

/// An identifier and where it stands.
public struct Name: Hashable, Sendable {
  public var text: String
  public var span: Span

  public init(_ text: String, _ span: Span) {
    self.text = text
    self.span = span
  }
}

/// What stands left of `=`.
public struct Target: Sendable {
  public var kind: Kind
  public var span: Span

  public init(_ kind: Kind, _ span: Span) {
    self.kind = kind
    self.span = span
  }

  public indirect enum Kind: Sendable {
    /// `x`, `θ.W[1, :]`: a name and the way into its value (empty for a bare name).
    case variable(Name, [Accessor])
    /// `_`: the value is dropped.
    case discard
    /// `(a, b)` inside a target list.
    case group([Target])
  }
}

/// One step into a value on the left of `=`.
public enum Accessor: Sendable {
  case field(Name)
  case index([Index], Span)
}

/// One entry between the brackets of an index.
public enum Index: Sendable {
  /// `:` alone, the whole axis.
  case all(Span)
  /// A position, vector, range or mask; may contain `.end`. Spread: `x[i...]`.
  case at(Expression, isSpread: Bool)
}

public struct FunctionLiteral: Sendable {
  public var parameters: Parameters
  /// An equation or `->` has one expression statement; a block has its statements.
  public var body: [Statement]
  /// The comment lines directly above, without `#`; empty when there are none.
  public var documentation: String
  /// From the first character of the definition (or of the parameters of `->`) to its last.
  public var span: Span

  public init(parameters: Parameters, body: [Statement], documentation: String, span: Span) {
    self.parameters = parameters
    self.body = body
    self.documentation = documentation
    self.span = span
  }
}

public struct Parameters: Sendable {
  public var positional: [Name]
  /// `dims...`, after the positional ones.
  public var rest: Name?
  public var named: [NamedParameter]

  public init(positional: [Name], rest: Name? = nil, named: [NamedParameter] = []) {
    self.positional = positional
    self.rest = rest
    self.named = named
  }
}

public struct NamedParameter: Sendable {
  public var name: Name
  /// `nil` where the caller must give it.
  public var fallback: Expression?

  public init(name: Name, fallback: Expression?) {
    self.name = name
    self.fallback = fallback
  }
}

public struct Expression: Sendable {
  public var kind: Kind
  public var span: Span

  public init(_ kind: Kind, _ span: Span) {
    self.kind = kind
    self.span = span
  }

  public indirect enum Kind: Sendable {
    case number(Double)
    case string([StringPiece])
    /// Every name, `π`, `Inf` and the like included: they live in the library's scope.
    case name(String)
    case boolean(Bool)
    case nothing
    /// `(a, b)`, `(a,)`, `()` and a bare comma list.
    case tuple([Element])
    /// `(n = e, …)`, `(; n, m)`; a spread entry has no name.
    case record([Field])
    /// `[a, b, c]`: stacks along a new first axis.
    case list([Element])
    /// `[a b; c d]`: rows of blocks, always rank 2. One row for `[a b]`.
    case matrix([[Element]])
    /// `[body for y in ys, x in xs if c]`; also, unbracketed, the only argument of a call.
    case comprehension(Expression, [Clause], condition: Expression?)
    case call(Expression, [Argument])
    case index(Expression, [Index])
    case field(Expression, Name)
    /// `end` inside an index.
    case end
    case unary(UnaryOperator, Expression)
    /// Operators whose own place is worth underlining keep it.
    case binary(BinaryOperator, Expression, Expression, operatorSpan: Span)
    /// `a < b <= c`: first operand, then each comparison with its right operand.
    case comparison(Expression, [Comparison])
    /// `&&` and `||`.
    case shortCircuit(isAnd: Bool, Expression, Expression)
    case conditional(Expression, Expression, Expression)
    /// `a:b`, `a:s:b`.
    case range(Expression, step: Expression?, Expression)
    /// `a..b`.
    case interval(Expression, Expression)
    /// `x |> f`.
    case pipe(Expression, Expression)
    case function(FunctionLiteral)
    /// `∇f` (order 1) and `∇²f` (order 2); `∇∇f` nests.
    case gradient(order: Int, Expression)
    /// `∂f/∂x`, `∂²f/∂x∂y`: the names in the order written, repeated for a superscript.
    case partial(Expression, [Name])
    /// `f′`, `f'`, `A'`: as many primes as written. A derivative of a function, a transpose of a tensor.
    case prime(Expression, count: Int)
    /// `Aᵀ`.
    case transpose(Expression)
    /// `begin … end`.
    case block([Statement])
    /// `if … elseif … else … end`.
    case `if`([Branch], otherwise: [Statement]?)
    case `while`(Expression, [Statement])
    case `for`(Pattern, Expression, [Statement])
    case `try`([Statement], catchName: Name?, handler: [Statement])
    /// `@time e`, `@show e`, `@code f`, `@assert e "text"`.
    case macro(Name, Expression, text: Expression?)
  }
}

public enum StringPiece: Sendable {
  case text(String)
  case value(Expression)
}

/// An entry of a tuple, list or matrix row.
public struct Element: Sendable {
  public var value: Expression
  public var isSpread: Bool

  public init(_ value: Expression, isSpread: Bool = false) {
    self.value = value
    self.isSpread = isSpread
  }
}

/// An entry of a record; `name` is `nil` for a spread `t...`.
public struct Field: Sendable {
  public var name: Name?
  public var value: Expression

  public init(name: Name?, value: Expression) {
    self.name = name
    self.value = value
  }
}

/// An entry of a call. `f(x; W)` arrives as `name: W, value: W`.
public struct Argument: Sendable {
  public var name: Name?
  public var value: Expression
  public var isSpread: Bool

  public init(name: Name? = nil, value: Expression, isSpread: Bool = false) {
    self.name = name
    self.value = value
    self.isSpread = isSpread
  }
}

public struct Clause: Sendable {
  public var pattern: Pattern
  public var source: Expression

  public init(pattern: Pattern, source: Expression) {
    self.pattern = pattern
    self.source = source
  }
}

/// What a `for` or a comprehension binds.
public indirect enum Pattern: Sendable {
  case name(Name)
  case discard
  case group([Pattern], Span)
}

public struct Branch: Sendable {
  public var condition: Expression
  public var body: [Statement]

  public init(condition: Expression, body: [Statement]) {
    self.condition = condition
    self.body = body
  }
}

public struct Comparison: Sendable {
  public var op: ComparisonOperator
  public var operatorSpan: Span
  public var right: Expression

  public init(op: ComparisonOperator, operatorSpan: Span, right: Expression) {
    self.op = op
    self.operatorSpan = operatorSpan
    self.right = right
  }
}

public enum UnaryOperator: String, Sendable, CaseIterable {
  case negate = "-"
  case not = "!"
  case root = "√"
}

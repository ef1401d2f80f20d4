/// What an operation does with elements: how its work is counted, and what holds for all of a kind.
enum OperationKind: Sendable {
  /// Number by number; the shapes of the operands broadcast.
  case elementwise
  /// Moves elements, or changes their type, without computing.
  case movement
  /// Makes one element of many.
  case reduction
  /// Sums products over an axis of either operand; `terms` are those of one element of the result.
  case product(terms: @Sendable (_ inputs: [Tensor], Attributes?) -> Int)
  /// None of these. What is written with other operations has no kind: a tape shows those.
  case other
}

/// Parts of a tensor that an operation works on one by one.
enum OperationSlices {
  /// What lies along the axes in the attributes.
  case axes
  /// The matrices along the last two axes.
  case matrices
}

/// How mathematics writes an operation.
public enum Notation: Sendable {
  /// By its name, the operands in brackets. A program may have a symbol for it, by which messages call it.
  case call(symbol: String?)
  /// Between its operands.
  case infix(String)
  /// Before its operand.
  case prefix(String)
  /// After its operand.
  case postfix(String)
  /// A formula in the names of the parameters, letters in whose places the operands stand.
  case formula(String)
  /// As a program would write it, from its operands and the result; `[…]` stands for places.
  case phrase(@Sendable (_ operands: [String], _ result: Tensor) -> String)

  /// By its name.
  public static let name = Notation.call(symbol: nil)

  /// What programs write instead of the name, if anything.
  public var symbol: String? {
    switch self {
    case .call(let symbol): symbol
    case .infix(let symbol), .prefix(let symbol), .postfix(let symbol): symbol
    case .formula, .phrase: nil
    }
  }
}

extension Operation {
  /// Whether it works number by number.
  var isElementwise: Bool {
    if case .elementwise = kind { true } else { false }
  }

  /// Whether it makes one element of many.
  var isReduction: Bool {
    if case .reduction = kind { true } else { false }
  }

  /// What programs write for it instead of its name, if anything.
  public var symbol: String? { notation.symbol }

  /// What stands for it in a formula: its symbol, if formulas write that, else its name.
  public var sign: String {
    if case .call = notation { return name }
    return symbol ?? name
  }

  /// An application in a formula, given what stands for its operands.
  public func written(_ operands: [String], _ result: Tensor) -> String {
    switch notation {
    case .infix(let symbol) where operands.count == 2: return "\(operands[0]) \(symbol) \(operands[1])"
    case .prefix(let symbol) where operands.count == 1: return symbol + operands[0]
    case .postfix(let symbol) where operands.count == 1: return operands[0] + symbol
    case .phrase(let phrase): return phrase(operands, result)
    case .formula(let formula):
      let places = zip(parameters.map(\.name), operands)
      return formula.map { character in
        places.first { $0.0 == String(character) }?.1 ?? String(character)
      }.joined()
    default: return "\(name)(\(operands.joined(separator: ", ")))"
    }
  }
}

import Numerics
import Syntax

extension Wording {
  static func words(for problem: Problem, _ context: WordingContext) -> Words {
    switch problem {
    case .syntax(let diagnostic): return Words(.syntax, diagnostic.message)

    case .unknownName(let name, let known):
      if name.hasPrefix("@") {
        return Words(
          .name, "there is no macro \(name)", oneOf(Suggestion.line(for: name, among: known.map { "@" + $0 }))
        )
      }
      return Words(
        .name, "\(name) is not defined", [context.use(ofUnknown: name, among: known)].compactMap { $0 })
    case .unknownField(let name, let known):
      if let line = Suggestion.line(for: name, among: known), line.hasPrefix("did") {
        return Words(.name, "there is no field \(name)", [line], culprit: .operand(1))
      }
      return Words(.name, "there is no field \(name); \(fields(known))", culprit: .operand(1))
    case .unknownParameter(let name, let signature):
      let known = signature.positional + signature.named
      return Words(
        .name, "∂/∂\(name) needs a parameter \(name), and \(signature.description) has none",
        oneOf(Suggestion.line(for: name, among: known).flatMap { $0.hasPrefix("did") ? $0 : nil }),
        culprit: .operand(1))

    case .notCallable(let kind):
      return Words(.type, "only a function can be called, and this is \(kind)", calledNumber(kind, context))
    case .argumentCount(let signature, let given, let legal): return argumentCount(signature, given, legal)
    case .unknownArgument(let name, let signature): return unknownArgument(name, signature)
    case .missingArgument(let name, let signature):
      return Words(
        .type, "\(signature.description) needs \(name), which is given by name: \(name) = …",
        culprit: .plainOperands)
    case .repeatedArgument(let name, let signature):
      return Words(.type, "\(name) is given twice to \(signature.description)", culprit: .argument(name))

    case .wrongOperands(let operation, let kinds): return wrongOperands(operation, kinds, context)
    case .wrongArgument(let function, let expected, let got):
      let name = function == Problem.caller ? context.caller ?? "the library" : called(function)
      return Words(.type, "\(name) takes \(expected), not \(got)")
    case .condition(let construct, let got, let isTensor): return condition(construct, got, isTensor, context)
    case .notIterable(let kind):
      if context.isSpread {
        return Words(.type, "only a tensor, a tuple or a string can be spread, and this is \(kind)")
      }
      let range = kind == "a number" ? context.attached(0).map { ["1:\($0) counts from 1 to \($0)"] } : nil
      return Words(
        .type, "only a tensor, a tuple or a string has elements to go through, and this is \(kind)",
        range ?? [])
    case .notIndexable(let kind):
      return Words(.type, "\(kind) cannot be indexed that way", fieldInstead(kind, context))
    case .noFields(let kind, let field):
      return Words(
        .type, "only a record has fields, and this is \(kind), so there is no .\(field)",
        method(field, context))
    case .unpackCount(let targets, let values):
      return Words(.type, "\(count(targets, "name")) cannot take \(count(values, "value")) apart")
    case .notUnpackable(let kind): return Words(.type, "\(kind) cannot be taken apart into several names")
    case .differentStructure(let operation, let a, let b):
      // Whoever called a function of the library has not called what that calls.
      let name = context.caller.map { $0.isEmpty ? "the function" : $0 } ?? called(operation)
      return Words(.type, "\(name) needs trees of the same structure, not \(a) and \(b)")
    case .unfit(let sentence): return Words(.shape, sentence)
    case .nothingToDifferentiate(let signature):
      let named = signature.named.first.map { ["∂\(signature.name)/∂\($0) is the derivative by \($0)"] } ?? []
      return Words(
        .type,
        "∇ differentiates what stands before the semicolon, and \(signature.description) was given nothing there",
        signature.name.isEmpty ? [] : named)
    case .noSuchPosition(let position, let signature, let given):
      return Words(
        .type,
        "grad by argument \(position) needs as many before the semicolon, and \(signature.description) was given \(given)"
      )
    case .derivativeOfSeveral(let signature, let given):
      let name = signature.name
      let ways =
        name.isEmpty || signature.positional.isEmpty
        ? [] : ["by one of them: ∂\(name)/∂\(signature.positional[0]); by all: ∇\(name)"]
      return Words(
        .type,
        "f′ is the derivative of a function of one argument, and \(signature.description) was given \(given)",
        ways)
    case .notDifferentiable(let argument, let kind, let named):
      return notDifferentiable(argument, kind, named, context)

    case .derivativeOfNonNumbers(let function, let kind):
      return Words(.type, "a derivative needs numbers or tensors for a value, and \(function) gave \(kind)")
    case .gradientOfNonNumber(let function, let kind, let isTensor):
      // What the library wrapped around the reader's function is none of theirs.
      let isOwn = !context.isInLibrary || !function.hasPrefix("(")
      return gradientOfNonNumber(isOwn ? function : "", kind, isTensor)
    case .inverseOfTensor(let rank):
      let text = context.attached(0) ?? "A"
      let ways =
        rank == 2 ? ["inv(\(context[0] ?? "A")) is the inverse; \(text) \\ b solves \(text) x = b"] : []
      return Words(.shape, "A⁻¹ is for numbers; of a matrix write inv(A), or A \\ b to solve A x = b", ways)

    case .indexRange(let index, let length, let what):
      return Words(
        .index, "the index \(Printer.number(index)) is outside \(extent(length)) of the \(what)",
        Fitting.firstElement(index, length), labels: [1: Printer.number(index)])
    case .indexNotWhole(let index):
      return Words(
        .index, "an index must be a whole number, and \(Printer.number(index)) is not",
        labels: [1: Printer.number(index)])

    case .raised(let message): return Words(.value, oneLine(message), culprit: .whole)
    case .badValue(let function, let reason): return Words(.value, "\(place(of: function)): \(reason)")
    case .assertion(let text, let left, let relation, let right):
      return assertion(text, left, relation, right)
    case .file(let path, let reason): return Words(.file, "\(path): \(reason)")
    case .missingFile(let path, let siblings):
      return Words(
        .file, "\(path): there is no such file", oneOf(Suggestion.line(for: path, among: siblings)))
    case .inputUnavailable:
      return Words(.value, "input has nobody to ask: this notebook runs without a reader")

    case .depth(let limit):
      return Words(.limit, "calls are nested more than \(grouped(limit)) deep", recursion)
    case .time(let limit):
      return Words(
        .limit, "the cell ran longer than \(Clock.duration(limit)), the limit on time (--max-time)")
    case .unwatched:
      return Words(.limit, "the system has no thread left that would watch the limit on time (--max-time)")
    case .trapped(let signal):
      return Words(
        .fault, "Nabla itself failed here (\(signal)); the cell is not at fault",
        ["the variables of the notebook are lost: run it again, without this cell or with other values in it"]
      )
    case .output(let limit):
      return Words(.limit, "the cell put out more than \(bytes(limit)), the limit on output (--max-output)")
    }
  }

  private static let recursion = ["a recursion needs a case that ends it, reached by every call"]

  // MARK: Calls

  private static func argumentCount(_ signature: Signature, _ given: Int, _ legal: ClosedRange<Int>) -> Words
  {
    let wanted: String
    if legal.lowerBound == legal.upperBound {
      wanted = legal.lowerBound == 0 ? "no arguments" : count(legal.lowerBound, "argument")
    } else if legal.upperBound == Int.max {
      wanted = "at least \(count(legal.lowerBound, "argument"))"
    } else {
      wanted = "\(legal.lowerBound) to \(count(legal.upperBound, "argument"))"
    }
    let before = signature.named.isEmpty ? "" : " before the semicolon"
    var ways: [String] = []
    if given > legal.upperBound, !signature.named.isEmpty {
      ways.append("by name, after a semicolon, it also takes \(list(signature.named))")
    }
    if given == 1, let whole = ["max": "maximum", "min": "minimum"][signature.name] {
      ways.append("of all elements of a tensor it is \(whole)(x)")
    }
    return Words(
      .type, "\(signature.description) takes \(wanted)\(before), not \(given)", ways, culprit: .plainOperands)
  }

  private static func unknownArgument(_ name: String, _ signature: Signature) -> Words {
    if signature.positional.contains(name) {
      return Words(
        .type, "\(name) is given to \(signature.description) by its place, not by name",
        culprit: .argument(name))
    }
    let message = "\(signature.description) has no parameter named \(name)"
    if let line = Suggestion.line(for: name, among: signature.named) {
      return Words(.type, message, [line], culprit: .argument(name))
    }
    let nothing =
      signature.named.isEmpty
      ? "; it takes nothing by name" : "; by name it takes \(list(signature.named))"
    return Words(.type, message + nothing, culprit: .argument(name))
  }

  /// `2(x)` is a product, but `n(x)` is a call.
  private static func calledNumber(_ kind: String, _ context: WordingContext) -> [String] {
    guard
      kind.hasPrefix("a number") || kind.hasPrefix("a vector") || kind.hasSuffix("matrix")
        || kind.hasSuffix("tensor"),
      let text = context.attached(0)
    else { return [] }
    return ["a product is written \(text) * (…), an element \(text)[…]"]
  }

  /// `x.shape` of other languages is `shape(x)`.
  private static func method(_ field: String, _ context: WordingContext) -> [String] {
    let functions: [String: String] = [
      "shape": "shape", "size": "shape", "T": "transpose", "sum": "sum", "mean": "mean", "max": "maximum",
      "min": "minimum", "dtype": "dtype", "length": "length", "reshape": "reshape", "norm": "norm",
      "std": "std",
      "argmax": "argmax", "ndim": "rank", "exp": "exp", "log": "log", "abs": "abs", "append": "push",
      "push": "push", "dot": "dot", "flatten": "flatten", "argmin": "argmin", "prod": "prod",
    ]
    guard let text = context[0], let function = functions[field] else { return [] }
    if function == "transpose",
      context.notes.first.map({ !$0.isValue && !$0.description.contains("×") }) == true
    {
      return [
        "a vector needs no transpose: \(context.attached(0) ?? text) ⋅ b is the inner product, A * b takes it as it is"
      ]
    }
    if ["push", "dot", "reshape"].contains(function) { return ["it is written \(function)(\(text), …)"] }
    return [
      function == "transpose"
        ? "it is written \(context.attached(0) ?? text)ᵀ" : "it is written \(function)(\(text))"
    ]
  }

  private static func fieldInstead(_ kind: String, _ context: WordingContext) -> [String] {
    if kind == "a record" { return ["a field is taken by its name: t.name or t[\"name\"]"] }
    if kind == "a function", let text = context.attached(0) { return ["a function is called: \(text)(…)"] }
    return []
  }

  // MARK: Operands

  private static func wrongOperands(_ operation: String, _ kinds: [String], _ context: WordingContext)
    -> Words
  {
    if kinds.count == 1 {
      if operation.hasPrefix("∇") || operation == "∂" {
        return Words(.type, "\(operation) takes a function, not \(kinds[0])")
      }
      return Words(.type, "\(called(operation)) has no meaning for \(kinds[0])")
    }
    if operation == "[ ] =" {
      return Words(.type, "an element of \(kinds[0]) cannot become \(kinds[1])")
    }
    var ways: [String] = []
    if operation == "+" || operation == "*", kinds.contains("a string"), let a = context[0],
      let b = context[1]
    {
      ways = ["this would fit: string(\(a), \(b))"]
    }
    if operation == "+" || operation == "-" || operation == "*", kinds == ["a function", "a function"],
      let f = context.attached(0), let g = context.attached(1)
    {
      ways = ["this would fit: x -> \(f)(x) \(operation) \(g)(x)"]
    }
    return Words(.type, "\(called(operation)) has no meaning for \(together(kinds))", ways)
  }

  private static func condition(
    _ construct: String, _ got: String, _ isTensor: Bool, _ context: WordingContext
  ) -> Words {
    let name = construct == "?" ? "c ? a : b" : construct
    let message = "\(name) needs one true or false, and this is \(got)"
    guard isTensor else {
      if got == "a number", let text = context.attached(0) {
        return Words(.type, message, ["this would fit: \(text) != 0"])
      }
      return Words(.type, message)
    }
    guard let text = context[0], context.notes.first?.description.hasSuffix("bool") == true else {
      return Words(
        .type, message, ["all(…) and any(…) make one of a comparison; x ≈ y compares whole tensors"])
    }
    return Words(
      .type, message,
      ["all(\(text)) asks it of every element, any(\(text)) of at least one; x ≈ y compares whole tensors"])
  }

  private static func notDifferentiable(
    _ argument: String?, _ kind: String, _ named: [String], _ context: WordingContext
  ) -> Words {
    let isWhole = context.notes.contains {
      $0.description == kind || kind == "bools" && $0.description.hasSuffix(" bool")
        || $0.isValue && kind == ($0.description.hasPrefix("\"") ? "a string" : "a bool")
    }
    let verb = (isWhole || context.notes.isEmpty) && kind != "bools" ? "is" : "holds"
    let subject = "\(argument ?? "this") \(verb) \(kind)"
    if !isWhole, !context.notes.isEmpty {
      return Words(
        .type, "∇ differentiates what stands before the semicolon, and \(subject)",
        ["put what is no number into an argument of its own, after the semicolon"])
    }
    let variable = argument ?? "it"
    return Words(
      .type, "∇ differentiates what stands before the semicolon, and \(subject)",
      [
        named.contains(variable)
          ? "put it after the semicolon: \(variable) = …"
          : "put \(variable) after the semicolon: what stands there is held constant"
      ])
  }

  private static func gradientOfNonNumber(_ function: String, _ kind: String, _ isTensor: Bool) -> Words {
    let name = function.isEmpty ? "f" : function
    let message = "∇ needs a function whose value is a number, and \(name) gave \(kind)"
    guard isTensor else { return Words(.shape, message) }
    let text = name.hasPrefix("(") ? String(name.dropFirst().dropLast()) : name
    let jacobian = text.contains("\n") || text.count > 40 ? "jacobian" : "jacobian(\(text))"
    return Words(
      .shape, message,
      [
        "\(jacobian) has the derivatives of every element; sum(…) or mean(…) around the value makes it a number"
      ])
  }

  private static func assertion(_ text: String?, _ left: String?, _ relation: String?, _ right: String?)
    -> Words
  {
    guard let left, let right, let relation else {
      return Words(.assertion, oneLine(text ?? "the assertion is false"))
    }
    let source = text.map { oneLine($0) + " is false: " } ?? ""
    return Words(.assertion, "\(source)\(left) \(relation) \(right)")
  }
}

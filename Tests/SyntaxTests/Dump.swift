@testable import Syntax

// The tree as an S-expression, complete enough that two different trees never look alike.

func dump(_ text: String) -> String {
  let result = Parser.parse(Source(text, name: "test"))
  guard let program = result.program else {
    return "error: " + (result.diagnostics.first?.message ?? "none")
  }
  return program.statements.map(dump).joined(separator: " ; ") + (program.isSilenced ? " ;" : "")
}

func dump(_ statements: [Statement]) -> String { "{" + statements.map(dump).joined(separator: "; ") + "}" }

func dump(_ statement: Statement) -> String {
  switch statement.kind {
  case .expression(let value): return dump(value)
  case .assign(let targets, let value):
    return "(= \(targets.map(dump).joined(separator: " ")) \(dump(value)))"
  case .update(let target, let op, let value): return "(\(op.rawValue)= \(dump(target)) \(dump(value)))"
  case .define(let name, let literal): return "(def \(name.text) \(dump(literal)))"
  case .return(let value): return value.map { "(return \(dump($0)))" } ?? "(return)"
  case .break: return "break"
  case .continue: return "continue"
  case .help(let text): return "(help \(text))"
  }
}

func dump(_ target: Target) -> String {
  switch target.kind {
  case .variable(let name, let way):
    return way.reduce(name.text) { result, accessor in
      switch accessor {
      case .field(let field): return "(. \(result) \(field.text))"
      case .index(let indices, _): return "(index \(result) \(indices.map(dump).joined(separator: " ")))"
      }
    }
  case .discard: return "_"
  case .group(let members): return "(group \(members.map(dump).joined(separator: " ")))"
  }
}

func dump(_ index: Index) -> String {
  switch index {
  case .all: return ":"
  case .at(let value, let isSpread): return dump(value) + (isSpread ? "..." : "")
  }
}

func dump(_ literal: FunctionLiteral) -> String {
  "(fn \(dump(literal.parameters)) \(dump(literal.body))"
    + (literal.documentation.isEmpty ? "" : " doc:\"\(literal.documentation)\"") + ")"
}

func dump(_ parameters: Parameters) -> String {
  var result = parameters.positional.map(\.text)
  if let rest = parameters.rest { result.append(rest.text + "...") }
  if !parameters.named.isEmpty {
    result.append(";")
    result += parameters.named.map { $0.name.text + ($0.fallback.map { "=" + dump($0) } ?? "") }
  }
  return "[" + result.joined(separator: " ") + "]"
}

func dump(_ element: Element) -> String { dump(element.value) + (element.isSpread ? "..." : "") }

func dump(_ pattern: Pattern) -> String {
  switch pattern {
  case .name(let name): return name.text
  case .discard: return "_"
  case .group(let members, _): return "(" + members.map(dump).joined(separator: " ") + ")"
  }
}

func dump(_ number: Double) -> String {
  number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
}

func dump(_ expression: Expression) -> String {
  func list(_ head: String, _ parts: [String]) -> String {
    "(" + ([head] + parts).joined(separator: " ") + ")"
  }
  switch expression.kind {
  case .number(let value): return dump(value)
  case .string(let pieces):
    return "\""
      + pieces.map {
        switch $0 {
        case .text(let text): return text.replacing("\n", with: "⏎")
        case .value(let value): return "$" + dump(value)
        }
      }.joined(separator: "|") + "\""
  case .name(let text): return text
  case .boolean(let value): return String(value)
  case .nothing: return "nothing"
  case .tuple(let elements): return list("tuple", elements.map(dump))
  case .record(let fields):
    return list("record", fields.map { ($0.name.map { $0.text + "=" } ?? "...") + dump($0.value) })
  case .list(let elements): return list("list", elements.map(dump))
  case .matrix(let rows): return list("matrix", rows.map { "[" + $0.map(dump).joined(separator: " ") + "]" })
  case .comprehension(let body, let clauses, let condition):
    let parts = clauses.map { "(for \(dump($0.pattern)) \(dump($0.source)))" }
    return list("each", [dump(body)] + parts + (condition.map { ["(if \(dump($0)))"] } ?? []))
  case .call(let function, let arguments):
    let parts = arguments.map { argument in
      (argument.name.map { $0.text + "=" } ?? "") + dump(argument.value) + (argument.isSpread ? "..." : "")
    }
    return list("call", [dump(function)] + parts)
  case .index(let base, let indices): return list("index", [dump(base)] + indices.map(dump))
  case .field(let base, let name): return list(".", [dump(base), name.text])
  case .end: return "end"
  case .unary(let op, let operand): return list(op.rawValue, [dump(operand)])
  case .binary(let op, let left, let right, _): return list(op.rawValue, [dump(left), dump(right)])
  case .comparison(let first, let links):
    return list("compare", [dump(first)] + links.flatMap { [$0.op.rawValue, dump($0.right)] })
  case .shortCircuit(let isAnd, let left, let right):
    return list(isAnd ? "&&" : "||", [dump(left), dump(right)])
  case .conditional(let condition, let first, let second):
    return list("?", [dump(condition), dump(first), dump(second)])
  case .range(let start, let step, let end):
    return list(":", [dump(start)] + (step.map { [dump($0)] } ?? []) + [dump(end)])
  case .interval(let start, let end): return list("..", [dump(start), dump(end)])
  case .pipe(let value, let function): return list("|>", [dump(value), dump(function)])
  case .function(let literal): return dump(literal)
  case .gradient(let order, let function): return list(order == 1 ? "∇" : "∇²", [dump(function)])
  case .partial(let function, let names): return list("∂", [dump(function)] + names.map(\.text))
  case .prime(let operand, let count): return list("prime", [dump(operand), String(count)])
  case .transpose(let operand): return list("ᵀ", [dump(operand)])
  case .block(let body): return list("begin", [dump(body)])
  case .if(let branches, let otherwise):
    let parts = branches.flatMap { [dump($0.condition), dump($0.body)] }
    return list("if", parts + (otherwise.map { [dump($0)] } ?? []))
  case .while(let condition, let body): return list("while", [dump(condition), dump(body)])
  case .for(let pattern, let source, let body): return list("for", [dump(pattern), dump(source), dump(body)])
  case .try(let body, let name, let handler):
    return list("try", [dump(body), name?.text ?? "_", dump(handler)])
  case .macro(let name, let value, let text):
    return list("@" + name.text, [dump(value)] + (text.map { [dump($0)] } ?? []))
  }
}

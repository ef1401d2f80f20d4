import Interpreter
import JSON

// What front ends ask while the user types. All positions are Unicode scalars, as the protocol has them.

extension Kernel {
  func complete(_ request: Request) -> Reply {
    let completion = evaluator.complete(request.code, at: request.cursor)
    let start = JSONValue.integer(Int64(completion.start))
    let end = JSONValue.integer(Int64(completion.end))
    let types = completion.matches.map { match -> JSONValue in
      ["text": .string(match.text), "type": .string(match.type), "start": start, "end": end]
    }
    return Reply([
      "status": "ok", "matches": .array(completion.matches.map { .string($0.text) }),
      "cursor_start": start, "cursor_end": end,
      // JupyterLab's name for what it shows beside a match.
      "metadata": ["_jupyter_types_experimental": .array(types)],
    ])
  }

  func inspect(_ request: Request) -> Reply {
    let detail = request["detail_level"]?.int ?? 0
    let bundle = evaluator.inspect(request.code, at: request.cursor, detail: detail)
    return Reply([
      "status": "ok", "found": .bool(bundle != nil), "data": bundle?.json ?? [:],
      "metadata": [:],
    ])
  }

  func isComplete(_ request: Request) -> Reply {
    switch evaluator.completeness(of: request.code) {
    case .complete: Reply(["status": "complete"])
    case .incomplete(let indent): Reply(["status": "incomplete", "indent": .string(indent)])
    case .invalid: Reply(["status": "invalid"])
    }
  }
}

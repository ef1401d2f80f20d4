import Interpreter
import JSON

/// The host of a notebook's run: keeps what the cells put out, as a Jupyter client stores it.
final class OutputCollector: Host {
  /// Outputs of each cell that ran, by its place in the notebook.
  private(set) var outputs: [Int: [Output]] = [:]
  private var cell = 0
  /// `clear_output(wait = true)`: the next output clears those before it.
  private var clearsBeforeNext = false

  /// What comes now belongs to this cell.
  func begin(cell: Int) {
    self.cell = cell
    outputs[cell] = []
    clearsBeforeNext = false
  }

  func write(_ text: String, to stream: OutputStream) {
    guard !text.isEmpty else { return }
    clearIfDue()
    if case .stream(stream, _)? = outputs[cell]?.last {
      outputs[cell]![outputs[cell]!.count - 1].append(text)
    } else {
      append(.stream(stream, text))
    }
  }

  func display(_ bundle: Bundle, id: String?) {
    if let id { update(bundle, id: id) }
    append(.display(bundle, id: id))
  }

  /// Wherever in the notebook it is shown.
  func update(_ bundle: Bundle, id: String) {
    for (cell, cellOutputs) in outputs {
      for (position, output) in cellOutputs.enumerated() {
        guard case .display(_, id) = output else { continue }
        outputs[cell]![position] = .display(bundle, id: id)
      }
    }
  }

  func clearOutput(wait: Bool) {
    clearsBeforeNext = wait
    if !wait { outputs[cell] = [] }
  }

  func input(prompt: String) throws -> String { try readLineFromTerminal(prompt: prompt) }

  func append(_ output: Output) {
    clearIfDue()
    outputs[cell, default: []].append(output)
  }

  private func clearIfDue() {
    guard clearsBeforeNext else { return }
    outputs[cell] = []
    clearsBeforeNext = false
  }
}

/// One output of a cell.
enum Output: Equatable {
  case stream(OutputStream, String)
  case display(Bundle, id: String?)
  case result(Bundle, executionCount: Int)
  case error(Failure)

  fileprivate mutating func append(_ more: String) {
    guard case .stream(let stream, var text) = self else { return }
    self = .stream(stream, "")  // So that the text grows in place.
    text += more
    self = .stream(stream, text)
  }

  /// The output as notebooks store it.
  var json: JSONValue {
    switch self {
    case .stream(let stream, let text):
      ["output_type": "stream", "name": .string(stream.rawValue), "text": .string(text)]
    case .display(let bundle, _):
      ["output_type": "display_data", "data": bundle.json, "metadata": [:]]
    case .result(let bundle, let count):
      [
        "output_type": "execute_result", "execution_count": .integer(Int64(count)), "data": bundle.json,
        "metadata": [:],
      ]
    case .error(let failure):
      .object(JSONObject([("output_type", "error")] + failure.json.map { ($0.key, $0.value) }))
    }
  }
}

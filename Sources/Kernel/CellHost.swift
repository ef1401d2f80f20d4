import Interpreter
import JSON
import Wire

/// The world as a running cell sees it: its output becomes messages whose parent is the cell's request.
final class CellHost: Host {
  private unowned let kernel: Kernel

  init(kernel: Kernel) { self.kernel = kernel }

  func write(_ text: String, to stream: OutputStream) { kernel.outbox.write(text, to: stream) }

  func display(_ bundle: Bundle, id: String?) {
    kernel.outbox.display(publication("display_data", bundle, id: id))
  }

  func update(_ bundle: Bundle, id: String) {
    kernel.outbox.update(publication("update_display_data", bundle, id: id), id: id)
  }

  func clearOutput(wait: Bool) {
    guard let request = kernel.cell?.request else { return }
    kernel.outbox.clear(request.publication("clear_output", ["wait": .bool(wait)]))
  }

  func offer(_ adjustable: any Adjustable, asResult: Bool) {
    if asResult {
      kernel.cell?.offered = adjustable
    } else if let request = kernel.cell?.request {
      kernel.widgets.show(adjustable, for: request)
    }
  }

  func input(prompt: String) throws -> String {
    guard let cell = kernel.cell, cell.allowsInput else { throw InputUnavailable() }
    let question: JSONValue = ["prompt": .string(prompt), "password": false]
    let answer = try kernel.surroundings.answer(
      to: cell.request.answer("input_request", on: .stdin, question))
    // What a front end sends when the user closes the input instead of answering.
    if answer == "\u{4}" { throw InputUnavailable() }
    return answer
  }

  private func publication(_ type: String, _ bundle: Bundle, id: String?) -> OutgoingMessage {
    let transient: JSONValue = id.map { ["display_id": .string($0)] } ?? [:]
    let content: JSONValue = ["data": bundle.json, "metadata": [:], "transient": transient]
    return OutgoingMessage(
      type, on: .iopub, parent: kernel.cell?.request.message.header ?? OutgoingMessage.noParent,
      content: content)
  }
}

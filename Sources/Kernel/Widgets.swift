import Interpreter
import JSON
import Wire

/// The widgets of a kernel. A front end that has a manager of widgets says so when it connects, by a comm of its own; from
/// then on what a cell shows and the session can be asked more of comes with controls. They are an output beside the
/// value's own, which needs no kernel.
final class Widgets {
  /// What a manager opens to learn of the models that there are.
  static let managerTarget = "jupyter.widget.control"
  /// What was shown longer ago loses its controls: the values behind them are kept for them.
  private static let mostViews = 24

  private let comms: OpenComms
  private let outbox: Outbox
  private var hasManager = false
  /// The oldest first.
  private var views: [WidgetView] = []

  init(comms: OpenComms, outbox: Outbox) { (self.comms, self.outbox) = (comms, outbox) }

  /// Whether the front end is told of it.
  func show(_ adjustable: any Adjustable, for request: Request) {
    guard hasManager else { return }
    let view = WidgetView(adjustable, cell: Self.cell(of: request))
    let models = view.models
    guard models.allSatisfy({ comms.open($0.id, target: WidgetModel.target) }) else {
      for model in models { comms.close(model.id) }
      return
    }
    views.append(view)
    while views.count > Self.mostViews { forget(views[0], request) }
    for model in models {
      var message = request.publication(
        "comm_open",
        [
          "comm_id": .string(model.id), "target_name": .string(WidgetModel.target),
          "data": ["state": .object(model.state), "buffer_paths": []],
        ])
      message.metadata = ["version": .string(WidgetModel.protocolVersion)]
      outbox.send(message)
    }
    outbox.display(
      request.publication("display_data", ["data": view.display, "metadata": [:], "transient": [:]]))
  }

  /// A cell that runs again takes its outputs back, and so does one that was deleted.
  func forgetOutputs(before request: Request) {
    let deleted = request.message.metadata["deletedCells"]?.array?.compactMap(\.string) ?? []
    let gone = Set(deleted + [Self.cell(of: request)].compactMap(\.self))
    for view in views where view.cell.map(gone.contains) == true { forget(view, request) }
  }

  private static func cell(of request: Request) -> String? { request.message.metadata["cellId"]?.string }

  private func forget(_ view: WidgetView, _ request: Request, except closed: String? = nil) {
    views.removeAll { $0 === view }
    for model in view.models {
      comms.close(model.id)
      if model.id == closed { continue }
      outbox.send(request.publication("comm_close", ["comm_id": .string(model.id), "data": [:]]))
    }
  }

  // MARK: What front ends send

  /// False where the comm is of a target that nobody registered.
  func open(_ request: Request) -> Bool {
    guard request["target_name"]?.string == Self.managerTarget, let id = request["comm_id"]?.string,
      comms.open(id, target: Self.managerTarget)
    else { return false }
    hasManager = true
    return true
  }

  func close(_ request: Request) {
    guard let id = request["comm_id"]?.string else { return }
    if comms.target(of: id) == Self.managerTarget { comms.close(id) }
    if let view = view(of: id) { forget(view, request, except: id) }
  }

  private func view(of id: String) -> WidgetView? {
    views.first { $0.models.contains { $0.id == id } }
  }

  /// Answers what asks for states; the view that a message moves, moved.
  func receive(_ request: Request) -> WidgetView? {
    guard let id = request["comm_id"]?.string else { return nil }
    let method = request["data"]?["method"]?.string
    if method == "request_states", comms.target(of: id) == Self.managerTarget {
      let states = views.flatMap(\.models).map { ($0.id, $0.description) }
      send(
        ["method": "update_states", "states": .object(JSONObject(states)), "buffer_paths": []], to: id,
        request)
      return nil
    }
    guard let view = view(of: id) else { return nil }
    if method == "request_state", let model = view.models.first(where: { $0.id == id }) {
      send(model.state, method: "update", to: id, request)
    }
    guard let (control, position) = view.move(in: request.message.content) else { return nil }
    view.move(control, to: position)
    // Other front ends of the kernel move with the one.
    send(view.controls[control].state(at: position), method: "echo_update", to: id, request)
    return view
  }

  func show(_ markup: String, in view: WidgetView, for request: Request) {
    view.show(markup)
    send(["value": .string(markup)], method: "update", to: view.picture.id, request)
  }

  private func send(_ state: JSONObject, method: String, to id: String, _ request: Request) {
    send(["method": .string(method), "state": .object(state), "buffer_paths": []], to: id, request)
  }

  private func send(_ data: JSONValue, to id: String, _ request: Request) {
    outbox.send(request.publication("comm_msg", ["comm_id": .string(id), "data": data]))
  }
}

extension Kernel {
  /// A comm to a target that nobody registered is closed again, on IOPub as the protocol has it.
  func openComm(_ request: Request) -> Reply? {
    if !widgets.open(request) {
      outbox.send(
        request.publication("comm_close", ["comm_id": request["comm_id"] ?? "", "data": [:]]))
    }
    return nil
  }

  func closeComm(_ request: Request) -> Reply? {
    widgets.close(request)
    return nil
  }

  /// Where a control moves, the session shows what stands there; of several positions that wait only the last.
  func receiveComm(_ request: Request) -> Reply? {
    guard let view = widgets.receive(request) else { return nil }
    let isOvertaken = surroundings.hasWaiting { $0.type == "comm_msg" && view.move(in: $0.content) != nil }
    if isOvertaken { return nil }
    switch adjust(view) {
    case .finished(let bundle):
      let markup = bundle?["text/html"] ?? view.adjustable.markup(saying: bundle?["text/plain"] ?? "")
      widgets.show(markup, in: view, for: request)
    case .failed(let failure):
      widgets.show(
        view.adjustable.markup(saying: "\(failure.kind): \(failure.message)"), in: view, for: request)
    }
    return nil
  }

  private func adjust(_ view: WidgetView) -> Outcome {
    // An interrupt may have come while the message stood in the queue.
    let outcome =
      Interruption.isRaised ? .failed(interrupted) : evaluator.adjust(view.adjustable, to: view.positions)
    if case .failed(let failure) = outcome, failure.kind == Self.interruptedKind { Interruption.clear() }
    return outcome
  }
}

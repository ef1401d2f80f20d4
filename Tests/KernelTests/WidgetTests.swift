import Interpreter
import JSON
import Wire
import XCTest

@testable import Kernel

/// Controls of what cells show, as a front end with a manager of widgets sees them.
final class WidgetTests: XCTestCase {
  /// Something with three controls that shows where they stand.
  final class Shown: Adjustable {
    struct Refusal: Error {}
    private(set) var asked: [[AdjustablePosition]] = []
    let controls = [
      AdjustableControl("β", .range(low: 0, high: 0.99, step: 0.001), start: .number(0.9)),
      AdjustableControl("name", .choice(["sgd", "<adam>"]), start: .choice(1)),
      AdjustableControl("fine", .flag, start: .flag(false)),
    ]

    func bundle(at positions: [AdjustablePosition]) throws -> Bundle {
      asked.append(positions)
      if positions[0] == .number(0.5) { throw Refusal() }
      return Bundle([.init("text/html", "<img alt=\"\(asked.count)\">"), .init("text/plain", "plain")])
    }

    func markup(saying words: String) -> String { "<pre>\(words)</pre>" }
  }

  private let kernel = FakeKernel()
  private let shown = Shown()

  override func setUp() { kernel.evaluator.adjustable = shown }

  private func connect() {
    let opened = kernel.ask(
      "comm_open", ["comm_id": "m", "target_name": "jupyter.widget.control", "data": [:]])
    XCTAssertEqual(opened.kinds, [])
  }

  /// The models that a cell opens, by the names of their views.
  private func models(_ sent: [OutgoingMessage]) -> [String: (id: String, state: JSONValue)] {
    var models: [String: (id: String, state: JSONValue)] = [:]
    for message in sent where message.type == "comm_open" {
      XCTAssertEqual(message.content["target_name"], "jupyter.widget")
      XCTAssertEqual(message.metadata["version"], "2.1.0")
      guard let id = message.content["comm_id"]?.string, let state = message.content["data"]?["state"],
        let name = state["_model_name"]?.string
      else { return models }
      models[name] = (id, state)
    }
    return models
  }

  private func show(_ metadata: JSONValue = [:]) -> [OutgoingMessage] {
    kernel.ask("execute_request", ["code": "offer x"], metadata: metadata)
  }

  private func update(_ id: String?, _ state: JSONValue) -> JSONValue {
    ["comm_id": .string(id ?? ""), "data": ["method": "update", "state": state, "buffer_paths": []]]
  }

  func testWithoutAManagerNothingIsAdded() {
    XCTAssertEqual(show().kinds, ["execute_input", "execute_result", "execute_reply"])
    XCTAssertEqual(
      kernel.ask("comm_info_request").first("comm_info_reply"), ["status": "ok", "comms": [:]])
  }

  func testTheModels() throws {
    connect()
    let sent = show()
    XCTAssertEqual(
      sent.kinds,
      ["execute_input", "execute_result"] + Array(repeating: "comm_open", count: 6)
        + ["display_data", "execute_reply"])
    let models = models(sent)
    let box = try XCTUnwrap(models["VBoxModel"])
    XCTAssertEqual(
      sent.first("display_data")?["data"]?["application/vnd.jupyter.widget-view+json"],
      ["model_id": .string(box.id), "version_major": 2, "version_minor": 0])
    XCTAssertNotNil(sent.first("display_data")?["data"]?["text/plain"]?.string)
    let slider = try XCTUnwrap(models["FloatSliderModel"])
    for (key, value): (String, JSONValue) in [
      ("value", 0.9), ("min", .number(0)), ("max", 0.99), ("step", 0.001), ("description", "β"),
      ("readout_format", ".3f"), ("_view_name", "FloatSliderView"), ("description_allow_html", false),
    ] {
      XCTAssertEqual(slider.state[key], value, key)
    }
    XCTAssertEqual(models["DropdownModel"]?.state["_options_labels"], ["sgd", "<adam>"])
    XCTAssertEqual(models["DropdownModel"]?.state["index"], 1)
    XCTAssertEqual(models["CheckboxModel"]?.state["value"], false)
    let children = box.state["children"]?.array?.compactMap(\.string)
    XCTAssertEqual(
      children,
      ["FloatSliderModel", "DropdownModel", "CheckboxModel", "HTMLModel"].map {
        "IPY_MODEL_\(models[$0]?.id ?? "")"
      })
    // Whoever asks is told of all.
    XCTAssertEqual(
      kernel.ask("comm_info_request", ["target_name": "jupyter.widget"]).first("comm_info_reply")?["comms"]?
        .object?.count, 6)
    let states = kernel.ask("comm_msg", ["comm_id": "m", "data": ["method": "request_states"]])
      .first("comm_msg")
    XCTAssertEqual(states?["data"]?["method"], "update_states")
    XCTAssertEqual(states?["data"]?["states"]?[slider.id]?["state"], slider.state)
    XCTAssertEqual(states?["data"]?["states"]?[slider.id]?["model_name"], "FloatSliderModel")
    let one = kernel.ask("comm_msg", ["comm_id": .string(slider.id), "data": ["method": "request_state"]])
    XCTAssertEqual(one.first("comm_msg")?["data"]?["state"], slider.state)
  }

  func testMoving() throws {
    connect()
    let models = models(show())
    let sent = kernel.ask("comm_msg", update(models["FloatSliderModel"]?.id, ["value": 0.25]))
    XCTAssertEqual(sent.kinds, ["comm_msg", "comm_msg"])
    XCTAssertEqual(sent.first("comm_msg")?["data"]?["method"], "echo_update")
    let picture = sent.last { $0.type == "comm_msg" }?.content
    XCTAssertEqual(picture?["comm_id"]?.string, models["HTMLModel"]?.id)
    XCTAssertEqual(
      picture?["data"], ["method": "update", "state": ["value": "<img alt=\"1\">"], "buffer_paths": []])
    kernel.ask("comm_msg", update(models["DropdownModel"]?.id, ["index": 0]))
    kernel.ask("comm_msg", update(models["CheckboxModel"]?.id, ["value": true]))
    XCTAssertEqual(shown.asked.last, [.number(0.25), .choice(0), .flag(true)])
    // Errors are words.
    let failed = kernel.ask("comm_msg", update(models["FloatSliderModel"]?.id, ["value": 0.5]))
    XCTAssertEqual(
      failed.last { $0.type == "comm_msg" }?.content["data"]?["state"]?["value"],
      "<pre>ValueError: Refusal()</pre>")
    // What a page that is opened later finds.
    let states = kernel.ask("comm_msg", ["comm_id": "m", "data": ["method": "request_states"]])
    let slider = states.first("comm_msg")?["data"]?["states"]?[models["FloatSliderModel"]?.id ?? ""]
    XCTAssertEqual(slider?["state"]?["value"], 0.5)
  }

  func testWhatNobodyCanBeIsIgnored() {
    connect()
    let models = models(show())
    for (name, state): (String, JSONValue) in [
      ("FloatSliderModel", ["value": 2]), ("FloatSliderModel", ["value": "0.5"]), ("FloatSliderModel", [:]),
      ("FloatSliderModel", ["value": .number(.nan)]), ("FloatSliderModel", ["value": -1e300]),
      ("DropdownModel", ["index": 2]), ("DropdownModel", ["index": -1]), ("DropdownModel", ["index": 0.5]),
      ("DropdownModel", ["index": .null]), ("CheckboxModel", ["value": 1]), ("HTMLModel", ["value": "<b>"]),
      ("VBoxModel", ["children": []]),
    ] {
      XCTAssertEqual(kernel.ask("comm_msg", update(models[name]?.id, state)).kinds, [], "\(name) \(state)")
    }
    for data: JSONValue in [.null, [], "update", ["method": "custom", "content": [:]], ["method": 1]] {
      XCTAssertEqual(
        kernel.ask("comm_msg", ["comm_id": .string(models["HTMLModel"]?.id ?? ""), "data": data]).kinds, [])
    }
    XCTAssertEqual(kernel.ask("comm_msg", ["data": ["method": "update"]]).kinds, [])
    XCTAssertTrue(shown.asked.isEmpty)
    // A front end cannot make models here.
    XCTAssertEqual(
      kernel.ask("comm_open", ["comm_id": "n", "target_name": "jupyter.widget", "data": [:]]).kinds,
      ["comm_close"])
  }

  /// Of positions that wait only the last is computed, with all controls where they then stand.
  func testTheLatestWins() {
    connect()
    let models = models(show())
    let (slider, box) = (models["FloatSliderModel"]?.id, models["CheckboxModel"]?.id)
    func waiting(_ content: JSONValue) -> Message {
      Message(type: "comm_msg", header: Array("{}".utf8), content: content)
    }
    kernel.waiting = [waiting(update(slider, ["value": 0.2])), waiting(update(box, ["value": true]))]
    XCTAssertEqual(kernel.ask("comm_msg", update(slider, ["value": 0.1])).kinds, ["comm_msg"])
    kernel.waiting.removeFirst()
    XCTAssertEqual(kernel.ask("comm_msg", update(slider, ["value": 0.2])).kinds, ["comm_msg"])
    XCTAssertTrue(shown.asked.isEmpty)
    // What waits and is nothing that moves it does not count.
    kernel.waiting = [waiting(update(slider, ["value": 7])), waiting(update("other", ["value": true]))]
    XCTAssertEqual(kernel.ask("comm_msg", update(box, ["value": true])).kinds, ["comm_msg", "comm_msg"])
    XCTAssertEqual(shown.asked, [[.number(0.2), .choice(1), .flag(true)]])
  }

  func testForgetting() {
    connect()
    func open() -> Int {
      kernel.ask("comm_info_request", ["target_name": "jupyter.widget"]).first("comm_info_reply")?["comms"]?
        .object?
        .count ?? 0
    }
    // A cell that runs again, or is deleted, takes its controls back.
    _ = show(["cellId": "a"])
    let again = show(["cellId": "a"])
    XCTAssertEqual(again.kinds.filter { $0 == "comm_close" }.count, 6)
    XCTAssertEqual(open(), 6)
    _ = kernel.ask("execute_request", ["code": ""], metadata: ["cellId": "b", "deletedCells": ["a"]])
    XCTAssertEqual(open(), 0)
    // Closing one model closes all of its output.
    let models = models(show())
    let closed = kernel.ask(
      "comm_close", ["comm_id": .string(models["FloatSliderModel"]?.id ?? ""), "data": [:]])
    XCTAssertEqual(closed.kinds, Array(repeating: "comm_close", count: 5))
    XCTAssertEqual(open(), 0)
    XCTAssertEqual(kernel.ask("comm_msg", update(models["FloatSliderModel"]?.id, ["value": 0.1])).kinds, [])
    // However many there are, the last ones stay.
    for _ in 0..<60 { _ = show() }
    XCTAssertEqual(open(), 24 * 6)
    // And a client's own comms are not kept without end.
    for number in 0..<2000 {
      kernel.ask("comm_open", ["comm_id": .string("\(number)"), "target_name": "jupyter.widget.control"])
    }
    XCTAssertLessThanOrEqual(
      kernel.ask("comm_info_request").first("comm_info_reply")?["comms"]?.object?.count ?? .max, 1000)
  }

  func testWhatIsDisplayedHasItsControlsRightBehindIt() {
    connect()
    let sent = kernel.ask("execute_request", ["code": "display offered\nprint after"])
    let kinds = sent.kinds.filter { $0 != "comm_open" }
    XCTAssertEqual(kinds, ["execute_input", "display_data", "display_data", "stream", "execute_reply"])
  }
}

import Interpreter
import JSON

/// A widget as its front end knows it: the public models of `@jupyter-widgets`, each a comm.
struct WidgetModel {
  static let target = "jupyter.widget"
  /// The version of the protocol, which a comm is opened with.
  static let protocolVersion = "2.1.0"
  private static let module = "@jupyter-widgets/controls"
  private static let moduleVersion = "2.0.0"

  let id: String
  let name: String
  /// What is not said here is as the model has it by itself.
  var state: JSONObject

  /// - Parameter name: of the model and its view, without these words.
  init(_ name: String, id: String, _ state: JSONObject = [:]) {
    self.id = id
    self.name = "\(name)Model"
    var whole: JSONObject = [
      "_model_module": .string(Self.module), "_model_module_version": .string(Self.moduleVersion),
      "_model_name": .string(self.name), "_view_module": .string(Self.module),
      "_view_module_version": .string(Self.moduleVersion), "_view_name": .string("\(name)View"),
    ]
    for (key, value) in state { whole[key] = value }
    self.state = whole
  }

  /// How the state of another model names this one.
  var reference: JSONValue { .string("IPY_MODEL_\(id)") }

  /// What a front end is told that asks for all models.
  var description: JSONValue {
    [
      "model_name": .string(name), "model_module": .string(Self.module),
      "model_module_version": .string(Self.moduleVersion), "state": .object(state),
    ]
  }
}

extension AdjustableControl {
  /// The widget that moves the control.
  func widget(id: String) -> WidgetModel {
    var state: JSONObject = ["description": .string(name), "description_allow_html": false]
    for (key, value) in self.state(at: start) { state[key] = value }
    switch kind {
    case .range(let low, let high, let step):
      state["min"] = .number(low)
      state["max"] = .number(high)
      state["step"] = .number(step)
      state["readout_format"] = .string(AdjustableControl.format(step))
      return WidgetModel("FloatSlider", id: id, state)
    case .choice(let names):
      state["_options_labels"] = .array(names.map(JSONValue.string))
      return WidgetModel("Dropdown", id: id, state)
    case .flag:
      state["indent"] = false
      return WidgetModel("Checkbox", id: id, state)
    }
  }

  /// The part of a widget's state that says where it stands.
  func state(at position: AdjustablePosition) -> JSONObject {
    switch position {
    case .number(let x): ["value": .number(x)]
    case .choice(let place): ["index": .integer(Int64(place))]
    case .flag(let isOn): ["value": .bool(isOn)]
    }
  }

  /// Where a front end has moved the control; `nil` where it says nothing of it, or nothing that the control can be.
  func position(in state: JSONValue?) -> AdjustablePosition? {
    let position: AdjustablePosition? =
      switch kind {
      case .range: state?["value"]?.double.map(AdjustablePosition.number)
      case .choice: state?["index"]?.int.map(AdjustablePosition.choice)
      case .flag: state?["value"]?.bool.map(AdjustablePosition.flag)
      }
    return position.flatMap { allows($0) ? $0 : nil }
  }

  /// Numbers with the decimals of a power of ten, as d3-format writes it; of very small ones the leading digits.
  private static func format(_ step: Double) -> String {
    var (decimals, power) = (0, step)
    while power < 0.9, decimals < 7 { (decimals, power) = (decimals + 1, power * 10) }
    return decimals > 6 ? ".4g" : ".\(decimals)f"
  }
}

import Interpreter
import JSON
import Wire

/// The controls of something shown as widgets, and under them what it shows where they stand.
final class WidgetView {
  let adjustable: any Adjustable
  /// The cell that showed it, where the front end names its cells.
  let cell: String?
  let controls: [AdjustableControl]
  private(set) var positions: [AdjustablePosition]
  /// A widget for each control.
  private(set) var widgets: [WidgetModel]
  private let style: WidgetModel
  private(set) var picture: WidgetModel
  private let box: WidgetModel

  init(_ adjustable: any Adjustable, cell: String?, makeID: () -> String = uniqueIdentifier) {
    (self.adjustable, self.cell) = (adjustable, cell)
    controls = adjustable.controls
    positions = controls.map(\.start)
    // A name is as wide as it is.
    style = WidgetModel(
      "DescriptionStyle", id: makeID(),
      ["_view_module": "@jupyter-widgets/base", "_view_name": "StyleView", "description_width": "initial"])
    let style = style
    widgets = controls.map {
      var widget = $0.widget(id: makeID())
      widget.state["style"] = style.reference
      return widget
    }
    picture = WidgetModel("HTML", id: makeID(), ["value": .string(WidgetView.beginning)])
    box = WidgetModel(
      "VBox", id: makeID(), ["children": .array((widgets + [picture]).map(\.reference))])
  }

  /// What stands in the place of a picture until a control moves: the starting state is right above it.
  private static let beginning =
    "<small>Between the states above: the kernel computes what is asked for here.</small>"

  /// In the order in which one needs another.
  var models: [WidgetModel] { [style] + widgets + [picture, box] }

  /// What makes a front end show it.
  var display: JSONValue {
    [
      widgetViewType: ["model_id": .string(box.id), "version_major": 2, "version_minor": 0],
      "text/plain": .string(
        "In a running kernel, controls for \(controls.map(\.name).joined(separator: ", ")) between the states above."
      ),
    ]
  }

  /// The control that a message moves, and where to.
  func move(in content: JSONValue) -> (control: Int, position: AdjustablePosition)? {
    guard let id = content["comm_id"]?.string, content["data"]?["method"]?.string == "update",
      let control = widgets.firstIndex(where: { $0.id == id }),
      let position = controls[control].position(in: content["data"]?["state"])
    else { return nil }
    return (control, position)
  }

  func move(_ control: Int, to position: AdjustablePosition) {
    positions[control] = position
    for (key, value) in controls[control].state(at: position) { widgets[control].state[key] = value }
  }

  func show(_ markup: String) { picture.state["value"] = .string(markup) }
}

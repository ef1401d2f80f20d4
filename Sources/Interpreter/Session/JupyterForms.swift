import JSON

// The forms that Jupyter's messages and its notebook files share.

extension Bundle {
  /// Media type to value: JSON types as JSON, all others as text.
  public var json: JSONValue {
    .object(
      JSONObject(
        entries.map { entry in
          let value = isJSON(mediaType: entry.mediaType) ? try? JSONValue(parsing: entry.text) : nil
          return (entry.mediaType, value ?? .string(entry.text))
        }))
  }
}

extension Failure {
  /// The fields of an error message and of an error output.
  public var json: JSONObject {
    [
      "ename": .string(kind), "evalue": .string(message),
      "traceback": .array(colouredReport.map(JSONValue.string)),
    ]
  }
}

/// What makes a front end with a manager of widgets show one, as long as the kernel runs that has it.
public let widgetViewType = "application/vnd.jupyter.widget-view+json"

/// Whether values of a media type are JSON, not text.
public func isJSON(mediaType: String) -> Bool {
  mediaType == "application/json" || (mediaType.hasPrefix("application/") && mediaType.hasSuffix("+json"))
}

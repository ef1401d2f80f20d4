// Notebook files store long texts as lists of lines, so that a version control system sees lines. In memory
// texts are whole. Which texts, and what ends a line, follows `nbformat`.

import Interpreter
import JSON

/// A list of lines as one text; anything else as it is.
func joinedLines(_ value: JSONValue) -> JSONValue {
  guard let lines = value.array?.map(\.string), !lines.contains(nil) else { return value }
  return .string(lines.compactMap { $0 }.joined())
}

func splitLines(_ value: JSONValue) -> JSONValue {
  guard let text = value.string else { return value }
  return .array(lines(of: text).map(JSONValue.string))
}

func joinedBundle(_ bundle: JSONValue) -> JSONValue {
  mapped(bundle) { isJSON(mediaType: $0) ? $1 : joinedLines($1) }
}

func splitBundle(_ bundle: JSONValue) -> JSONValue {
  mapped(bundle) { type, value in
    let isText = type.hasPrefix("text/") || type == "application/javascript" || type == "image/svg+xml"
    return isText ? splitLines(value) : value
  }
}

func joinedOutput(_ output: JSONValue) -> JSONValue {
  var output = output
  if isRich(output) {
    output["data"] = output["data"].map(joinedBundle)
  } else {
    output["text"] = output["text"].map(joinedLines)
  }
  return output
}

func splitOutput(_ output: JSONValue) -> JSONValue {
  var output = output
  if isRich(output) {
    output["data"] = output["data"].map(splitBundle)
  } else if output["output_type"]?.string == "stream" {
    output["text"] = output["text"].map(splitLines)
  }
  return output
}

private func isRich(_ output: JSONValue) -> Bool {
  ["execute_result", "display_data"].contains(output["output_type"]?.string)
}

private func mapped(_ bundle: JSONValue, _ body: (String, JSONValue) -> JSONValue) -> JSONValue {
  guard let members = bundle.object else { return bundle }
  return .object(JSONObject(members.map { ($0.key, body($0.key, $0.value)) }))
}

/// Lines with their ends, cut where Python's `splitlines` cuts.
func lines(of text: String) -> [String] {
  let scalars = text.unicodeScalars
  var lines: [String] = []
  var start = scalars.startIndex
  var position = start
  while position < scalars.endIndex {
    let scalar = scalars[position]
    position = scalars.index(after: position)
    guard endsLine(scalar) else { continue }
    if scalar == "\r", position < scalars.endIndex, scalars[position] == "\n" {
      position = scalars.index(after: position)
    }
    lines.append(String(scalars[start..<position]))
    start = position
  }
  if start < scalars.endIndex { lines.append(String(scalars[start...])) }
  return lines
}

private func endsLine(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
  default: false
  }
}

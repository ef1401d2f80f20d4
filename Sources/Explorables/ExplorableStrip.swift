import Figures
import Markup

extension Explorable {
  /// A few other states beside each other, for readers whose page has no script: small, and as many as cost little.
  ///
  /// Empty where there is none to show, and for what is no picture: numbers without their controls tell nobody anything.
  var strip: String {
    let parts = stripStates.map { state -> String in
      let caption = "<div><small>\(escaped(position(of: state)))</small></div>"
      return
        "<div style=\"display:inline-block;margin-right:12px;vertical-align:top\">\(thumbnail(states[state]))\(caption)</div>"
    }
    guard !parts.isEmpty else { return "" }
    return
      "<div class=\"nabla-strip\" style=\"overflow-x:auto;white-space:nowrap\">\n\(parts.joined(separator: "\n"))\n</div>\n"
  }

  private static let mostShown = 4
  /// Bytes of all pictures of a strip: of a descent (20 kB) two, of a curve (8 kB) four. So an explorable of a descent
  /// stays within three times the bytes of one (65 kB without a strip, 105 with this one, of 35).
  private static let mostBytes = 40_000
  private static let pictureWidth = 260.0

  /// Along the longest control from end to end, the others where they stand at first.
  private var stripStates: [Int] {
    guard case .figure = states[start] else { return [] }
    guard
      let longest = parameters.indices.max(by: { parameters[$0].stops.count < parameters[$1].stops.count })
    else { return [] }
    let count = parameters[longest].stops.count
    var stride = 1
    for parameter in parameters[(longest + 1)...] { stride *= parameter.stops.count }
    let first = start - parameters[longest].start * stride
    for shown in [5, 4, 3, 2] {
      let places = (0..<shown).map { ($0 * (count - 1) + (shown - 1) / 2) / (shown - 1) }
      let others = Set(places).subtracting([parameters[longest].start]).sorted().map { first + $0 * stride }
      let bytes = others.reduce(0) { $0 + thumbnail(states[$1]).utf8.count }
      if others.count <= Explorable.mostShown, bytes <= Explorable.mostBytes { return others }
    }
    return []
  }

  private func thumbnail(_ state: State) -> String {
    switch state {
    case .text(let text): return Explorable.markup(saying: text)
    case .figure(let svg, let sentence):
      let (width, height) = (State.length("width", of: svg), State.length("height", of: svg))
      guard let width, let height, width > 0 else { return "" }
      let shown = min(width, Explorable.pictureWidth)
      return
        "<img alt=\"\(escaped(sentence))\" height=\"\(Int(clamping: (height * shown / width).rounded()))\""
        + " src=\"data:image/svg+xml;base64,\(base64(Array(svg.utf8)))\" width=\"\(Int(clamping: shown.rounded()))\">"
    }
  }
}

extension Explorable.State {
  /// A side of a picture, as its first element has it.
  fileprivate static func length(_ name: String, of svg: String) -> Double? {
    let head = svg.prefix { $0 != ">" }
    guard let start = head.firstRange(of: " \(name)=\"") else { return nil }
    return Double(head[start.upperBound...].prefix { $0 != "\"" })
  }
}

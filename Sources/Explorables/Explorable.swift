// What moves in a page without a kernel: a value for each position of one to three controls, computed beforehand.

/// Positions of controls, and what each shows.
public struct Explorable: Equatable, Sendable {
  public enum Control: String, Sendable {
    /// Numbers in their order.
    case slider
    /// Anything that has a name.
    case menu
    /// False or true.
    case box
  }

  public struct Parameter: Equatable, Sendable {
    public var name: String
    public var control: Control
    /// The values as they are written.
    public var stops: [String]
    /// Where it stands at first.
    public var start: Int

    public init(_ name: String, _ control: Control, _ stops: [String], start: Int) {
      (self.name, self.control, self.stops, self.start) = (name, control, stops, start)
    }
  }

  public enum State: Equatable, Sendable {
    /// An SVG document, an element a line, the sentence that says what it shows, and its size in pixels.
    case figure(svg: String, sentence: String)
    case text(String)
  }

  public var parameters: [Parameter]
  /// The last parameter's positions side by side, then those of the one before.
  public var states: [State]
  /// How a page computes what is shown between the states, where it can.
  public var recomputed: Recomputed?

  public init(_ parameters: [Parameter], _ states: [State]) {
    (self.parameters, self.states) = (parameters, states)
  }

  /// Where all controls stand at first.
  public var start: Int { parameters.reduce(0) { $0 * $1.stops.count + $1.start } }

  /// "β = 0.3, α = 0.1", of a state.
  public func position(of state: Int) -> String {
    var rest = state
    var parts: [String] = []
    for parameter in parameters.reversed() {
      parts.append("\(parameter.name) = \(parameter.stops[rest % parameter.stops.count])")
      rest /= parameter.stops.count
    }
    return parts.reversed().joined(separator: ", ")
  }
}

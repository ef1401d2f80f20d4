// What a running session can be asked for beyond what travels with an output.

import Numerics

/// A shown value with controls that can stand anywhere between the positions computed beforehand.
public protocol Adjustable: AnyObject {
  var controls: [AdjustableControl] { get }

  /// What it shows with each of its controls at a position, with a `text/html`.
  func bundle(at positions: [AdjustablePosition]) throws -> Bundle

  /// Words in the place of what it shows, as HTML.
  func markup(saying words: String) -> String
}

public struct AdjustableControl: Sendable {
  public enum Kind: Equatable, Sendable {
    /// Any number of an interval; the step is what a hand moves by.
    case range(low: Double, high: Double, step: Double)
    /// One of a few, by its place among them.
    case choice([String])
    case flag
  }

  public let name: String
  public let kind: Kind
  public let start: AdjustablePosition

  public init(_ name: String, _ kind: Kind, start: AdjustablePosition) {
    (self.name, self.kind, self.start) = (name, kind, start)
  }

  /// Whether the control can stand there.
  public func allows(_ position: AdjustablePosition) -> Bool {
    switch (kind, position) {
    case (.range(let low, let high, _), .number(let x)): x >= low && x <= high
    case (.choice(let names), .choice(let place)): names.indices.contains(place)
    case (.flag, .flag): true
    case _: false
    }
  }
}

public enum AdjustablePosition: Equatable, Sendable {
  case number(Double)
  case choice(Int)
  case flag(Bool)
}

extension Session {
  /// Shows a value with its controls at other positions, as a cell would; nothing of the notebook changes by it.
  package func adjust(_ value: any Adjustable, to positions: [AdjustablePosition]) -> Outcome {
    guarded {
      let (random, own) = (Random.state, Machine.repetitions)
      Machine.repetitions += 1
      defer { (Random.state, Machine.repetitions) = (random, own) }
      let bundle = try value.bundle(at: positions)
      try count(bundle.size)
      return bundle
    }
  }
}

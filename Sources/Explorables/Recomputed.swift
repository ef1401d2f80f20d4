// What goes along with the states of an explorable whose page computes what it shows between them: the steps of a plan by
// their names, and what is made of their results. `Recompute.js` runs and draws it; there is no code in it.

import Figures
import JSON

/// How a page computes what an explorable shows.
public struct Recomputed: Equatable, Sendable {
  let json: JSONValue

  init(json: JSONValue) { self.json = json }

  /// A step of a plan, by the names of `Recompute.js`: it writes register `result` from those in `operands`, or is a
  /// decision that must fall as it did.
  public struct Step: Sendable {
    let json: JSONValue

    public init(_ name: String, result: Int, operands: [Int], outcome: Bool?) {
      json = .array(
        [.string(name), .integer(Int64(outcome.map { $0 ? 1 : 0 } ?? result))]
          + operands.map { .integer(Int64($0)) })
    }
  }

  public struct Plan: Sendable {
    let json: JSONValue

    /// - Parameters:
    ///   - inputs: the registers of the parameters.
    ///   - count: of the registers.
    public init(_ steps: [Step], constants: [(register: Int, value: Double)], inputs: [Int], count: Int) {
      json = .object([
        "count": .integer(Int64(count)), "inputs": .numbers(inputs),
        "constants": .array(
          constants.map { .array([.integer(Int64($0.register)), .string(Recomputed.text($0.value))]) }),
        "steps": .array(steps.map(\.json)),
      ])
    }
  }

  /// A value as it prints, with numbers by their registers.
  public indirect enum Shown: Sendable {
    case number(Int)
    case tensor([Int], shape: [Int])
    case tuple([Shown])
    case record([(name: String, value: Shown)])
    /// A text that is always the same, and what stands in one.
    case constant(String)
    case text([Shown])

    var json: JSONValue {
      switch self {
      case .number(let register): .object(["number": .integer(Int64(register))])
      case .tensor(let registers, let shape):
        .object(["tensor": .numbers(registers), "shape": .numbers(shape)])
      case .tuple(let items): .object(["tuple": .array(items.map(\.json))])
      case .record(let items):
        .object(["record": .array(items.map { .array([.string($0.name), $0.value.json]) })])
      case .constant(let text): .object(["constant": .string(text)])
      case .text(let pieces): .object(["text": .array(pieces.map(\.json))])
      }
    }
  }

  /// The registers of a descent, one of whose turns is the plan.
  public struct Turns: Sendable {
    let json: JSONValue

    /// - Parameters:
    ///   - carried: what goes from turn to turn: where it is in a turn, what it is at first, and what it has become.
    ///   - point: the coordinates in a turn, and `turn` its number, from 1.
    public init(
      carried: [(place: Int, first: Int, result: Int)], point: [Int], turn: Int, loss: Int, norm: Int,
      steps: Int, tolerance: Double
    ) {
      json = .object([
        "carried": .array(carried.map { .numbers([$0.place, $0.first, $0.result]) }),
        "point": .numbers(point), "turn": .integer(Int64(turn)), "loss": .integer(Int64(loss)),
        "norm": .integer(Int64(norm)), "steps": .integer(Int64(steps)),
        "tolerance": .string(Recomputed.text(tolerance)),
      ])
    }
  }

  /// Text that the plan computes.
  public init(_ plan: Plan, shown: Shown) {
    json = .object(["plan": plan.json, "shown": shown.json])
  }

  /// A descent, drawn into the ground of the nearest state's picture.
  ///
  /// - Parameters:
  ///   - method: how the method calls itself.
  ///   - pictures: one for each state, which is its ground.
  package init(
    _ plan: Plan, _ turns: Turns, method: Shown, title: Shown?, _ pictures: [MovingPicture],
    of explorable: Explorable
  ) {
    var looks: [JSONValue] = []
    let name = explorable.name
    let all = zip(pictures, explorable.states).map { picture, state -> JSONValue in
      let look = picture.look
      let index = looks.firstIndex(of: look) ?? looks.count
      if index == looks.count { looks.append(look) }
      let ground = Explorable.State.figure(svg: picture.ground, sentence: "").named(name)
      let edits = LineEdits(from: state.named(name).lines, to: ground.lines)
      return .object(["look": .integer(Int64(index)), "edits": edits.json])
    }
    json = .object([
      "plan": plan.json, "turns": turns.json, "method": method.json, "title": title?.json ?? .null,
      "looks": .array(looks), "grounds": .array(all),
    ])
  }

  /// As JavaScript reads it back, to the bit.
  private static func text(_ value: Double) -> String {
    value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : "\(value)"
  }
}

extension MovingPicture {
  /// All but the ground.
  fileprivate var look: JSONValue {
    func axis(_ axis: Axis) -> JSONValue {
      .object([
        "kind": .string(axis.kind), "ends": .numbers([axis.low, axis.high]),
        "pixels": .numbers([axis.start, axis.end]),
      ])
    }
    return .object([
      "planes": .array(
        planes.map { plane in
          .object([
            "box": .numbers([plane.left, plane.top, plane.width, plane.height]), "x": axis(plane.x),
            "y": axis(plane.y),
          ])
        }),
      "least": least.map {
        .object(["at": .numbers([$0.x, $0.y]), "value": .number($0.value), "inside": .bool($0.isInside)])
      } ?? .null,
      "limits": .numbers(limits), "width": .number(width), "table": .numbers(table), "head": .numbers(head),
      "paints": .object(
        JSONObject(paints.map { ($0.name, .array([.string($0.light), .string($0.dark)])) })),
    ])
  }
}

extension JSONValue {
  fileprivate static func numbers(_ values: [Int]) -> JSONValue { .array(values.map { .integer(Int64($0)) }) }
  fileprivate static func numbers(_ values: [Double]) -> JSONValue { .array(values.map(JSONValue.number)) }
}

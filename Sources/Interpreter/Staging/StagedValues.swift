// Values of functions that are called again and again from places that have no plan themselves: a loop that prints, a
// search, a callback. A run of the program shows that the function does nothing but compute; another, which nobody sees,
// is written down. Calls that are not planned are told apart by the text of the function (`FunctionLiteral.isWorthPlan`)
// and by a number that counts down in the closure.

import Numerics

/// What a call hands over, without an array where it can be.
enum HandedValues {
  case one(Value)
  case two(Value, Value)
  case many(Arguments)

  var arguments: Arguments {
    switch self {
    case .one(let value): Arguments([value])
    case .two(let first, let second): Arguments([first, second])
    case .many(let arguments): arguments
    }
  }
}

/// The plans of the values of one function.
final class StagedValues: PlanHolder {
  /// Ways through the function that are kept: one for each pattern of decisions.
  private static let mostPrograms = 4
  /// How many are written down before it rests, and after how many runs by plans one more may be.
  private static let (mostRecordings, runsForRecording) = (4, 64)
  /// Calls before the first that is watched; of a function that another one made, more, since most of these are called a few
  /// times.
  private static let (callsBefore, callsBeforeLocal) = (32, 256)
  /// For tests: all functions are planned, those with loops too, from their first call on.
  nonisolated(unsafe) static var isEager = false

  private var programs: [StagedValue] = []
  private var recordings = 0
  /// Runs by plans.
  private var runs = 0
  /// Ordinary calls before the next that is watched.
  private var wait = 0
  /// The next value of `wait`, when watching did not pay.
  private var pause = 32
  /// Falls with each call that no program fits, and rises with the others.
  private var credit = 8
  private var isKept = false
  /// How often a plan has stood for a call of any function.
  nonisolated(unsafe) private(set) static var replays = 0

  init() { Memory.hold(StagedValues.bytes) }

  deinit { Memory.release(StagedValues.bytes) }

  private static let bytes = 128

  @inline(__always)
  static func warmUp(isGlobal: Bool) -> Int {
    isEager ? 0 : isGlobal ? callsBefore : callsBeforeLocal
  }

  /// Whether a call is written down.
  nonisolated(unsafe) private static var isRecording = false

  static var mayReplay: Bool {
    StagedFunction.isEnabled && !isRecording && !Staging.isOn && !Watch.isOn && Tape.depth == 0
      && !Interruption.isRaised
  }

  func forget() {
    programs = []
    isKept = false
    recordings = 0
    wait = StagedValues.warmUp(isGlobal: true)
    credit = 8
  }

  /// How many calls are to pass now.
  func takeWait() -> Int? {
    guard wait > 0 else { return nil }
    defer { wait = 0 }
    return wait
  }

  /// The value of a call.
  func call(_ f: Closure, _ handed: HandedValues) throws -> Value {
    var index = 0
    while index < programs.count {
      let program = programs[index]
      if let result = program.run(handed) {
        if index > 0 { programs.swapAt(0, index) }
        if credit < 64 { credit += 1 }
        if program.trials > 0 { return try judged(program, result, f, handed) }
        StagedValues.replays &+= 1
        runs &+= 1
        if runs % StagedValues.runsForRecording == 0, recordings > 0 { recordings -= 1 }
        return result
      }
      if program.isOutdated { programs.remove(at: index) } else { index += 1 }
    }
    return try watched(f, handed)
  }

  /// Compares what a program on trial said with what the function gives. They agree, or something was overlooked: then no
  /// plan stands for this function again.
  private func judged(
    _ program: StagedValue, _ claimed: Value, _ f: Closure, _ handed: HandedValues
  ) throws -> Value {
    let value = try f.ordinary(handed)
    if value.hasSameLeaves(as: claimed) {
      program.trials -= 1
    } else {
      StagedFunction.noteFailedTrial()
      rest()
      wait = Int.max
    }
    return value
  }

  /// A call that no program fits.
  private func watched(_ f: Closure, _ handed: HandedValues) throws -> Value {
    guard programs.count < StagedValues.mostPrograms, recordings < StagedValues.mostRecordings,
      Memory.limit - Memory.live > 1 << 24,
      let watch = Staging.beginWatchingEffects(refusingLoops: !StagedValues.isEager)
    else {
      credit -= 4
      if credit < 0 || programs.isEmpty { rest() }
      return try f.ordinary(handed)
    }
    recordings += 1
    let value: Value
    do {
      defer { Staging.end() }
      Staging.enter(f)
      value = try f.ordinary(handed)
    }
    guard !watch.gaveUp, StagedValues.mayReplay else {
      rest()
      return value
    }
    StagedValues.isRecording = true
    let program = StagedValue.made(
      StagedValue.Call(function: f) { try f.ordinary(.many($0)) }, handed.arguments)
    StagedValues.isRecording = false
    guard let program else {
      rest()
      return value
    }
    programs.insert(program, at: 0)
    if !isKept {
      isKept = true
      Staging.keep(values: self)
    }
    return value
  }

  /// No more plans for a while.
  private func rest() {
    programs = []
    recordings = 0
    credit = 8
    wait = pause
    pause = min(pause * 4, 1 << 20)
  }
}

extension Value {
  /// Whether it is the same tree with leaves of the same types, shapes and bits; one NaN is like another.
  func hasSameLeaves(as other: Value) -> Bool {
    agrees(with: other) { a, b in
      if case .tensor = a, case .tensor = b { return a.hasSameBits(as: b) }
      return a.isSame(as: b)
    }
  }
}

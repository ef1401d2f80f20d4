import Numerics

extension Differentiation {
  /// A computation that can be run again as it ran, random numbers included, without being seen or heard.
  package struct Repetition {
    private let random = Random.state

    package init() {}

    package func run<Result>(_ body: () throws -> Result) rethrows -> Result {
      let after = Random.state
      Random.state = random
      Machine.repetitions += 1
      defer {
        Random.state = after
        Machine.repetitions -= 1
      }
      return try body()
    }
  }
}

import Interpreter
import Numerics

extension LibraryBuilder {
  /// Counter-based random numbers: the same seed gives the same numbers everywhere.
  func addRandomNumbers() {
    add(
      "seed(n)",
      """
      Starts the random numbers again from `n`; the same seed gives the same numbers on every machine. A notebook that
      does not seed has seed 0. The random state of an earlier step, `at(path, 300).random`, starts them again from there.

      > seed(7)
      > a = rand(2)
      > seed(7)
      > all(a == rand(2))
      true

      See also: rand, randn, at
      """
    ) {
      if case .tensor(let tensor) = $0.positional[0], tensor.rank == 1 {
        Random.state = try RandomState.read($0.positional[0])
      } else {
        Random.seed(try $0.positional[0].whole("seed"))
      }
      return .nothing
    }
    add(
      "shuffle(x)",
      """
      The rows of a tensor, or the items of a tuple, in a random order.

      > shuffle([10, 20, 30])
      3 f64
       20  10  30

      See also: permutation, batches
      """
    ) {
      let value = $0.positional[0]
      let items = try Iteration.items(value)
      let order = try Random.permutation(items.count)
      if case .tensor(let tensor) = value {
        return .tensor(try Operations.index(tensor, [.value(order)]))
      }
      return .items((0..<items.count).map { items[Int(clamping: order.element($0)) - 1] })
    }
  }
}

import Numerics

extension LibraryBuilder {
  /// Counter-based random numbers: the same seed gives the same numbers everywhere.
  func addRandomNumbers() {
    add(
      "seed(n)",
      """
      Starts the random numbers again from `n`; the same seed gives the same numbers on every machine. A notebook that
      does not seed has seed 0.

      > seed(7)
      > a = rand(2)
      > seed(7)
      > all(a == rand(2))
      true

      See also: rand, randn
      """
    ) {
      Random.seed(try $0.positional[0].whole("seed"))
      return .nothing
    }
    add(
      "rand(dims...; dtype = f64)",
      """
      Uniform random numbers in 0 … 1; without lengths one number.

      > rand(3)
      3 f64
       0.8805201978886142  0.6054818538799213  0.36209111566940344

      See also: randn, randint, seed
      """
    ) {
      .tensor(try Random.uniform(lengths($0, from: 0, "rand"), elementType($0, "rand")))
    }
    add(
      "randn(dims...; dtype = f64)",
      """
      Normal random numbers, mean 0 and variance 1; without lengths one number.

      > randn(3)
      3 f64
       1.1775912390542727  0.26756224953309987  -0.35287489660161836

      See also: rand, seed
      """
    ) {
      let numbers = try Random.normal(lengths($0, from: 0, "randn"))
      return .tensor(try Operations.convert(numbers, to: elementType($0, "randn")))
    }
    add(
      "randint(n, dims...; dtype = f64)",
      """
      Whole random numbers from 1 to `n`, each as likely.

      > randint(6, 10)
      10 f64
       6  4  3  1  2  2  3  3  5  6

      See also: rand, permutation, seed
      """
    ) {
      let n = try $0.positional[0].whole("randint", from: 1)
      let numbers = try Random.integers(n, try lengths($0, from: 1, "randint"))
      return .tensor(try Operations.convert(numbers, to: elementType($0, "randint")))
    }
    add(
      "permutation(n)",
      """
      The whole numbers 1 … n in a random order.

      > permutation(5)
      5 f64
       4  3  1  2  5

      See also: shuffle, seed
      """
    ) {
      .tensor(try Random.permutation(try $0.positional[0].whole("permutation")))
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
      return .items((0..<items.count).map { items[Int(order.element($0)) - 1] })
    }
  }
}

/// Lengths of axes: numbers, or one tuple of them.
private func lengths(_ arguments: Arguments, from start: Int, _ function: String) throws -> Shape {
  var values = Array(arguments.positional[start...])
  if values.count == 1, case .tuple(let tuple) = values[0] { values = tuple.items }
  return Shape(try values.map { try $0.whole(function) })
}

private func elementType(_ arguments: Arguments, _ function: String) throws -> ElementType {
  try arguments["dtype"].map { try ElementTypes.type($0, function: function) } ?? .f64
}

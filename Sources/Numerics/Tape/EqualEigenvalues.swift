// The derivative of `eigh` where eigenvalues are equal, of what does not depend on which vectors were chosen for them.
//
// Of equal eigenvalues only the space of their vectors is given. What is computed from them and does not depend on the
// choice has a derivative by the matrix all the same: within such a space it is a symmetric matrix G, of which a basis
// tells the diagonal alone, v′Gv for each vector v, the cotangents of its eigenvalues. Other bases tell the rest: with
// (v + w)/√2 and (w - v)/√2 in the places of v and w it is v′Gw more than the mean. So what followed is computed again,
// and pulled back, with vectors that are turned by pairs. Where the result is not the same it does depend on the choice,
// and has no derivative.

extension Recording {
  /// The cotangent of the matrix whose eigenvalues and vectors a node holds; `nil` where they are no equal ones, or
  /// there is none.
  mutating func cotangentAtEqualEigenvalues(_ index: Int, _ cotangent: Tensor) throws -> Tensor? {
    let node = nodes + index
    guard node.pointee.operation == table.eigen.eigh.index, !isNested, let start,
      node.pointee.value.rank == 2,
      node.pointee.value.type == .f64, cotangent.isFinite, node.pointee.value.isFinite
    else { return nil }
    let packed = node.pointee.value
    let n = packed.shape[1]
    let spaces = EigenSpaces(packed.doubles, n, least: try Operations.leastGap(packed.row(0)))
    guard spaces.areAny else { return nil }
    // What depends on the eigenvalues alone needs no vectors.
    if let selection = selections[index],
      case .none = SelectionMask.extent(try Operations.narrow(selection, axis: 0, start: 1, length: n))
    {
      return nil
    }
    var found = EigenCotangent(cotangent.doubles, packed.doubles, n)
    guard spaces.isFreeOfChoice(found) else { return nil }
    for pairs in spaces.rounds {
      let turned = pairs.reduce(into: packed.doubles) { EigenSpaces.turn(&$0, $1, n) }
      guard
        let other = try pulledAgain(
          from: start.node, start.seed, to: index, Tensor(turned, shape: packed.shape))
      else { return nil }
      let again = EigenCotangent(other.doubles, turned, n)
      guard spaces.isFreeOfChoice(again) else { return nil }
      for (i, j) in pairs { found.include(again, i, j) }
    }
    // Other vectors again: whether it was a matrix, or the order of equal eigenvalues that counts.
    let (mixed, turns) = spaces.mixed(packed.doubles)
    guard
      let other = try pulledAgain(
        from: start.node, start.seed, to: index, Tensor(mixed, shape: packed.shape)),
      found.foretells(EigenCotangent(other.doubles, mixed, n), turns, spaces)
    else { return nil }
    return try found.cotangent(packed, spaces)
  }

  /// The cotangent of a node that holds another value, what followed from it computed again; `nil` where that cannot
  /// be done, or does not end in the same.
  private mutating func pulledAgain(
    from top: Int, _ seed: Tensor, to index: Int, _ value: Tensor
  ) throws -> Tensor? {
    let kept = (index...top).map { nodes[$0].value }
    defer { for (offset, value) in kept.enumerated() { nodes[index + offset].value = value } }
    nodes[index].value = value
    var follows: Set<Int> = [index]
    for next in stride(from: index + 1, through: top, by: 1)
    where inputs(of: next).contains(where: follows.contains) {
      guard let value = try appliedAgain(next) else { return nil }
      nodes[next].value = value
      follows.insert(next)
    }
    guard try Operations.close(nodes[top].value, kept[top - index], relative: 1e-9, absolute: 1e-12) else {
      return nil
    }
    var parts: [Int: SelectedDerivative] = [top: SelectedDerivative(seed)]
    for next in stride(from: top, to: index, by: -1) {
      guard let part = parts.removeValue(forKey: next) else { continue }
      let application = application(at: next)
      try application.visitInputs(part) { input, part in
        guard let part, let target = application.target(input), follows.contains(target) else { return }
        let value = nodes[target].value
        let fitted = SelectedDerivative(
          try Operations.fit(part.value, to: value), try SelectionMask.fit(part.selection, to: value))
        guard let sum = parts[target] else {
          parts[target] = fitted
          return
        }
        parts[target] = SelectedDerivative(
          try Operations.add(sum.value, fitted.value),
          try SelectionMask.either(sum.selection, fitted.selection))
      }
    }
    return parts[index]?.value
  }

  /// A node's operation on what its inputs are now; `nil` where the tape does not hold it all.
  private func appliedAgain(_ index: Int) throws -> Tensor? {
    let application = application(at: index)
    let (row, x) = (application.row, application.values)
    guard x.attributes?.pullback == nil else { return nil }
    if row.unary != nil { return try row.apply(x.first.primal, x.attributes, integer: x.integer) }
    if row.binary != nil { return try row.apply(x.first.primal, x.second.primal, x.attributes) }
    return row.many == nil ? nil : try row.apply(x.all.map(\.primal), x.attributes)
  }
}

/// Which eigenvalues are equal: runs of them, since they ascend.
private struct EigenSpaces {
  private var runs: [Range<Int>] = []
  private let n: Int

  init(_ packed: [Double], _ n: Int, least gap: Double) {
    self.n = n
    var first = 0
    for i in 1...max(1, n) where i >= n || packed[i] - packed[i - 1] > gap {
      if i - first > 1, i <= n { runs.append(first..<i) }
      first = i
    }
  }

  var areAny: Bool { !runs.isEmpty }

  func areTogether(_ i: Int, _ j: Int) -> Bool { runs.contains { $0.contains(i) && $0.contains(j) } }

  /// Every pair of a space once, in rounds of pairs that have nothing in common.
  var rounds: [[(Int, Int)]] {
    let longest = runs.map(\.count).max() ?? 0
    let seats = longest + longest % 2
    return (0..<max(0, seats - 1)).map { round in
      runs.flatMap { run in
        (0..<seats / 2).compactMap { place -> (Int, Int)? in
          // One seat stays, the others go round.
          let left = place == 0 ? seats - 1 : (round + place) % (seats - 1)
          let right = (round + seats - 1 - place) % (seats - 1)
          let (i, j) = (min(left, right), max(left, right))
          return j < run.count ? (run.lowerBound + i, run.lowerBound + j) : nil
        }
      }
    }
  }

  /// Two vectors turned by an angle, an eighth of a circle where nothing is said.
  static func turn(
    _ packed: inout [Double], _ pair: (Int, Int), _ n: Int, _ cosine: Double = 0.5.squareRoot(),
    _ sine: Double = 0.5.squareRoot()
  ) {
    for row in 1...n {
      let (v, w) = (packed[row * n + pair.0], packed[row * n + pair.1])
      packed[row * n + pair.0] = cosine * v + sine * w
      packed[row * n + pair.1] = cosine * w - sine * v
    }
  }

  /// Every vector turned among those of its space, and how: each as a column of what it is made of.
  func mixed(_ packed: [Double]) -> (packed: [Double], turns: [Double]) {
    var mixed = packed
    var turns = [Double](repeating: 0, count: (n + 1) * n)
    for i in 0..<n { turns[(i + 1) * n + i] = 1 }
    for run in runs {
      for i in run.dropLast() {
        EigenSpaces.turn(&mixed, (i, i + 1), n, 0.28, 0.96)
        EigenSpaces.turn(&turns, (i, i + 1), n, 0.28, 0.96)
      }
    }
    return (mixed, Array(turns[n...]))
  }

  /// Whether turning vectors within their space changes nothing. Measured: rounding leaves 1e-15 of the size in
  /// products of matrices of 30 rows, and a dependence on the choice seldom less than 1e-2.
  func isFreeOfChoice(_ cotangent: EigenCotangent) -> Bool {
    let size = cotangent.size
    return runs.allSatisfy { run in
      run.allSatisfy { i in
        run.allSatisfy { abs(cotangent.turning(i, $0) - cotangent.turning($0, i)) <= 1e-9 * size }
      }
    }
  }
}

/// The cotangents of eigenvalues, and of vectors as what turns them among themselves.
private struct EigenCotangent {
  private let n: Int
  private let values: [Double]
  /// V′ times the cotangent of V.
  private let turnings: [Double]
  /// What other bases told.
  private var between: [Double]

  init(_ cotangent: [Double], _ packed: [Double], _ n: Int) {
    self.n = n
    values = Array(cotangent[..<n])
    var turnings = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n {
        for row in 1...n { turnings[i * n + j] += packed[row * n + i] * cotangent[row * n + j] }
      }
    }
    self.turnings = turnings
    between = [Double](repeating: 0, count: n * n)
  }

  func turning(_ i: Int, _ j: Int) -> Double { turnings[i * n + j] }

  var size: Double { (turnings + values).reduce(0) { max($0, $1.magnitude) } }

  /// The entry of the pair, from the cotangents in the basis in which it was turned.
  mutating func include(_ turned: EigenCotangent, _ i: Int, _ j: Int) {
    let entry = (turned.values[i] - turned.values[j]) / 2
    (between[i * n + j], between[j * n + i]) = (entry, entry)
  }

  /// Whether the cotangents of the eigenvalues of turned vectors follow from this.
  func foretells(_ other: EigenCotangent, _ turns: [Double], _ spaces: EigenSpaces) -> Bool {
    guard spaces.isFreeOfChoice(other) else { return false }
    return (0..<n).allSatisfy { k in
      var value = 0.0
      for i in 0..<n {
        for j in 0..<n where i == j || spaces.areTogether(i, j) {
          value += turns[i * n + k] * (i == j ? values[i] : between[i * n + j]) * turns[j * n + k]
        }
      }
      return abs(value - other.values[k]) <= 1e-9 * size
    }
  }

  /// The cotangent of the matrix.
  func cotangent(_ packed: Tensor, _ spaces: EigenSpaces) throws -> Tensor {
    let eigenvalues = packed.doubles
    let inner = (0..<n * n).map { place -> Double in
      let (i, j) = (place / n, place % n)
      if i == j { return values[i] }
      return spaces.areTogether(i, j) ? between[place] : turnings[place] / (eigenvalues[j] - eigenvalues[i])
    }
    let v = try Operations.narrow(packed, axis: 0, start: 1, length: n)
    let left = try Operations.matrixProduct(v, Tensor(inner, shape: Shape(n, n)))
    return try Operations.symmetric(Operations.matrixProduct(left, v, transposedB: true))
  }
}

// Principal components: the plane in which a path of many dimensions varies most.

/// A plane through the mean of points, along their two principal directions.
struct Projection: Sendable {
  let origin: [Double]
  let first: [Double]
  let second: [Double]
  /// The share of the variance along each of the two.
  let shares: (Double, Double)

  var shown: Double { shares.0 + shares.1 }

  /// At most this many points are looked at: the Gram matrix grows with their square.
  private static let most = 240

  /// The plane of the points, which are finite and of one dimension of at least two.
  init(_ all: [[Double]]) throws {
    let dimension = all[0].count
    let stride = max(1, (all.count + Projection.most - 1) / Projection.most)
    let points = all.enumerated().filter { $0.offset % stride == 0 || $0.offset == all.count - 1 }.map(
      \.element)
    var origin = [Double](repeating: 0, count: dimension)
    for point in points {
      try FigureWork.poll()
      for i in 0..<dimension { origin[i] += point[i] / Double(points.count) }
    }
    try FigureWork.reserve(points.count * dimension * 8)
    var centred = points.map { point in (0..<dimension).map { point[$0] - origin[$0] } }
    let greatest = centred.joined().reduce(0) { max($0, abs($1)) }
    // The squares of very large and of very small coordinates are no numbers; directions do not depend on the scale.
    if greatest > 0, greatest.isFinite, !(1e-100...1e100).contains(greatest) {
      centred = centred.map { $0.map { $0 / greatest } }
    }
    let gram = try centred.map { a in
      try centred.map { b in
        try FigureWork.poll()
        return dot(a, b)
      }
    }
    let total = gram.indices.reduce(0) { $0 + gram[$1][$1] }
    var directions: [[Double]] = []
    var variances: [Double] = []
    for _ in 0..<2 {
      let (weights, variance) = Projection.dominant(gram, without: directions, centred)
      var direction = [Double](repeating: 0, count: dimension)
      for (weight, point) in zip(weights, centred) {
        try FigureWork.poll()
        for i in 0..<dimension { direction[i] += weight * point[i] }
      }
      directions.append(Projection.unit(direction, orthogonalTo: directions))
      variances.append(total > 0 ? max(0, min(1, variance / total)) : 0)
    }
    self.origin = origin
    first = directions[0]
    second = directions[1]
    shares = (variances[0], variances[1])
  }

  /// The coordinates of a point's foot in the plane.
  func project(_ point: [Double]) -> Point {
    let moved = zip(point, origin).map { $0 - $1 }
    return Point(x: dot(moved, first), y: dot(moved, second))
  }

  /// The point of the plane with these coordinates.
  func point(_ a: Double, _ b: Double) -> [Double] {
    origin.indices.map { origin[$0] + a * first[$0] + b * second[$0] }
  }

  /// The dominant eigenvector of the Gram matrix by power iteration, apart from directions found before.
  private static func dominant(
    _ gram: [[Double]], without found: [[Double]], _ points: [[Double]]
  ) -> (weights: [Double], variance: Double) {
    // In the Gram matrix a known direction d is the vector of the points' coordinates along it.
    let known = found.map { direction in unit(points.map { dot($0, direction) }, orthogonalTo: []) }
    func deflated(_ vector: [Double]) -> [Double] {
      var result = vector
      for direction in known {
        let share = dot(result, direction)
        for i in result.indices { result[i] -= share * direction[i] }
      }
      return result
    }
    var vector = deflated(gram.indices.map { 1 + Double($0 % 7) / 8 - Double($0) / Double(gram.count) })
    var variance = 0.0
    for _ in 0..<300 {
      let next = deflated(gram.map { dot($0, vector) })
      let length = dot(next, next).squareRoot()
      if length == 0 { return (vector.map { _ in 0 }, 0) }
      let before = variance
      variance = length / max(dot(vector, vector).squareRoot(), 1e-300)
      vector = next.map { $0 / length }
      if abs(variance - before) <= 1e-13 * variance { break }
    }
    return (vector, variance)
  }

  /// The vector at length one, its greatest entry positive; where it vanishes, the first axis that is free.
  private static func unit(_ vector: [Double], orthogonalTo others: [[Double]]) -> [Double] {
    var candidate = vector
    var axis = 0
    while true {
      for other in others {
        let share = dot(candidate, other)
        for i in candidate.indices { candidate[i] -= share * other[i] }
      }
      let length = dot(candidate, candidate).squareRoot()
      let before = dot(vector, vector).squareRoot()
      if length > 1e-9 * before, length > 0 {
        let greatest = candidate.max { abs($0) < abs($1) } ?? 1
        let sign: Double = greatest < 0 && !others.isEmpty || greatest < 0 ? -1 : 1
        return candidate.map { sign * $0 / length }
      }
      if axis == vector.count { return vector }
      candidate = vector.indices.map { $0 == axis ? 1 : 0 }
      axis += 1
    }
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}

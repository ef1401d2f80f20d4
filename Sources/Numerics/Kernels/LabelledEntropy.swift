import CVector

/// The kernel of crossentropy, which reads the logits once forward and once back, and writes no logarithms of all.
enum LabelledEntropy {
  /// `nil` where the labels do not fit, or the type has no loops.
  static func run(_ logits: Tensor, _ labels: Tensor) throws -> CompoundRun? {
    guard !Operations.areSmall(logits), labels.isPlain, logits.rank > 0,
      labels.shape == logits.shape.removing(logits.rank - 1)
    else { return nil }
    let classes = Double(logits.shape[logits.rank - 1])
    let labels = labels.doubles
    guard labels.allSatisfy({ $0 >= 1 && $0 <= classes && $0 == $0.rounded() }) else { return nil }
    let places = labels.map { Int(clamping: $0) - 1 }
    switch logits.type {
    case .f64: return try EntropyOfRows<Double>(logits, places).run()
    case .f32: return try EntropyOfRows<Float>(logits, places).run()
    default: return nil
    }
  }
}

private struct EntropyOfRows<T: LoopElement> {
  private let shape: Shape
  private let classes: Int
  /// The label of each row, from 0.
  private let labels: [Int]
  private let logits: Storage
  /// Of each row: its greatest logit, and the logarithm of the sum of the powers of the differences from it.
  private let greatest: Storage
  private let logarithms: Storage

  init(_ x: Tensor, _ labels: [Int]) throws {
    (shape, classes, self.labels) = (x.shape, x.shape[x.rank - 1], labels)
    logits = x.storage!
    greatest = try Storage.allocate(Shape(labels.count), T.type)
    logarithms = try Storage.allocate(Shape(labels.count), T.type)
  }

  func run() throws -> CompoundRun {
    let picks = try Storage.allocate(Shape(labels.count), T.type)
    let sums = try Storage.allocate(Shape(labels.count), .f64)
    try withExtendedLifetime((self, picks, sums)) {
      let (x, picked, sums) = (T.elements(logits), T.elements(picks), sums.f64)
      let (greatest, logarithms) = (T.elements(greatest), T.elements(logarithms))
      try Reduction.forEachGroup(labels.count, of: classes, weight: 8) { row in
        let line = x + row * classes
        greatest[row] = Normalised.greatest(line, classes)
        sums[row] = Normalised.sumOfPowers(line, classes, greatest + row)
        Normalised.logarithms(sums + row, 1)
        logarithms[row] = T(sums[row])
        picked[row] = (line[labels[row]] - greatest[row]) - logarithms[row]
      }
    }
    let all = Tensor(picks, T.type)
    let result = try LabelledEntropy.ofPicks(
      shape.rank == 1 ? Tensor(all.element(0), type: T.type) : all)
    return CompoundRun(result: result) { [try pulled($0)] }
  }

  /// The cotangent of the logits, which is the formula's to the bit.
  private func pulled(_ cotangent: Tensor) throws -> Tensor {
    // A row's share, which comes to its label, and from there to all in proportion to their powers.
    let share = Double(-T(cotangent.scalar) / T(labels.count))
    let result = try Storage.allocate(shape, T.type)
    try withExtendedLifetime((self, result)) {
      let (x, to) = (T.elements(logits), T.elements(result))
      let (greatest, logarithms) = (T.elements(greatest), T.elements(logarithms))
      try Reduction.forEachGroup(labels.count, of: classes, weight: 8) { row in
        Scratch.withDoubles(min(classes, blockLength)) { room in
          Normalised.forEachPiece(classes) { start, count in
            let place = row * classes + start
            T.binary(VECTOR_subtract, x + place, 1, greatest + row, 0, to + place, count)
            T.binary(VECTOR_subtract, to + place, 1, logarithms + row, 0, to + place, count)
            if NumericsInterruption.isRaised { return }
            Precision.read(result, T.type, at: place, room, count)
            let label = labels[row] - start
            Self.pull(room, share, label: (0..<count).contains(label) ? label : nil, count)
            Precision.write(room, result, T.type, at: place, count)
          }
        }
      }
    }
    return Tensor(result, T.type)
  }

  /// From logarithms of probabilities to the cotangents of their logits.
  private static func pull(_ y: ElementView<Double>, _ share: Double, label: Int?, _ count: Int) {
    // A probability near 1, of which there is one at most, is told by how much less it is.
    let likely = (0..<count).first { y[$0] > -0.5 }
    let less = likely.map { vector_expm1_f64(y[$0]) }
    Double.unary(VECTOR_exp, y, y, count)
    let power = label.map { y[$0] }
    for i in 0..<count { y[i] = 0 - share * y[i] }
    if let label, let power { y[label] = share - share * power }
    if let likely, let less { y[likely] = ((likely == label ? share : 0) - share) - share * less }
  }
}

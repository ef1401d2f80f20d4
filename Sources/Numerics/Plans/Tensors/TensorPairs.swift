/// Products of a plan that do not depend on each other, brought together so that two threads take one each: the two
/// cotangents of a product of matrices above all.
enum TensorPairs {
  /// How many steps may stand between them.
  private static let reach = 8

  /// The same steps, the second of each pair moved behind the first.
  static func paired(_ entries: [TensorPlanBuilder.Entry]) -> [TensorPlanBuilder.Entry] {
    var result = entries
    var place = 0
    while place < result.count {
      if isWorthAThread(result[place].step), let partner = partner(of: place, in: result) {
        var second = result.remove(at: partner)
        // What the first reads stays where it is until both are done.
        second.operands += result[place].operands
        result[place].step.isPaired = true
        result.insert(second, at: place + 1)
        place += 1
      }
      place += 1
    }
    return result
  }

  private static func isWorthAThread(_ step: TensorStep) -> Bool {
    step.kind == .product && step.rows * step.columns * step.depth >= MatrixProduct.leastPaired
  }

  /// A product that reads nothing of what comes between, and that nothing between touches.
  private static func partner(of place: Int, in entries: [TensorPlanBuilder.Entry]) -> Int? {
    var written: Set<Int32> = [entries[place].writes]
    var touched = Set(entries[place].reads + [entries[place].writes])
    for index in place + 1..<min(entries.count, place + 1 + reach) {
      let entry = entries[index]
      if isWorthAThread(entry.step), written.isDisjoint(with: entry.reads), !touched.contains(entry.writes) {
        return index
      }
      written.insert(entry.writes)
      touched.formUnion(entry.reads + [entry.writes])
      if let room = entry.room { touched.insert(room) }
    }
    return nil
  }
}

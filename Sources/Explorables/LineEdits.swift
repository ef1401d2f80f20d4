/// What must change in the lines of a text to make another of it.
struct LineEdits: Equatable {
  struct Edit: Equatable {
    /// The first line that goes, and how many do.
    var start: Int
    var count: Int
    /// What comes in their place.
    var lines: [Substring]
  }

  private(set) var edits: [Edit] = []

  /// More changes than these are not looked for: then all between the first and the last line that differ goes.
  private static let mostCompared = 4_000_000

  init(from old: [Substring], to new: [Substring]) {
    if old.count == new.count {
      for place in old.indices where old[place] != new[place] { replace(place..<place + 1, [new[place]]) }
      return
    }
    let shorter = min(old.count, new.count)
    let head = (0..<shorter).prefix { old[$0] == new[$0] }.count
    let tail = (0..<shorter - head).prefix { old[old.count - 1 - $0] == new[new.count - 1 - $0] }.count
    let (before, after) = (old[head..<old.count - tail], new[head..<new.count - tail])
    guard before.count * after.count <= LineEdits.mostCompared else {
      replace(head..<head + before.count, Array(after))
      return
    }
    var removed: Set<Int> = []
    var inserted: [Int: Substring] = [:]
    for change in after.difference(from: before) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, let line, _): inserted[offset] = line
      }
    }
    var (source, target) = (0, 0)
    while source < before.count || target < after.count {
      if let line = inserted[target] {
        replace(head + source..<head + source, [line])
        target += 1
      } else if removed.contains(source) {
        replace(head + source..<head + source + 1, [])
        source += 1
      } else {
        source += 1
        target += 1
      }
    }
  }

  init(_ edits: [Edit]) { self.edits = edits }

  /// One more, which grows together with the one before where they touch.
  private mutating func replace(_ range: Range<Int>, _ lines: [Substring]) {
    if let last = edits.last, last.start + last.count == range.lowerBound {
      edits[edits.count - 1].count += range.count
      edits[edits.count - 1].lines += lines
    } else {
      edits.append(Edit(start: range.lowerBound, count: range.count, lines: lines))
    }
  }

  /// The other text; `nil` where the edits are not of these lines.
  func applied(to old: [Substring]) -> [Substring]? {
    var result: [Substring] = []
    var place = 0
    for edit in edits {
      guard edit.start >= place, edit.count >= 0, edit.count <= old.count - edit.start else { return nil }
      result += old[place..<edit.start]
      result += edit.lines
      place = edit.start + edit.count
    }
    return result + old[place...]
  }
}

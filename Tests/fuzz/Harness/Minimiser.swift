import Foundation
import Interpreter

/// Makes a failing input smaller while it fails in the same way: pieces are left out, large ones first.
struct Minimiser {
  /// Processes that are started for one input at most.
  private static let mostTrials = 80
  private static let longest = 40.0

  let kind: Kind
  let options: Options
  let workplace: Workplace

  func smallest(_ input: [UInt8], _ fault: Fault) -> [UInt8] {
    var search = Search(
      minimiser: self, fault: fault, best: input, deadline: Clock.seconds + Minimiser.longest)
    guard search.fails(input) else { return input }
    search.reduce {
      $0.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    } join: {
      Array($0.joined(separator: [0x0A]))
    }
    search.reduce(Minimiser.tokens) { $0.flatMap { $0 } }
    return search.best
  }

  /// Words, and signs one by one.
  private static func tokens(_ input: [UInt8]) -> [[UInt8]] {
    var tokens: [[UInt8]] = []
    func isWord(_ byte: UInt8) -> Bool {
      byte > 0x7F || byte == 0x5F || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
    }
    for byte in input {
      if let last = tokens.last?.last, isWord(last), isWord(byte) {
        tokens[tokens.count - 1].append(byte)
      } else {
        tokens.append([byte])
      }
    }
    return tokens
  }

  private struct Search {
    let minimiser: Minimiser
    let fault: Fault
    var best: [UInt8]
    let deadline: Double
    var trials = 0

    var isOver: Bool { trials >= Minimiser.mostTrials || Clock.seconds > deadline }

    mutating func fails(_ input: [UInt8]) -> Bool {
      trials += 1
      let found = minimiser.workplace.faults(of: input, minimiser.kind, minimiser.options)
      return found.contains { $0.name == fault.name }
    }

    mutating func reduce(_ cut: ([UInt8]) -> [[UInt8]], join: ([[UInt8]]) -> [UInt8]) {
      var pieces = cut(best)
      var size = max(pieces.count / 2, 1)
      while size >= 1, !isOver {
        var start = 0
        var hasShrunk = false
        while start < pieces.count, pieces.count > 1, !isOver {
          var fewer = pieces
          fewer.removeSubrange(start..<min(start + size, pieces.count))
          if !fewer.isEmpty, fails(join(fewer)) {
            (pieces, hasShrunk) = (fewer, true)
          } else {
            start += size
          }
        }
        if size == 1, !hasShrunk { break }
        size = size == 1 ? 1 : size / 2
      }
      best = join(pieces)
    }
  }
}

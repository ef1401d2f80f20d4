// Every place of the program that can fail or that the tape remembers has a number. The numeric core carries the
// number; only the source that it belongs to knows what text it stands for.
//
// A source lives as long as something can lead back to it: the code of a function compiled from it, an error on its
// way, what `flow` recorded, and the last cells of a session, whose tensors say where they were made. Numbers are not
// given twice: a tensor may carry one longer than its source lives, and it must then say nothing, not something else.

import Syntax

/// A place in a source.
package struct Site {
  package let source: CompiledSource
  package let span: Span
  /// The parts worth underlining, in the order of the operands.
  package let operands: [Span]
}

/// One text that was compiled: a cell, a file or a definition of the library's prelude.
package final class CompiledSource {
  package let source: Source
  let isLibrary: Bool
  private var places: [(span: Span, operands: [Span])] = []
  private var blocks: [Int32] = []

  init(_ source: Source, isLibrary: Bool) {
    self.source = source
    self.isLibrary = isLibrary
    Machine.sites.sourceCount += 1
  }

  deinit {
    Machine.sites.free(blocks)
    Machine.sites.sourceCount -= 1
  }

  /// The number of a new place; 0, which is none, when there are no more.
  func add(_ span: Span, _ operands: [Span]) -> Int32 {
    let index = places.count % Sites.blockLength
    if index == 0 {
      guard let block = Machine.sites.allot(to: self, from: places.count) else { return 0 }
      blocks.append(block)
    }
    places.append((span, operands))
    return Sites.number(blocks[blocks.count - 1], index)
  }

  fileprivate func site(_ index: Int) -> Site? {
    guard index < places.count else { return nil }
    return Site(source: self, span: places[index].span, operands: places[index].operands)
  }
}

/// Which numbers belong to which source.
package final class Sites {
  /// Numbers are given out by blocks, since the compilation of one source may ask for that of another.
  static let blockLength = 16

  private struct Block {
    /// Gives its blocks back before it goes.
    unowned let owner: CompiledSource
    /// The place of the owner that has the first number.
    let start: Int
  }

  private var blocks: [Int32: Block] = [:]
  private var nextBlock: Int32 = 1
  /// How many sources live.
  fileprivate(set) var sourceCount = 0

  /// How many places have a number, and at most a block more for each source.
  var capacity: Int { blocks.count * Sites.blockLength }

  fileprivate static func number(_ block: Int32, _ index: Int) -> Int32 {
    block * Int32(blockLength) + Int32(index)
  }

  fileprivate func allot(to owner: CompiledSource, from start: Int) -> Int32? {
    guard nextBlock < Int32.max / Int32(Sites.blockLength) else { return nil }
    defer { nextBlock += 1 }
    blocks[nextBlock] = Block(owner: owner, start: start)
    return nextBlock
  }

  fileprivate func free(_ numbers: [Int32]) {
    for number in numbers { blocks[number] = nil }
  }

  /// The place of a number, where its source still lives.
  package subscript(_ number: Int32) -> Site? {
    let length = Int32(Sites.blockLength)
    guard number > 0, let block = blocks[number / length] else { return nil }
    return block.owner.site(block.start + Int(number % length))
  }

  package func source(of site: Site) -> CompiledSource? { site.source }
}

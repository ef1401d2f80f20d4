/// Chance that a seed decides (SplitMix64): the number of an input gives the same input on every machine.
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64, of kind: String, number: Int) {
    state = hash(kind.utf8) ^ (seed &* 0xD6E8_FEB8_6659_FD93) ^ (UInt64(number) &* 0xA076_1D64_78BD_642F)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 to below `count`.
  mutating func below(_ count: Int) -> Int { count < 2 ? 0 : Int(next() % UInt64(count)) }

  /// True once in `count` times.
  mutating func once(in count: Int) -> Bool { below(count) == 0 }

  mutating func pick<Items: RandomAccessCollection>(_ items: Items) -> Items.Element {
    items[items.index(items.startIndex, offsetBy: below(items.count))]
  }

  /// One of several ways to go on; only that one is followed.
  mutating func follow<Result>(_ ways: [(inout Dice) -> Result]) -> Result { ways[below(ways.count)](&self) }

  /// What is made `count` times, between these.
  mutating func several<Result>(_ count: ClosedRange<Int>, _ make: (inout Dice) -> Result) -> [Result] {
    (0..<count.lowerBound + below(count.count)).map { _ in make(&self) }
  }
}

/// FNV-1a: what a kept input is called, and whatever else its bytes decide.
func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
  bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}

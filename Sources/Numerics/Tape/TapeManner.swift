// How a tape records and how it is pulled back, as whoever opens it says before.

extension Tape {
  /// Whether cotangents of all nodes stay readable after `pullback`, which costs their memory.
  public var keepsAdjoints: Bool {
    get { Tape.recordings![level].keepsAdjoints }
    nonmutating set { Tape.recordings![level].keepsAdjoints = newValue }
  }

  /// Whether compound operations are recorded as their formulas: for who looks at nodes. To be said before.
  public var showsFormulas: Bool {
    get { Tape.recordings![level].showsFormulas }
    nonmutating set { Tape.recordings![level].showsFormulas = newValue }
  }

  /// Whether a plan is made of what is recorded. Compound operations whose derivative is that of their formula to the bit are
  /// recorded as the formula then. To be said before.
  public var isWatched: Bool {
    get { Tape.recordings![level].isWatched }
    nonmutating set { Tape.recordings![level].isWatched = newValue }
  }

  /// Whether only positive cotangents pass a relu on the way back (Springenberg et al., guided backpropagation).
  public var isGuided: Bool {
    get { Tape.recordings![level].isGuided }
    nonmutating set { Tape.recordings![level].isGuided = newValue }
  }
}

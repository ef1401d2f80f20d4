// Where names live, decided while compiling. Blocks open no scope: a function has one, and so have the
// variables of a `for`, a comprehension and a `catch`, which are new in each turn and end with it.

/// One kind of frame at run time.
final class FrameLayout {
  let parent: FrameLayout?
  private(set) var count = 0
  /// The variables around this frame that its code uses, or code within it.
  private(set) var outerUses: Set<OuterVariable> = []
  /// The variables of the notebook and the library that its own code uses.
  private(set) var globals: [GlobalVariable] = []

  init(parent: FrameLayout?) { self.parent = parent }

  func newSlot() -> Int {
    count += 1
    return count - 1
  }

  func noteUse(of cell: GlobalVariable) {
    if !globals.contains(where: { $0 === cell }) { globals.append(cell) }
  }

  /// Notes that code of this frame uses a variable `hops` frames up.
  func noteUse(hops: Int, slot: Int) {
    var layout = self
    var hops = hops
    while hops > 0 {
      layout.outerUses.insert(OuterVariable(hops: hops, slot: slot))
      guard let parent = layout.parent else { return }
      layout = parent
      hops -= 1
    }
  }
}

/// A variable so many frames up, in that slot.
struct OuterVariable: Hashable, Comparable {
  let hops: Int
  let slot: Int

  static func < (a: OuterVariable, b: OuterVariable) -> Bool { (a.hops, a.slot) < (b.hops, b.slot) }
}

final class NameScope {
  struct Binding {
    var slot: Int
    /// A parameter or loop variable; an assigned local may not have been reached yet.
    var isAlwaysSet: Bool
  }

  let layout: FrameLayout
  let parent: NameScope?
  /// The scope of a function, where assignments inside it end up.
  let isFunction: Bool
  private var bindings: [String: Binding] = [:]

  init(layout: FrameLayout, parent: NameScope?, isFunction: Bool) {
    self.layout = layout
    self.parent = parent
    self.isFunction = isFunction
  }

  @discardableResult
  func bind(_ name: String, alwaysSet: Bool) -> Int {
    if let binding = bindings[name] { return binding.slot }
    let slot = layout.newSlot()
    bindings[name] = Binding(slot: slot, isAlwaysSet: alwaysSet)
    return slot
  }

  /// A parameter: always a slot of its own, `_` included.
  func bindParameter(_ name: String) -> Int {
    let slot = layout.newSlot()
    bindings[name] = Binding(slot: slot, isAlwaysSet: true)
    return slot
  }

  subscript(name: String) -> Binding? { bindings[name] }

  var names: [String] { Array(bindings.keys) }

  /// The names of this scope and of those around it, for "did you mean".
  var visibleNames: [String] { names + (parent?.visibleNames ?? []) }
}

/// A place to look for a name: so many frames up, in that slot.
package struct Place {
  var hops: Int
  var slot: Int
  var isAlwaysSet: Bool
}

extension NameScope {
  /// All places from the inside out, up to the first that is certainly set.
  func places(of name: String) -> [Place] {
    var places: [Place] = []
    var hops = 0
    var scope = self
    while true {
      if let binding = scope[name] {
        places.append(Place(hops: hops, slot: binding.slot, isAlwaysSet: binding.isAlwaysSet))
        layout.noteUse(hops: hops, slot: binding.slot)
        if binding.isAlwaysSet { return places }
      }
      guard let next = scope.parent else { return places }
      if next.layout !== scope.layout { hops += 1 }
      scope = next
    }
  }

  /// Where an assignment to `name` goes: a turn's own variable, else the function around it; `nil` is the notebook.
  func target(of name: String) -> Place? {
    var hops = 0
    var scope = self
    while true {
      if let binding = scope[name] {
        return Place(hops: hops, slot: binding.slot, isAlwaysSet: binding.isAlwaysSet)
      }
      if scope.isFunction { return nil }
      guard let next = scope.parent else { return nil }
      if next.layout !== scope.layout { hops += 1 }
      scope = next
    }
  }
}

/// A variable of the notebook or the library.
package final class GlobalVariable {
  package let name: String
  package var value: Value = .unset

  package init(_ name: String) { self.name = name }
}

/// The names of the notebook over those of the library.
package final class Globals {
  package private(set) var cells: [String: GlobalVariable] = [:]
  package let beneath: Globals?
  /// What the library says about its constants; functions hold theirs.
  package var documentation: [String: String] = [:]
  /// What gives a name its value when it is first asked for.
  package var deferred: [String: () -> Void] = [:]

  package init(over beneath: Globals?) { self.beneath = beneath }

  package func cell(_ name: String) -> GlobalVariable {
    if let give = deferred.removeValue(forKey: name) { give() }
    if let cell = cells[name] { return cell }
    let cell = GlobalVariable(name)
    cells[name] = cell
    return cell
  }

  /// Gives up all values: a function of the notebook holds the variables that its text names, and they hold it.
  func clear() {
    for cell in cells.values { cell.value = .unset }
  }

  /// What is said about a name that stands for no function, unless the notebook uses the name for something else.
  package func documentation(of name: String) -> String {
    if cells[name] != nil || deferred[name] != nil {
      if case .unset = cell(name).value {} else { return documentation[name] ?? "" }
    }
    return beneath?.documentation(of: name) ?? ""
  }

  /// Names that have a value, the library's included.
  package var known: [String] {
    let own = cells.values.filter { if case .unset = $0.value { false } else { true } }.map(\.name)
    return own + deferred.keys + (beneath?.known ?? [])
  }
}

/// An element of MathML.
struct MathElement: Equatable {
  enum Content: Equatable {
    case text(String)
    case children([MathElement])
  }

  var name: String
  /// As they are written, each with a space before it; never text of an author.
  var attributes: String
  var content: Content

  init(_ name: String, _ attributes: String = "", text: String) {
    self.name = name
    self.attributes = attributes
    content = .text(text)
  }

  init(_ name: String, _ children: [MathElement]) { self.init(name, "", children) }

  init(_ name: String, _ attributes: String, _ children: [MathElement]) {
    self.name = name
    self.attributes = attributes
    content = .children(children)
  }

  /// Several elements where one is asked for.
  static func row(_ elements: [MathElement]) -> MathElement {
    elements.count == 1 ? elements[0] : MathElement("mrow", elements)
  }

  static func space(_ width: Double) -> MathElement {
    // Thousandths are enough, and written alike everywhere.
    let thousandths = Int(clamping: (width * 1000).rounded(), to: -1_000_000...1_000_000)
    let digits = String(abs(thousandths) % 1000)
    let fraction = String(repeating: "0", count: 3 - digits.count) + digits
    let sign = thousandths < 0 ? "-" : ""
    return MathElement("mspace", " width=\"\(sign)\(abs(thousandths) / 1000).\(fraction)em\"", [])
  }

  var markup: String {
    switch content {
    case .text(let text): "<\(name)\(attributes)>\(escaped(text))</\(name)>"
    case .children(let children): "<\(name)\(attributes)>\(children.map(\.markup).joined())</\(name)>"
    }
  }

  /// Signs in it, as a measure of its width.
  var signs: Int {
    switch content {
    case .text(let text): return text.count
    case .children(let children):
      let counts = children.map(\.signs)
      // What stands above each other takes the wider one's place.
      return name == "mfrac" || name == "munderover" || name == "munder" || name == "mover"
        ? counts.max() ?? 0 : counts.reduce(0, +)
    }
  }
}

/// An element in a row of a formula, with what decides the space around it.
struct MathAtom {
  /// The kinds that TeX knows.
  enum Kind {
    case ordinary, largeOperator, binary, relation, opening, closing, punctuation, inner
    /// Space that the author wrote.
    case space
  }

  enum Limits {
    /// Scripts stand beside it.
    case beside
    /// Above and below in a displayed formula, beside it in a line of text.
    case movable
    case aboveAndBelow
  }

  var element: MathElement
  var kind: Kind
  var limits = Limits.beside
  /// A function's name such as log, set off from its argument by a thin space.
  var isFunctionName = false
  /// Space between formulas rather than within one.
  var isGap = false

  init(_ element: MathElement, _ kind: Kind = .ordinary) {
    self.element = element
    self.kind = kind
  }
}

extension [MathAtom] {
  /// The elements, with the spaces that MathML does not know of itself.
  var elements: [MathElement] { spaced.map(\.element) }

  /// The elements of a script, where TeX leaves no space around operators.
  var scriptElements: [MathElement] {
    spaced.map { atom in
      var element = atom.element
      if element.name == "mo", [.binary, .relation, .punctuation].contains(atom.kind) {
        element.attributes += " lspace=\"0\" rspace=\"0\""
      }
      return element
    }
  }

  /// The same, each still with its kind.
  var spaced: [MathAtom] {
    var result: [MathAtom] = []
    var previous: MathAtom?
    for var atom in self {
      if atom.kind == .binary, isSign(after: previous) {
        atom.kind = .ordinary
        // The first of a row is one without being told.
        if !result.isEmpty { atom.element.makeSign() }
      }
      if let previous, needsThinSpace(previous, atom) {
        result.append(MathAtom(.space(1 / 6), .space))
      }
      result.append(atom)
      if atom.kind != .space { previous = atom }
    }
    return result
  }

  /// A `-` after these is a sign, not a difference.
  private func isSign(after previous: MathAtom?) -> Bool {
    switch previous?.kind {
    case nil, .largeOperator, .binary, .relation, .opening, .punctuation: true
    default: false
    }
  }

  private func needsThinSpace(_ first: MathAtom, _ second: MathAtom) -> Bool {
    if first.isFunctionName {
      return [.ordinary, .largeOperator, .inner].contains(second.kind)
    }
    return second.isFunctionName && [.ordinary, .closing, .inner].contains(first.kind)
  }
}

extension MathElement {
  fileprivate mutating func makeSign() {
    if name == "mo" {
      attributes += " form=\"prefix\""
    } else if case .children(var children) = content, !children.isEmpty {
      children[0].makeSign()
      content = .children(children)
    }
  }
}

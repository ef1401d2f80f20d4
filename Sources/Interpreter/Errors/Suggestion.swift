// Which known name was meant: the nearest by edits, after Greek letters, their names and letters that look
// alike have been made one.

import Figures

package enum Suggestion {
  /// Up to two known names that are near `name`, the best first; empty where none is near enough.
  static func nearest(to name: String, among known: [String]) -> [String] {
    // Nobody has written so long a name.
    guard name.utf8.count <= longest else { return [] }
    let wanted = Array(spelled(name))
    let limit = wanted.count <= 2 ? 0 : wanted.count <= 4 ? 1 : wanted.count <= 8 ? 2 : 3
    var best: [(name: String, distance: Int)] = []
    for candidate in Set(known) where candidate != name && !candidate.contains("#") {
      if areSame(candidate, name) {
        best.append((candidate, 0))
        continue
      }
      let other = Array(spelled(candidate))
      guard abs(other.count - wanted.count) <= limit else { continue }
      let distance = editDistance(wanted, other)
      if distance <= limit { best.append((candidate, distance)) }
    }
    best.sort { ($0.distance, $0.name.count, $0.name) < ($1.distance, $1.name.count, $1.name) }
    guard let first = best.first else { return [] }
    return best.prefix(2).filter { $0.distance == first.distance }.map(\.name)
  }

  private static let longest = 200

  /// Whether two names differ only in how they are spelled or in letters that look alike.
  private static func areSame(_ a: String, _ b: String) -> Bool {
    spelled(a).elementsEqual(spelled(b)) || drawn(a).elementsEqual(drawn(b))
  }

  /// "did you mean θ?", or what another language's word is called here; `nil` where nothing is near.
  package static func line(for name: String, among known: [String]) -> String? {
    let near = nearest(to: name, among: known)
    if let first = near.first, areSame(first, name) {
      return "did you mean \(first)?" + letters(of: first, against: name)
    }
    if let word = foreign[name], word.contains(" ") || known.contains(word) {
      return word.contains(" ") ? word : "here it is \(word)"
    }
    return near.isEmpty ? nil : "did you mean \(near.joined(separator: " or "))?"
  }

  /// Says which alphabet is meant where two names look the same.
  private static func letters(of name: String, against other: String) -> String {
    let (a, b) = (Array(name.unicodeScalars), Array(other.unicodeScalars))
    guard a.count == b.count, let (x, y) = zip(a, b).first(where: { $0 != $1 }),
      lookalikes[x] ?? x == lookalikes[y] ?? y
    else { return "" }
    func alphabet(_ scalar: Unicode.Scalar) -> String {
      switch scalar.value {
      case 0x370...0x3FF: return "Greek"
      case 0x400...0x4FF: return "Cyrillic"
      default: return scalar.value < 0x250 ? "Latin" : "another"
      }
    }
    let (wanted, written) = (alphabet(x), alphabet(y))
    guard wanted != written else { return "" }
    return " (its \(x) is a \(wanted) letter, the one written is \(written))"
  }

  /// A name with its Greek letters spelled out and its subscripts on the line.
  private static func spelled(_ name: String) -> String.UnicodeScalarView {
    var result = String.UnicodeScalarView()
    for scalar in name.unicodeScalars where scalar != "_" {
      if let word = greek[scalar] {
        result.append(contentsOf: word.unicodeScalars)
      } else {
        result.append(subscripts[scalar] ?? scalar)
      }
    }
    return result
  }

  /// A name as it looks, letter by letter.
  private static func drawn(_ name: String) -> [Unicode.Scalar] {
    name.unicodeScalars.map { lookalikes[$0] ?? $0 }
  }

  private static let greek: [Unicode.Scalar: String] = [
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ϑ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi",
    "π": "pi", "ρ": "rho", "υ": "upsilon", "σ": "sigma", "ς": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi",
    "χ": "chi", "ψ": "psi",
    "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi",
    "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega", "∇": "grad", "√": "sqrt", "∞": "Inf",
  ]

  private static let subscripts: [Unicode.Scalar: Unicode.Scalar] = Dictionary(
    uniqueKeysWithValues: zip(
      "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ".unicodeScalars, "0123456789aehijklmnoprstuvx".unicodeScalars))

  /// Letters of other alphabets that look like a Latin one.
  private static let lookalikes: [Unicode.Scalar: Unicode.Scalar] = Dictionary(
    uniqueKeysWithValues: zip(
      "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧνορυıаеорсухАВЕКМНОРСТХ".unicodeScalars,
      "ABEZHIKMNOPTYXvopuiaeopcyxABEKMHOPCTX".unicodeScalars))

  /// What other languages call what is here too.
  private static let foreign: [String: String] = [
    "len": "length", "size": "shape", "ndims": "rank", "numel": "length", "append": "push",
    "concatenate": "concat",
    "cat": "concat", "vcat": "concat", "hcat": "concat", "arange": "a range is written a:s:b",
    "range": "a range is written a:b",
    "None": "it is written nothing", "null": "it is written nothing", "nil": "it is written nothing",
    "True": "it is written true", "False": "it is written false",
    "matmul": "the product of matrices is written A * B", "transpose": "a transpose is written Aᵀ or A'",
    "identity": "eye", "avg": "mean", "pow": "a power is written x^n", "exp2": "a power is written 2^x",
    "exp10": "a power is written 10^x", "ln": "log",
    "power": "a power is written x^n",
    "amax": "maximum", "amin": "minimum", "sqr": "a square is written x²", "ReLU": "relu", "gradient": "grad",
    "int": "a whole number comes of floor(x) or round(x), one in a string of parse(s)",
    "astype": "the types are functions: f16(x), f32(x), f64(x)",
    "np": "there are no modules: the functions stand by themselves",
    "numpy": "there are no modules: the functions stand by themselves",
    "torch": "there are no modules: the functions stand by themselves",
    "array": "a vector is written [1, 2, 3]", "tensor": "a vector is written [1, 2, 3]",
    "Array": "a vector is written [1, 2, 3]", "list": "a vector is written [1, 2, 3], a tuple (1, \"a\")",
    "dict": "a record is written (a = 1, b = 2)", "float": "f64", "type": "dtype",
    "typeof": "dtype", "not": "it is written !a", "xor": "of two bools it is written a != b",
    "dims": "axis", "dim": "axis", "axes": "axis", "keepdims": "keep", "keepdim": "keep", "lr": "rate",
    "learning_rate": "rate", "printf": "println", "disp": "println", "str": "string",
    "lambda": "a function is written x -> x^2",
    "def": "a function is written f(x) = x^2", "import": "there are no modules: everything is there already",
    "using": "there are no modules: everything is there already",
    "let": "a variable is assigned without a word: x = 1",
    "const": "a variable is assigned without a word: x = 1",
    "elif": "it is written elseif", "raise": "an error is raised by error(\"…\")",
    "throw": "an error is raised by error(\"…\")",
  ]
}

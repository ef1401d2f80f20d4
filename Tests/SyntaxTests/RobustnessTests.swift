import XCTest

@testable import Syntax

/// No text whatever makes the parser crash, hang, or leave its own promises.
final class RobustnessTests: XCTestCase {
  private let corpus = """
    # the loss of a layer
    L(θ; X, y) = mean((σ(X * θ.W + θ.b) - y)²)  # "quoted"
    function step(x, v; η = 0.1, β = 0.9)
      v = β*v - η*∇L(x)
      if norm(v) > 1e-3 && !isnan(x[1, end]) || true
        return x + v, v
      elseif v ≈ 0; while true; break; end
      else
        x[2:end, :] .* 3eye(3)^-2x
      end
    end
    A = [1 -2; a' b -c]; B = [[1, 2], [3, 4]]
    r = (; W, b = 2, t...); s = (1,); u = (xs..., x)
    #= nested #= comment =# =#
    text = "loss $x, step $(i + 1 ? "a" : "$(b)")\\n"
    doc = \"\"\"
      some $x
        text
      \"\"\"
    ys = [f(x, y) for y in ys, (x, _) in enumerate(xs) if x ∈ 1:0.5:3]
    try f(x; k = 2, args...) catch e; println(e.kind) end
    ∂²f/∂x∂y(1, 2) |> g′ |> (a, b; k = 1) -> k*a*b
    x, (y, _) = 0xff, -2..2 ; z += A⁻¹ * xⁿ⁺¹ᵀ
    @assert x > 0 "why"
    θ.W[1, :] = √x² ÷ 2√y ⊗ A \\ b
    ?sum

    """

  private func exercise(_ text: String) {
    let source = Source(text, name: "test")
    let result = Parser.parse(source)
    XCTAssertEqual(result.program == nil, !result.diagnostics.isEmpty, text)
    for diagnostic in result.diagnostics {
      XCTAssertFalse(diagnostic.message.isEmpty)
      XCTAssertNotEqual(diagnostic.message, "the text is not Nabla", text)
      XCTAssertTrue(diagnostic.span.start >= 0 && diagnostic.span.start <= diagnostic.span.end, text)
      XCTAssertTrue(diagnostic.span.end <= source.scalars.count, text)
    }
    _ = Parser.completeness(of: source)
  }

  func testCorpusParses() {
    XCTAssertEqual(Parser.parse(Source(corpus, name: "test")).diagnostics.map(\.message), [])
  }

  func testEveryPrefix() {
    let scalars = Array(corpus.unicodeScalars)
    for count in 0...scalars.count {
      exercise(String(String.UnicodeScalarView(scalars[..<count])))
    }
  }

  func testEverySuffix() {
    let scalars = Array(corpus.unicodeScalars)
    for start in 0..<scalars.count { exercise(String(String.UnicodeScalarView(scalars[start...]))) }
  }

  func testMutations() {
    var random = Generator(state: 7)
    let scalars = Array(corpus.unicodeScalars)
    let extra = Array("()[]{}\"'#=$\\\n ;:,.∇∂√²ᵀ′?@×“_1eéx+-*/^|&<>!→🙂\u{301}\u{0}\u{FEFF}".unicodeScalars)
    let words = [
      "end", "if ", "for ", "in ", "begin\n", "function ", "\"\"\"", "#=", "$(", "...", "->", "true", "try ",
    ]
    for _ in 0..<2_000 {
      var text = scalars
      for _ in 0..<(1 + random.next(upTo: 6)) {
        let place = random.next(upTo: max(1, text.count))
        switch random.next(upTo: 5) {
        case 0: text.remove(at: place)
        case 1: text.insert(extra[random.next(upTo: extra.count)], at: place)
        case 2: text.insert(contentsOf: words[random.next(upTo: words.count)].unicodeScalars, at: place)
        case 3: text.swapAt(place, random.next(upTo: text.count))
        default:
          let end = min(text.count, place + random.next(upTo: 30))
          text.replaceSubrange(place..<end, with: text[..<min(text.count, random.next(upTo: 20))])
        }
      }
      exercise(String(String.UnicodeScalarView(text)))
    }
  }

  func testNoise() {
    var random = Generator(state: 11)
    let pieces = [
      "a", "1", "2.5", "(", ")", "[", "]", ",", ";", "\n", " ", "+", "-", "*", "=", "==", ":", "?", "->",
      "end ", "if ", "for ", "in ", "\"", "$(", "∇", "∂", "/", "²", "'", ".", "...", "@show ", "begin ", "x",
      "_", "try ", "catch ", "|>", "else ", "function ", "#=", "=#",
    ]
    for _ in 0..<3_000 {
      var text = ""
      for _ in 0..<(1 + random.next(upTo: 25)) { text += pieces[random.next(upTo: pieces.count)] }
      exercise(text)
    }
  }

  func testCursorsAnywhere() {
    let source = Source(corpus, name: "test")
    for cursor in stride(from: 0, through: source.rawCount, by: 3) {
      _ = Parser.completionContext(in: source, at: cursor)
      _ = Parser.nameAt(cursor, in: source)
    }
  }
}

/// SplitMix64: the same texts on every machine.
private struct Generator {
  var state: UInt64

  mutating func next(upTo bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(bound))
  }
}

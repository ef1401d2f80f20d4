import XCTest

@testable import Syntax

/// Source → tree, a table a section of the grammar.
final class TreeTests: XCTestCase {
  private func check(_ rows: [(String, String)], line: UInt = #line) {
    for (source, expected) in rows {
      XCTAssertEqual(dump(source), expected, source, line: line)
    }
  }

  func testNumbers() {
    check([
      ("1", "1"), ("1_000", "1000"), ("0.5", "0.5"), (".5", "0.5"), ("1e-3", "0.001"), ("0xff", "255"),
      ("0b101", "5"), ("1..2", "(.. 1 2)"), ("0.5..1.5", "(.. 0.5 1.5)"), ("1e3", "1000"), ("1E3", "1000"),
      ("3eye(3)", "(2x 3 (call eye 3))"), ("2e", "(2x 2 e)"), ("2e+x", "(+ (2x 2 e) x)"), ("1e−3", "0.001"),
      ("1_0.2_5", "10.25"), ("0xFF_FF", "65535"), ("1.5e2x", "(2x 150 x)"), ("x[1:2]", "(index x (: 1 2))"),
      ("0xdeadbeefcafe", "244837814094590"), ("123456789012345678", "1.2345678901234568e+17"),
      ("1...2", "error: `...` spreads a tuple only in a call, in brackets or in parentheses"),
    ])
  }

  func testCoefficients() {
    check([
      ("2x", "(2x 2 x)"), ("3(x + 1)", "(2x 3 (+ x 1))"), ("0.1∇L(θ)", "(2x 0.1 (call (∇ L) θ))"),
      ("2x^2", "(2x 2 (^ x 2))"), ("1/2x", "(/ 1 (2x 2 x))"), ("2√x * y", "(* (2x 2 (√ x)) y)"),
      ("-2x", "(- (2x 2 x))"), ("2x^2y", "(2x 2 (^ x (2x 2 y)))"), ("x^2y", "(^ x (2x 2 y))"),
      ("2∂f/∂x(1)", "(2x 2 (call (∂ f x) 1))"), ("2π", "(2x 2 π)"), ("2∞", "(2x 2 Inf)"),
      ("2f(x)'", "(2x 2 (prime (call f x) 1))"), ("2(x)(y)", "(2x 2 (call x y))"), ("√2x", "(√ (2x 2 x))"),
      ("2√3x", "(2x 2 (√ (2x 3 x)))"), ("β*v - η*∇L(x)", "(- (* β v) (* η (call (∇ L) x)))"),
      ("[2x 2 x]", "(matrix [(2x 2 x) 2 x])"), ("2[1]", "(index 2 1)"),
    ])
  }

  func testNames() {
    check([
      ("θ₁ + hₜ + x₊", "(+ (+ θ₁ hₜ) x₊)"), ("x̂ ⊙ ȳ", "(⊙ x̂ ȳ)"), ("损失 = 2", "(= 损失 2)"), ("_a1", "_a1"),
      ("µ + ɛ", "(+ μ ε)"), ("-∞", "(- Inf)"), ("x₁²", "(^ x₁ 2)"), ("données", "données"),
      ("x\u{A0}+\u{A0}1", "(+ x 1)"), ("a−b", "(- a b)"), ("a · b", "(⋅ a b)"), ("ℓ", "ℓ"),
      ("e\u{301} = 1", "(= é 1)"), ("end_", "end_"), ("Function", "Function"),
    ])
  }

  func testStrings() {
    check([
      (#""loss $x, step $(i + 1)\n""#, #""loss |$x|, step |$(+ i 1)|⏎""#),
      (#""""#, #""""#), (#""a\tb\"c\\\$d""#, "\"a\tb\"c\\$d\""),
      (#""$(f("$(g("x"))"))""#, #""$(call f "$(call g "x")")""#),
      (#""cost 5$""#, #""cost 5$""#), (#""$x.y""#, #""$x|.y""#), (#""\u2207\u{1F600}\x41""#, "\"∇😀A\""),
      ("\"\"\"\n  a\n    b\n  \"\"\"", "\"a⏎  b⏎\""), ("\"\"\"one\"\"\"", "\"one\""),
      ("\"\"\"\n  a $x\n\n  b\"\"\"", "\"a |$x|⏎⏎b\""), ("\"\"\"a\n   b\n  c\"\"\"", "\"a⏎ b⏎c\""),
      ("\"\"\"\n  $x a\n   b\"\"\"", "\"$x| a⏎ b\""), ("\"\"\"a \"quoted\" b\"\"\"", "\"a \"quoted\" b\""),
      ("\"µ − ×\"", "\"µ − ×\""), ("\"e\u{301}\"", "\"é\""), (#""$θ₁ und $x̂""#, #""$θ₁| und |$x̂""#),
      (#""$(a ? "x" : "y")""#, #""$(? a "x" "y")""#), ("\"$(1 +\n2)\"", "\"$(+ 1 2)\""),
      (#""$true$nothing""#, #""$true|$nothing""#),
    ])
  }

  func testComments() {
    check([
      ("x # y", "x"), ("#= a #= b =# c =# x", "x"), ("1 + #= two =# 2", "(+ 1 2)"), ("# only", ""), ("", ""),
      ("x = 1 + # more\n  2", "(= x (+ 1 2))"), ("#=\n\n=#\nx", "x"),
    ])
  }

  func testPrecedence() {
    check([
      ("-x^2", "(- (^ x 2))"), ("√x²", "(√ (^ x 2))"), ("√x^2", "(√ (^ x 2))"), ("√f(x)", "(√ (call f x))"),
      ("√x * y", "(* (√ x) y)"), ("2^-1", "(^ 2 (- 1))"), ("2^√x", "(^ 2 (√ x))"), ("a^b^c", "(^ a (^ b c))"),
      ("a - b - c", "(- (- a b) c)"), ("a + b * c", "(+ a (* b c))"), ("a * b + c", "(+ (* a b) c)"),
      ("a / b \\ c", "(\\ (/ a b) c)"), ("a .* b ./ c", "(/ (⊙ a b) c)"), ("a .+ b .- c", "(- (+ a b) c)"),
      ("a .^ b", "(^ a b)"), ("a ⊗ b ⋅ c", "(⋅ (⊗ a b) c)"), ("f ∘ g(x)", "(∘ f (call g x))"),
      ("a % b ÷ c", "(÷ (% a b) c)"), ("1:n+1", "(: 1 (+ n 1))"), ("0:0.1:1", "(: 0 0.1 1)"),
      ("-2..2", "(.. (- 2) 2)"),
      ("1:3 == x", "(compare (: 1 3) == x)"), ("0 < x < 1", "(compare 0 < x < 1)"),
      ("0 < x <= 1 != y", "(compare 0 < x ≤ 1 ≠ y)"), ("x in xs", "(compare x ∈ xs)"),
      ("x ∈ xs ≈ y >= z", "(compare x ∈ xs ≈ y ≥ z)"),
      ("a & b | c", "(| (& a b) c)"), ("a && b || c && d", "(|| (&& a b) (&& c d))"),
      ("a < b & c > d", "(& (compare a < b) (compare c > d))"), ("!a == b", "(compare (! a) == b)"),
      ("x |> f |> g", "(|> (|> x f) g)"), ("x + 1 |> f", "(|> (+ x 1) f)"),
      ("xs |> x -> x + 1", "(|> xs (fn [x] {(+ x 1)}))"),
      ("c ? a : b", "(? c a b)"), ("a ? b : c ? d : e", "(? a b (? c d e))"),
      ("a ? b ? c : d : e", "(? a (? b c d) e)"),
      ("c ? (1:2) : 3:4", "(? c (: 1 2) (: 3 4))"), ("x |> f ? a : b", "(? (|> x f) a b)"),
      ("c ? x[1:2] : y", "(? c (index x (: 1 2)) y)"), ("--x", "(- (- x))"), ("a - -b", "(- a (- b))"),
      ("(a < b) < c", "(compare (compare a < b) < c)"), ("-2^2", "(- (^ 2 2))"),
      ("x'^2", "(^ (prime x 1) 2)"),
      ("a != b ≠ c", "(compare a ≠ b ≠ c)"),
    ])
  }

  func testAttached() {
    check([
      ("f(x)[1].a'", "(prime (. (index (call f x) 1) a) 1)"), ("A'", "(prime A 1)"), ("Aᵀ", "(ᵀ A)"),
      ("x²", "(^ x 2)"),
      ("x⁻¹", "(^ x (- 1))"), ("f′(x)", "(call (prime f 1) x)"), ("f″", "(prime f 2)"),
      ("f''", "(prime f 2)"),
      ("xⁿ", "(^ x n)"), ("xⁿ⁺¹", "(^ x (+ n 1))"), ("x²ⁿ", "(^ x (2x 2 n))"), ("Aᵀ²", "(^ (ᵀ A) 2)"),
      ("A²ᵀ", "(ᵀ (^ A 2))"),
      ("x¹⁰", "(^ x 10)"), ("x⁻²ⁿ", "(^ x (- (2x 2 n)))"), ("(a + b)²", "(^ (+ a b) 2)"),
      ("Aᵀ * A", "(* (ᵀ A) A)"),
      ("f(x)(y)", "(call (call f x) y)"), ("x²^2", "(^ (^ x 2) 2)"), ("x̂ᵀ", "(ᵀ x̂)"),
      ("θ.W.b[1]", "(index (. (. θ W) b) 1)"),
      ("\"ab\"[1]", "(index \"ab\" 1)"), ("(1, 2)[1]", "(index (tuple 1 2) 1)"),
    ])
  }

  func testCalculus() {
    check([
      ("∇f(x)", "(call (∇ f) x)"), ("∇f(x)²", "(^ (call (∇ f) x) 2)"), ("∇²f", "(∇² f)"),
      ("∇∇f(1)", "(call (∇ (∇ f)) 1)"),
      ("∇m.loss(x)", "(call (∇ (. m loss)) x)"), ("∇(x -> x^2)(3)", "(call (∇ (fn [x] {(^ x 2)})) 3)"),
      ("∇(f ∘ g)(x).W", "(. (call (∇ (∘ f g)) x) W)"), ("∂f/∂x", "(∂ f x)"),
      ("∂f/∂x(1, 2)", "(call (∂ f x) 1 2)"),
      ("∂²f/∂x²", "(∂ f x x)"), ("∂²f/∂x∂y", "(∂ f x y)"), ("∂³f/∂x²∂y(1, 2)", "(call (∂ f x x y) 1 2)"),
      ("∂(x -> x^2)/∂x(3)", "(call (∂ (fn [x] {(^ x 2)}) x) 3)"), ("∂m.loss/∂W", "(∂ (. m loss) W)"),
      ("∇(x -> x * ∇(y -> x + y)(1))(1)", "(call (∇ (fn [x] {(* x (call (∇ (fn [y] {(+ x y)})) 1))})) 1)"),
      ("∇²∇f", "(∇² (∇ f))"), ("∇f'", "(prime (∇ f) 1)"), ("∂f/∂x / ∂g/∂x", "(/ (∂ f x) (∂ g x))"),
      ("η*∂L/∂θ₁(θ)", "(* η (call (∂ L θ₁) θ))"),
    ])
  }

  func testCalls() {
    check([
      ("f()", "(call f)"), ("f(1, 2)", "(call f 1 2)"), ("σ(z, T = 2)", "(call σ z T=2)"),
      ("σ(z; T = 2)", "(call σ z T=2)"),
      ("L(θ; X, y)", "(call L θ X=X y=y)"), ("f(args...)", "(call f args...)"),
      ("f(x; opts...)", "(call f x opts...)"),
      ("sum(x^2 for x in xs)", "(call sum (each (^ x 2) (for x xs)))"), ("f(a,\n  b\n)", "(call f a b)"),
      ("f(a, b,)", "(call f a b)"),
      ("map(x -> x + 1, xs)", "(call map (fn [x] {(+ x 1)}) xs)"), ("f(x;)", "(call f x)"),
      ("f(; a = 1, b)", "(call f a=1 b=b)"),
      ("f(x ? 1 : 2)", "(call f (? x 1 2))"), ("f(a == b)", "(call f (compare a == b))"),
      ("f(begin\na = 1\na end)", "(call f (begin {(= a 1); a}))"),
      (
        "any(x > 0 for (i, x) in enumerate(xs) if i > 1)",
        "(call any (each (compare x > 0) (for (i x) (call enumerate xs)) (if (compare i > 1))))"
      ),
    ])
  }

  func testIndices() {
    check([
      ("A[i, :]", "(index A i :)"), ("A[2:end, 1]", "(index A (: 2 end) 1)"),
      ("x[[3, 1, 1]]", "(index x (list 3 1 1))"),
      ("x[x > 0]", "(index x (compare x > 0))"), ("x[end-1]", "(index x (- end 1))"),
      ("x[min(end, 3)]", "(index x (call min end 3))"),
      ("x[y[end]]", "(index x (index y end))"), ("x[i...]", "(index x i...)"),
      ("x[end÷2]", "(index x (÷ end 2))"),
      ("A[:, :]", "(index A : :)"), ("x[[1 end]]", "(index x (matrix [1 end]))"),
      ("x[begin y end]", "(index x (begin {y}))"),
      ("x[if c\n 1 else 2 end]", "(index x (if c {1} {2}))"), ("A[1, 2\n]", "(index A 1 2)"),
    ])
  }

  func testBrackets() {
    check([
      ("[1, 2, 3]", "(list 1 2 3)"), ("[1 2; 3 4]", "(matrix [1 2] [3 4])"),
      ("[[1, 2], [3, 4]]", "(list (list 1 2) (list 3 4))"),
      ("[1 2 3]", "(matrix [1 2 3])"), ("[]", "(list)"), ("[1]", "(list 1)"), ("[a; b]", "(matrix [a] [b])"),
      ("[1 -2]", "(matrix [1 (- 2)])"),
      ("[a - b]", "(list (- a b))"), ("[a-b]", "(list (- a b))"), ("[a' b]", "(matrix [(prime a 1) b])"),
      ("[f (x)]", "(matrix [f x])"),
      ("[x [1]]", "(matrix [x (list 1)])"), ("[ones(n) x]", "(matrix [(call ones n) x])"),
      ("[xs..., x]", "(list xs... x)"),
      ("[1, 2,]", "(list 1 2)"), ("[1,\n 2\n]", "(list 1 2)"), ("[1 2\n 3 4]", "(matrix [1 2] [3 4])"),
      ("[1 2;\n 3 4]", "(matrix [1 2] [3 4])"),
      ("[1 2;]", "(matrix [1 2])"), ("[a ? b : c d]", "(matrix [(? a b c) d])"),
      ("[(a -b) c]", "(matrix [(- a b) c])"),
      ("[x[1 -1] 2]", "(matrix [(index x (- 1 1)) 2])"), ("[f(1, -2) 3]", "(matrix [(call f 1 (- 2)) 3])"),
      ("[a * b c]", "(matrix [(* a b) c])"),
      ("[a .-b]", "(list (- a b))"), ("[a .- b c]", "(matrix [(- a b) c])"), ("[a !b]", "(matrix [a (! b)])"),
      ("[√x √y]", "(matrix [(√ x) (√ y)])"),
      ("[∇f(x) g]", "(matrix [(call (∇ f) x) g])"),
      ("[a - -b]", "(list (- a (- b)))"), ("[a\n - b]", "(list (- a b))"),
      ("[a\n -b]", "(matrix [a] [(- b)])"), ("[x -> x + 1 2]", "(matrix [(fn [x] {(+ x 1)}) 2])"),
      ("[begin\n a -b\n end 2]", "(matrix [(begin {(- a b)}) 2])"), ("[a .5]", "(matrix [a 0.5])"),
      ("[\"a\" \"b\"]", "(matrix [\"a\" \"b\"])"),
      ("[f(x) for x in xs]", "(each (call f x) (for x xs))"),
      ("[f(x, y) for y in ys, x in xs]", "(each (call f x y) (for y ys) (for x xs))"),
      ("[x for x in xs if x > 0]", "(each x (for x xs) (if (compare x > 0)))"),
      ("[x for x in a -b]", "(each x (for x (- a b)))"),
      ("[k for (k, (_, v)) in pairs(θ)]", "(each k (for (k (_ v)) (call pairs θ)))"),
      ("[x\n for x ∈ 1:3]", "(each x (for x (: 1 3)))"),
      ("[[a b]; [c d]]", "(matrix [(matrix [a b])] [(matrix [c d])])"),
    ])
  }

  func testParentheses() {
    check([
      ("()", "(tuple)"), ("(1,)", "(tuple 1)"), ("(1, 2)", "(tuple 1 2)"),
      ("(W = w, b = b)", "(record W=w b=b)"), ("(a = 1)", "(record a=1)"),
      ("(; W, b)", "(record W=W b=b)"), ("(a = 1,)", "(record a=1)"), ("(t..., x)", "(tuple t... x)"),
      ("(t..., b = 0)", "(record ...t b=0)"),
      ("(; W, k = 2, t...)", "(record W=W k=2 ...t)"), ("(a)", "a"), ("((a, b), c)", "(tuple (tuple a b) c)"),
      ("(a,\n b)", "(tuple a b)"),
      ("(a\n + b)", "(+ a b)"), ("(;)", "(record)"), ("(t...,)", "(tuple t...)"), ("a, b", "(tuple a b)"),
      ("(x -> x)(3)", "(call (fn [x] {x}) 3)"),
      ("(if c\n 1\n 2\n end)", "(if c {1; 2})"),
    ])
  }

  func testFunctions() {
    check([
      ("f(x, y) = x² - y²", "(def f (fn [x y] {(- (^ x 2) (^ y 2))}))"),
      ("σ(z; T = 1) = 1 / (1 + exp(-z / T))", "(def σ (fn [z ; T=1] {(/ 1 (+ 1 (call exp (/ (- z) T))))}))"),
      (
        "function step(x, v; η = 0.1, β = 0.9)\n  v = β*v - η*∇L(x)\n  (x + v, v)\nend",
        "(def step (fn [x v ; η=0.1 β=0.9] {(= v (- (* β v) (* η (call (∇ L) x)))); (tuple (+ x v) v)}))"
      ),
      ("g = (x, y; k = 1) -> k*x*y", "(= g (fn [x y ; k=1] {(* (* k x) y)}))"),
      (
        "w(k, dims...) = reshape(sin(1:k), dims...)",
        "(def w (fn [k dims...] {(call reshape (call sin (: 1 k)) dims...)}))"
      ),
      ("x -> y -> x + y", "(fn [x] {(fn [y] {(+ x y)})})"), ("() -> 3", "(fn [] {3})"),
      ("(x) -> x", "(fn [x] {x})"), ("_ -> 1", "(fn [_] {1})"),
      ("f(x; n) = n", "(def f (fn [x ; n] {n}))"), ("f() = 1", "(def f (fn [] {1}))"),
      ("f(; k) = k", "(def f (fn [; k] {k}))"),
      ("function f(x) x^2 end", "(def f (fn [x] {(^ x 2)}))"), ("function f() end", "(def f (fn [] {}))"),
      ("x -> x ? 1 : 2", "(fn [x] {(? x 1 2)})"),
      ("# the loss\n#  of it\nL(θ) = θ", "(def L (fn [θ] {θ} doc:\"the loss\n of it\"))"),
      ("# far\n\nL(θ) = θ", "(def L (fn [θ] {θ}))"),
      ("x = 1 # near\nL(θ) = θ", "(= x 1) ; (def L (fn [θ] {θ}))"),
      ("## a\n# b\nf = x -> x", "(= f (fn [x] {x} doc:\"a\nb\"))"),
      (
        "function f(x)\n # inner\n g(y) = y\n g(x)\nend",
        "(def f (fn [x] {(def g (fn [y] {y} doc:\"inner\")); (call g x)}))"
      ),
      ("f(x) =\n  x", "(def f (fn [x] {x}))"), ("#= why =#\nf(x) = x", "(def f (fn [x] {x} doc:\"why\"))"),
      ("f(x, rest...; k = 2, m) = x", "(def f (fn [x rest... ; k=2 m] {x}))"),
      ("f(x) = begin\n a = x\n a\nend", "(def f (fn [x] {(begin {(= a x); a})}))"),
      ("h(x) = x > 0 ? x : -x", "(def h (fn [x] {(? (compare x > 0) x (- x))}))"),
    ])
  }

  func testAssignments() {
    check([
      ("x = 3", "(= x 3)"), ("a, b = b, a", "(= a b (tuple b a))"),
      ("θ.W[1, :] = v", "(= (index (. θ W) 1 :) v)"), ("x[i] = v", "(= (index x i) v)"),
      ("(a, b), c = t", "(= (group a b) c t)"), ("(a, b) = t", "(= (group a b) t)"),
      ("_, b = t", "(= _ b t)"), ("x += 1", "(+= x 1)"), ("x -= 1", "(-= x 1)"),
      ("x *= 2", "(*= x 2)"), ("x /= 2", "(/= x 2)"), ("x ^= 2", "(^= x 2)"),
      ("x[end] += 1", "(+= (index x end) 1)"), ("θ.b -= η", "(-= (. θ b) η)"),
      ("x = 1, 2", "(= x (tuple 1 2))"), ("x =\n 3", "(= x 3)"), ("a,\nb = 1, 2", "(= a b (tuple 1 2))"),
      ("Q, R = qr(A)", "(= Q R (call qr A))"),
      ("x[1][2].a = 3", "(= (. (index (index x 1) 2) a) 3)"), ("π = 3", "(= π 3)"),
      ("x = if c\n 1\nelse\n 2\nend", "(= x (if c {1} {2}))"), ("(a) = 1", "(= a 1)"),
      ("x == 3", "(compare x == 3)"), ("x = y == 3", "(= x (compare y == 3))"),
      ("f(x)(y)", "(call (call f x) y)"), ("a.b, c[1] = t", "(= (. a b) (index c 1) t)"),
    ])
  }

  func testBlocks() {
    check([
      ("if a\n b\nelseif c\n d\nelse\n e\nend", "(if a {b} c {d} {e})"), ("if a; b end", "(if a {b})"),
      ("for x in xs\n f(x)\nend", "(for x xs {(call f x)})"),
      ("for (k, v) in pairs(θ)\nend", "(for (k v) (call pairs θ) {})"),
      ("for _ ∈ 1:3; n += 1; end", "(for _ (: 1 3) {(+= n 1)})"),
      ("while x > 0\n x -= 1\nend", "(while (compare x > 0) {(-= x 1)})"),
      ("try\n f()\ncatch e\n e.kind\nend", "(try {(call f)} e {(. e kind)})"),
      ("try f() catch; 0 end", "(try {(call f)} _ {0})"), ("begin 1; 2 end", "(begin {1; 2})"),
      ("begin\n 1\nend + 2", "(+ (begin {1}) 2)"), ("while true\n break\nend", "(while true {break})"),
      (
        "for i in 1:3\n i == 2 && f()\n continue\nend",
        "(for i (: 1 3) {(&& (compare i == 2) (call f)); continue})"
      ),
      (
        "function f(x)\n if x\n  return 1, 2\n end\n return\nend",
        "(def f (fn [x] {(if x {(return (tuple 1 2))}); (return)}))"
      ), ("if a b end", "error: after `a` a new line or `;` is missing"),
      ("f(if a\n b\n c\n end, 2)", "(call f (if a {b; c}) 2)"),
      ("if (a\n > b)\n c\nend", "(if (compare a > b) {c})"), ("try\n a\ncatch\n b\nend", "(try {a} _ {b})"),
    ])
  }

  func testStatements() {
    check([
      ("a; b", "a ; b"), ("a;", "a ;"), ("a; # c", "a ;"), ("a;\n\n", "a ;"), ("a\n\n\nb", "a ; b"),
      (";;a", "a"), ("a\n-b", "a ; (- b)"), ("a +\n b", "(+ a b)"), ("a,\nb", "(tuple a b)"),
      ("f(x) |>\n g", "(|> (call f x) g)"), ("x ?\n a :\n b", "(? x a b)"), ("?sum", "(help sum)"),
      ("sum?", "(help sum)"), ("θ.W?", "(help θ.W)"), ("?∇", "(help ∇)"), ("?for", "(help for)"),
      ("⊙?", "(help ⊙)"),
      ("@time f(x)", "(@time (call f x))"), ("@show a + b", "(@show (+ a b))"),
      ("@code adam", "(@code adam)"), ("@plan f", "(@plan f)"),
      ("@assert x > 0 \"why $x\"", "(@assert (compare x > 0) \"why |$x\")"),
      ("@assert x", "(@assert x)"),
      ("y = @time f(x)", "(= y (@time (call f x)))"), ("@assert a\n\"b\"", "(@assert a) ; \"b\""),
      ("true", "true"), ("nothing", "nothing"), ("x\r\ny\rz", "x ; y ; z"), ("\u{FEFF}x", "x"),
      ("x = 1\n\n  # note\n\ny", "(= x 1) ; y"), ("x\u{3000}= 1", "(= x 1)"),
    ])
  }
}

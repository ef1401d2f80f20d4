import Interpreter

extension Notation {
  static let keywords: [Entry] = [
    Entry(
      "function",
      """
      `function f(x; k = 1) … end` defines a function of several statements; its value is that of the last one, or
      of `return`. After the semicolon stand named parameters. `f(x) = …` defines one of a single expression.

      > function step(x; η = 0.1)
      >   g = 2x
      >   x - η * g
      > end
      > step(1)
      0.8

      See also: return, ->, ∇
      """),
    Entry(
      "end",
      """
      `end` closes a block. Inside an index it is the length of that axis.

      > x = [10, 20, 30]
      > x[end]
      30

      See also: begin, function, :
      """),
    Entry(
      "if elseif else",
      """
      `if c … elseif d … else … end` evaluates the first branch whose condition is true; as an expression it has
      its value. A condition is one bool.

      > x = -2
      > if x > 0
      >   "up"
      > elseif x < 0
      >   "down"
      > else
      >   "level"
      > end
      down

      See also: ?, &&, where
      """),
    Entry(
      "for",
      """
      `for x in xs … end` goes through a tensor's first axis or a tuple. The variable is new in each turn.

      > total = 0
      > for (i, x) in enumerate([10, 20, 30])
      >   total += i * x
      > end
      > total
      140

      > [k^2 for k in 1:3]
      3 f64
       1  4  9

      See also: while, break, continue, enumerate, progress
      """),
    Entry(
      "in",
      """
      `for x in xs` goes through the elements; `x in xs` asks whether `x` is among them, as `∈` does.

      > 3 in [1, 2]
      false

      See also: for, ∈
      """),
    Entry(
      "while",
      """
      `while c … end` repeats as long as `c` is true.

      > x = 1
      > while x < 100
      >   x = 2x
      > end
      > x
      128

      See also: for, break
      """),
    Entry(
      "break",
      """
      `break` leaves the innermost loop.

      > for i in 1:10
      >   if i^2 > 20; break end
      >   print(i, " ")
      > end
      1 2 3 4 

      See also: continue, for, while
      """),
    Entry(
      "continue",
      """
      `continue` goes on with the next turn of the innermost loop.

      > for i in 1:5
      >   if i % 2 == 0; continue end
      >   print(i, " ")
      > end
      1 3 5 

      See also: break, for, while
      """),
    Entry(
      "return",
      """
      `return x` ends the function with the value `x`.

      > function first_above(xs, limit)
      >   for x in xs
      >     if x > limit; return x end
      >   end
      > end
      > first_above([1, 5, 9], 3)
      5

      See also: function
      """),
    Entry(
      "begin",
      """
      `begin … end` is a block; its value is that of its last expression.

      > begin
      >   a = 2
      >   a^3
      > end
      8

      See also: end, function
      """),
    Entry(
      "try catch",
      """
      `try … catch e … end` evaluates the second part if an error ends the first: `e.kind` and `e.message` say what
      happened. Interrupts and the limits on time and output are not caught.

      > try inv([1 1; 1 1]) catch e; e.kind end
      LinearAlgebraError

      See also: error
      """),
    Entry(
      "true",
      """
      True, of type bool. Two bools give f64 in arithmetic.

      > true + true
      2

      See also: false, bool, all, any
      """),
    Entry(
      "false",
      """
      False, of type bool.

      > !false
      true

      See also: true, bool
      """),
    Entry(
      "nothing",
      """
      The value of what has none; a cell does not show it.

      > x = nothing
      > x == nothing
      true

      See also: if
      """),
  ]

  static let macros: [Entry] = [
    Entry(
      "@time",
      """
      `@time e` evaluates `e`, prints how long that took and how many turns of loops ran by plans, and has its value.

      > (@time 1 + 1) == 2 # prints the time
      1.57 µs
      true

      See also: @show, @plan
      """),
    Entry(
      "@show",
      """
      `@show e` prints `e` as it is written and its value, and has its value.

      > x = 2;
      > @show x^2;
      x^2 = 4

      See also: println, @time
      """),
    Entry(
      "@assert",
      """
      `@assert c "why"` raises an AssertionError unless `c` is true; without a text it shows both sides.

      > @assert 1 + 1 == 2

      > @assert 1 + 1 == 3 "arithmetic"
      AssertionError: arithmetic

      See also: error, ≈
      """),
    Entry(
      "@code",
      """
      `@code f` shows the source of `f`, also of a function of the library that is written in Nabla.

      > @code mse
      # Mean squared error.
      mse(prediction, target) = mean((prediction - target)²)

      See also: @show, @plan
      """),
    Entry(
      "@plan",
      """
      `@plan f(x)` shows what one call does, straight down: its steps as equations, which of them are one step of two,
      and under which decisions they stand for the program. Turns of a loop run by such plans. (A 0 is added to a
      gradient so that none is -0.)

      > @plan ((x, y) -> x > 0 ? x * y + sin(x) : y)(1, 2)
      v₁ = sin(x)
      v₂ = x * y + v₁    product and sum in one step
      result = v₂
      2 steps, 1 of them two operations in one
      as long as
        x > 0
      > @plan ∇(x -> x³)(2)
      v₁ = x²
      v₂ = 3 * v₁
      v₃ = v₂ + 0
      result = v₃
      3 steps, once a result used again instead of computed
      as long as
        v₂ is finite

      A call that computes with larger tensors has a plan of their operations, with the shapes of what they make. The
      gradient of such a function, asked for again, runs by its plan: there to the value and back to the variables. Of
      another function it is the way there.

      > L(W; X) = sum(tanh(X * W)²)
      > @plan ∇L([1, 2]; X = [0.5 1; 2 3; 1 -1])
      there
        v₁ = X * W    3
        v₂ = tanh(v₁)    3
        v₃ = v₂²    3
        v₄ = sum(v₃)
        value = v₄
      back
        v₅ = 0 + 1
        v₆ = v₅ ⊙ (2 ⊙ v₂)    3    cotangent and slope in one step
        v₇ = v₆ ⊙ (1 - v₂²)    3    cotangent and slope in one step
        v₈ = Xᵀ * v₇    2
      result = v₈    2
      8 steps, 4 there and 4 back, 2 of them two operations in one
      nothing is computed on the way back for X
      7 tensors of 136 bytes in 256 bytes of memory, 2 in the place of one that is no longer needed
      as long as
        of type f64: W 2, X 3×2
        the gradient is finite

      See also: @code, @time, show_tape
      """),
  ]
}

import Interpreter
import Numerics

extension LibraryBuilder {
  func addDerivatives() {
    add(
      "grad(f, position)",
      """
      `∇f`: the gradient of `f` with respect to its positional arguments; `grad(f, 2)` by the second alone.

      > f(x, y) = x² * y
      > grad(f)(3, 2)
      (12, 9)

      > grad(f, 2)(3, 2)
      9

      See also: ∇, value_and_grad, partial
      """,
      optional: 1
    ) {
      let f = try $0.function(0, "grad")
      guard $0.positional.count == 2 else { return .function(Differentiation.gradient(f)) }
      return .function(Differentiation.gradient(f, position: try $0.positional[1].whole("grad", from: 1) - 1))
    }
    add1(
      "value_and_grad(f)",
      """
      A function whose value is `(f(x), ∇f(x))`, evaluated once.

      > value_and_grad(x -> x^3)(2)
      (8, 12)

      See also: grad, descend
      """
    ) {
      .function(Differentiation.valueAndGradient(try $0.asFunction("value_and_grad")))
    }
    add1(
      "derivative(f)",
      """
      `f′`: the slope of an elementwise function at every element, the velocity of a curve.

      > derivative(x -> x^3)([1, 2])
      2 f64
       3  12

      See also: ′, grad, jvp
      """, numberUse: .untraced, isFollowed: true
    ) {
      .function(Differentiation.derivative(try $0.asFunction("derivative")))
    }
    add2(
      "partial(f, name)",
      """
      `∂f/∂x`: the gradient with respect to the parameter of that name, named ones too.

      > f(x; k = 2) = k * x²
      > partial(f, "k")(3)
      9

      See also: ∂, grad
      """
    ) {
      .function(try Differentiation.partial(try $0.asFunction("partial"), try $1.string("partial")))
    }
    add1(
      "jacobian(f)",
      """
      All partial derivatives: the shape of the value, then of the argument.

      > jacobian(x -> [x[1] * x[2], x[1]])([3, 4])
      2×2 f64
       4  3
       1  0

      See also: jvp, vjp, hessian
      """, numberUse: .untraced, isFollowed: true
    ) {
      .function(Differentiation.jacobian(try $0.asFunction("jacobian")))
    }
    add1(
      "hessian(f)",
      """
      `∇²f`: the Jacobian of the gradient; several arguments or a tree count as their flatten.

      > hessian((x, y) -> x² * y)(3, 2)
      2×2 f64
       4  6
       6  0

      See also: ∇², hvp, jacobian
      """, numberUse: .untraced, isFollowed: true
    ) {
      .function(Differentiation.hessian(try $0.asFunction("hessian")))
    }
    addProduct(
      "jvp(f, x, v)",
      """
      The derivative of `f` at `x` in the direction `v`: the Jacobian times `v`.

      > jvp(x -> [x[1] * x[2], x[1]], [3, 4], [1, 0])
      2 f64
       4  1

      See also: vjp, jacobian, derivative
      """
    ) {
      try Differentiation.pushForward($0, $1, $2, named: $3).tangent
    }
    addProduct(
      "vjp(f, x, u)",
      """
      The cotangent of `x` from the cotangent `u` of `f(x)`: `u` times the Jacobian.

      > vjp(x -> [x[1] * x[2], x[1]], [3, 4], [1, 0])
      2 f64
       4  3

      See also: jvp, jacobian, grad
      """
    ) {
      try Differentiation.pullBack($0, $1, $2, named: $3)
    }
    addProduct(
      "hvp(f, x, v)",
      """
      The Hessian of `f` at `x` times `v`, without the Hessian.

      > hvp(x -> sum(x^3), [1, 2], [1, 1])
      2 f64
       6  12

      See also: hessian, jvp
      """
    ) {
      try Differentiation.hessianProduct($0, $1, $2, named: $3)
    }
    add2(
      "withgrad(f, g)",
      """
      `f` with a gradient of your own: `g(u, y, args...)` gives the cotangent of the argument, or a tuple of those
      of several, from the cotangent `u` of the value and the value `y`; `nothing` stands for 0. Named arguments
      go to `g` too if it has them. What `f` and `g` use besides their arguments is a constant.

      > straight = withgrad(round, (u, y, x) -> u)
      > ∇straight(2.7)
      1

      See also: stop, checkpoint
      """
    ) {
      .function(Differentiation.withGradient(try $0.asFunction("withgrad"), try $1.asFunction("withgrad")))
    }
    add1(
      "checkpoint(f)",
      """
      `f`, evaluated again on the way back instead of remembered: its intermediate values take no memory. Random
      numbers are the same both times, and nothing is printed twice.

      > g = checkpoint(x -> exp(sin(x)))
      > ∇g(0)
      1

      See also: withgrad, grad
      """
    ) { .function(Differentiation.checkpoint(try $0.asFunction("checkpoint"))) }
    add1(
      "vmap(f)",
      """
      `f` over the first axis of each positional argument, trees leaf by leaf; named ones are shared. The results
      stack along a new first axis. Random numbers are drawn anew for each slice.

      > vmap(norm)([3 4; 6 8])
      2 f64
       5  10

      See also: map, jacobian
      """
    ) { .function(Differentiation.mapped(try $0.asFunction("vmap"))) }
    addForwarding(
      "show_tape(f, x)",
      """
      The computation that a gradient of `f` at `x` records, as equations: first that of the value, then that of
      the derivative, in which `x̄` is the derivative of the value by `x`.

      > show_tape(x -> sin(x)², 1)
      value
        x = 1
        v₁ = sin(x)    0.8414709848078965
        v₂ = v₁ ^ 2    0.7080734182735712
        f = v₂
      derivative
        d₁ = 1 ⊙ (2 ⊙ v₁)    1.682941969615793
        d₂ = cos(x)    0.5403023058681398
        d₃ = d₁ ⊙ d₂    0.9092974268256818
        ∂f/∂x = d₃

      See also: check_gradient, ∇
      """
    ) { try Differentiation.equations($0.function(0, "show_tape"), $0.positional[1], named: $0.named) }
    addForwarding(
      "check_gradient(f, x)",
      """
      Compares `∇f(x)` with difference quotients, entry by entry. The record has the fields `ok`, `error` (the largest
      difference, relative to the gradient's size), `worst` (the name of that entry), `gradient` and
      `quotients`, and shows as a sentence.

      > check_gradient(x -> sum(sin(x)), [1, 2]).ok
      true

      See also: show_tape, grad
      """
    ) { try Differentiation.check($0.function(0, "check_gradient"), $0.positional[1], named: $0.named) }
    add1(
      "stop(x)",
      """
      `x` as a constant: no gradient goes through it.

      > ∇(x -> x * stop(x))(3)
      3

      See also: ∇, withgrad
      """
    ) { value in
      Trees.map(value) { leaf in
        guard case .tensor(let tensor) = leaf else { return leaf }
        if Watch.isOn { Watch.noteStop(tensor) }
        return .tensor(tensor.primal)
      }
    }
    add2(
      "count_operations(f, x)",
      """
      How many operations on numbers the tape records while `f` is evaluated at `x`: an elementwise operation
      counts once for each element, a product of matrices twice for each term of its sums. Of `∇f` it counts the
      way there and back.

      > count_operations(x -> sum(x ⊙ x), 1:10)
      20

      See also: show_tape, @time
      """
    ) { .number(Double(try Differentiation.operationCount(try $0.asFunction("count_operations"), $1))) }
    add1(
      "at_point(f)",
      "For the library: `f` as a function of one point: an `f` of several parameters gets the parts of a tuple or vector."
    ) { .function(try $0.asFunction(Problem.caller).ofPoint) }
  }

  /// Named arguments go on to `f`.
  private func addProduct(
    _ signature: String, _ documentation: String,
    _ body: @escaping (Function, Value, Value, [(name: String, value: Value)]) throws -> Value
  ) {
    let name = Signature(parsing: signature).name
    addForwarding(signature, documentation, isFollowed: true) {
      try body(try $0.function(0, name), $0.positional[1], $0.positional[2], $0.named)
    }
  }

  func addForwarding(
    _ signature: String, _ documentation: String, isFollowed: Bool = false,
    _ body: @escaping (Arguments) throws -> Value
  ) {
    let header = Signature(parsing: signature)
    set(
      header.name,
      .function(ForwardingBuiltin(header, documentation: documentation, isFollowed: isFollowed, body: body)))
  }
}

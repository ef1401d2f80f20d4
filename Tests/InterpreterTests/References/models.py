"""Losses, layers, small nets, Jacobians and nested derivatives."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tools import case, check, draw, flat, literal

# ---- losses

T = draw(4, 3)
LABELS = np.array([2, 1, 3, 3])
check("mse", "mse(p, t)", lambda p, t: jnp.mean((p - t) ** 2), p=draw(4, 3), t=T, hessian=True)
check("mae", "mae(p, t)", lambda p, t: jnp.mean(jnp.abs(p - t)), p=draw(4, 3), t=T)
check("huber", "huber(p, t; δ = 0.7)",
      lambda p, t: jnp.mean(jnp.where(jnp.abs(p - t) <= 0.7, (p - t) ** 2 / 2, 0.7 * (jnp.abs(p - t) - 0.35))),
      p=draw(4, 3), t=T)
check("crossentropy", "crossentropy(z, labels)",
      lambda z, labels: -jnp.mean(jax.nn.log_softmax(z)[jnp.arange(4), labels - 1]), data={"labels": LABELS}, z=T,
      hessian=True)
check("crossentropy of large logits", "crossentropy(z, labels)",
      lambda z, labels: -jnp.mean(jax.nn.log_softmax(z)[jnp.arange(4), labels - 1]), data={"labels": LABELS}, z=300 * T)
check("nll", "nll(z, labels)", lambda z, labels: -jnp.mean(z[jnp.arange(4), labels - 1]), data={"labels": LABELS}, z=T)
check("bce", "bce(z, t)", lambda z, t: jnp.mean(jax.nn.softplus(z) - t * z), z=draw(6), data={"t": np.array([0.0, 1, 1, 0, 0.3, 1])},
      hessian=True)
check("kl", "kl(p, q)", lambda p, q: jnp.mean(jnp.sum(p * jnp.log(p / q), axis=1)), p=draw(2, 3, low=0.1, high=1),
      q=draw(2, 3, low=0.1, high=1), hessian=True)
check("hinge", "hinge(s, t)", lambda s, t: jnp.mean(jnp.maximum(0, 1 - t * s)), s=draw(5), data={"t": np.array([1.0, -1, 1, 1, -1])})

# ---- convolution and pooling


def conv2d(x, K, b=None, stride=1, pad=0):
    y = lax.conv_general_dilated(x, K, (stride, stride), [(pad, pad)] * 2, dimension_numbers=("NCHW", "OIHW", "NCHW"))
    return y if b is None else y + b[None, :, None, None]


def pool(x, k, stride, start, f):
    return lax.reduce_window(x, start, f, (1, 1, k, k), (1, 1, stride, stride), "VALID")


check("conv2d", "conv2d(x, K)", conv2d, x=draw(2, 1, 4, 4), K=draw(2, 1, 3, 3))
check("conv2d with stride, padding and bias", "conv2d(x, K; b = b, stride = 2, pad = 1)",
      lambda x, K, b: conv2d(x, K, b, 2, 1), x=draw(1, 2, 5, 4), K=draw(2, 2, 3, 3), b=draw(2), hessian=True)
check("conv2d of an image", "conv2d(x, K)", lambda x, K: conv2d(x[None, None], K[None, None])[0, 0], x=draw(4, 5), K=draw(2, 3))
check("conv1d", "conv1d(x, K; pad = 1)",
      lambda x, K: lax.conv_general_dilated(x, K, (1,), [(1, 1)], dimension_numbers=("NCH", "OIH", "NCH")),
      x=draw(2, 2, 5), K=draw(3, 2, 3))
check("maxpool", "maxpool(x, 2)", lambda x: pool(x, 2, 2, -jnp.inf, lax.max), x=draw(1, 2, 4, 4))
check("maxpool with stride", "maxpool(x, 3; stride = 1)", lambda x: pool(x, 3, 1, -jnp.inf, lax.max), x=draw(1, 1, 5, 5))
check("avgpool", "avgpool(x, 2)", lambda x: pool(x, 2, 2, 0.0, lax.add) / 4, x=draw(1, 2, 4, 4))
check("upsample", "upsample(x, 2)", lambda x: jnp.repeat(jnp.repeat(x, 2, axis=-2), 2, axis=-1), x=draw(1, 1, 2, 3))

# ---- layers


def standard(x, axes, γ, β):
    shape = [1] * x.ndim
    if axes == (0, 2, 3):
        shape[1] = -1
        γ, β = γ.reshape(shape), β.reshape(shape)
    m = jnp.mean(x, axes, keepdims=True)
    return (x - m) / jnp.sqrt(jnp.var(x, axes, keepdims=True) + 1e-5) * γ + β


check("dense", "dense(x, θ)", lambda x, θ: x @ θ["W"] + θ["b"], x=draw(2, 3), θ={"W": draw(3, 2), "b": draw(2)})
check("layernorm", "layernorm(x, (γ = γ, β = β))", lambda x, γ, β: standard(x, (1,), γ, β), x=draw(3, 4), γ=draw(4), β=draw(4),
      hessian=True)
check("batchnorm", "batchnorm(x, (γ = γ, β = β))", lambda x, γ, β: standard(x, (0,), γ, β), x=draw(4, 2), γ=draw(2), β=draw(2),
      hessian=True)
check("batchnorm of images", "batchnorm(x, (γ = γ, β = β))", lambda x, γ, β: standard(x, (0, 2, 3), γ, β), x=draw(2, 2, 2, 3),
      γ=draw(2), β=draw(2))


def attention(Q, K, V, mask=None):
    s = Q @ K.mT / np.sqrt(Q.shape[-1])
    return jax.nn.softmax(s if mask is None else jnp.where(mask, s, -jnp.inf)) @ V


check("attention", "attention(Q, K, V)", attention, Q=draw(2, 3), K=draw(4, 3), V=draw(4, 2), hessian=True)
check("attention, batched", "attention(Q, K, V)", attention, Q=draw(2, 3, 2), K=draw(2, 3, 2), V=draw(2, 3, 2))
check("attention with a mask", "attention(Q, K, V; mask = tril(ones(3, 3)) == 1)",
      lambda Q, K, V: attention(Q, K, V, np.tri(3) == 1), Q=draw(3, 2), K=draw(3, 2), V=draw(3, 2))


def multihead(x, θ, heads=2):
    t, d = x.shape
    split = lambda y: y.reshape(t, heads, d // heads).transpose(1, 0, 2)
    y = attention(split(x @ θ["Wq"]), split(x @ θ["Wk"]), split(x @ θ["Wv"]))
    return y.transpose(1, 0, 2).reshape(t, d) @ θ["Wo"]


check("multihead", "multihead(x, θ; heads = 2)", multihead, x=draw(3, 4), θ={w: draw(4, 4, low=-1, high=1) for w in ("Wq", "Wk", "Wv", "Wo")})


def over_time(cell, x, state):
    out = []
    for t in range(x.shape[1]):
        state = cell(x[:, t], state)
        out.append(state[0] if isinstance(state, tuple) else state)
    return jnp.stack(out, axis=1)


def lstm(x, θ):
    n = θ["U"].shape[0]

    def cell(x, state):
        h, c = state
        z = x @ θ["W"] + h @ θ["U"] + θ["b"]
        i, f, o, g = (z[:, k * n:(k + 1) * n] for k in range(4))
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        return jax.nn.sigmoid(o) * jnp.tanh(c), c

    zero = jnp.zeros((x.shape[0], n))
    return over_time(cell, x, (zero, zero))


def gru(x, θ):
    n = θ["U"].shape[0]

    def cell(x, h):
        a, u = x @ θ["W"] + θ["b"], h @ θ["U"] + θ["c"]
        r, z = (jax.nn.sigmoid(a[:, k * n:(k + 1) * n] + u[:, k * n:(k + 1) * n]) for k in range(2))
        return (1 - z) * jnp.tanh(a[:, 2 * n:] + r * u[:, 2 * n:]) + z * h

    return over_time(cell, x, jnp.zeros((x.shape[0], n)))


def rnn(x, θ):
    cell = lambda x, h: jnp.tanh(x @ θ["W"] + h @ θ["U"] + θ["b"])
    return over_time(cell, x, jnp.zeros((x.shape[0], θ["U"].shape[0])))


weights = lambda m, n, gates, *biases: {"W": draw(m, gates * n, low=-1, high=1), "U": draw(n, gates * n, low=-1, high=1)} | {
    b: draw(gates * n, low=-1, high=1) for b in biases}
check("rnn", "rnn(x, θ)", rnn, x=draw(2, 3, 2), θ=weights(2, 2, 1, "b"), hessian=True)
check("lstm", "lstm(x, θ)", lstm, x=draw(2, 3, 2), θ=weights(2, 2, 4, "b"), hessian=True)
check("gru", "gru(x, θ)", gru, x=draw(2, 3, 2), θ=weights(2, 2, 3, "b", "c"), hessian=True)
check("embedding", "embedding(tokens, E)", lambda E, tokens: E[tokens - 1], data={"tokens": np.array([[3, 1], [1, 1]])}, E=draw(3, 2))

# ---- small nets, Jacobians, nested derivatives

NET = """X = {X}
y = {y}
net(θ, X) = tanh(X * θ.W₁ + θ.b₁) * θ.W₂
L(θ) = mse(net(θ, X), y)
θ = {θ}
"""
X, y = draw(5, 2), draw(5, 1)
Θ = {"W₁": draw(2, 3), "b₁": draw(3), "W₂": draw(3, 1)}
head = NET.format(X=literal(X), y=literal(y), θ=literal(Θ))
shapes = [np.shape(v) for v in Θ.values()]
sizes = np.cumsum([0] + [int(np.prod(s)) for s in shapes])
vector = flat(Θ)
unflat = lambda v: {k: v[sizes[i]:sizes[i + 1]].reshape(shapes[i]) for i, k in enumerate(Θ)}
net = lambda θ, X: jnp.tanh(X @ θ["W₁"] + θ["b₁"]) @ θ["W₂"]
loss = lambda v: jnp.mean((net(unflat(v), X) - y) ** 2)
direction = draw(len(vector), low=-1, high=1)
turn = f"v = unflatten({literal(direction)}, θ)\n"
case("net: loss", head + "answer = L(θ)", loss(vector))
case("net: gradient", head + "answer = flatten(∇L(θ))", jax.grad(loss)(vector))
case("net: Hessian", head + "answer = hessian(L)(θ)", jax.hessian(loss)(vector))
case("net: hvp", head + turn + "answer = flatten(hvp(L, θ, v))", jax.jvp(jax.grad(loss), (vector,), (direction,))[1])
case("net: jvp", head + turn + "answer = jvp(L, θ, v)", jax.jvp(loss, (vector,), (direction,))[1])
case("net: Jacobian by the weights", head + "answer = jacobian(θ -> net(θ, X))(θ)",
     jax.jacobian(lambda v: net(unflat(v), X))(vector))
case("net: gradient of the gradient's norm", head + "answer = flatten(∇(θ -> norm(∇L(θ)))(θ))",
     jax.grad(lambda v: jnp.linalg.norm(jax.grad(loss)(v)))(vector))
case("net: third order along a direction", head + turn + "answer = flatten(∇(θ -> dot(v, hvp(L, θ, v)))(θ))",
     jax.grad(lambda v: direction @ jax.jvp(jax.grad(loss), (v,), (direction,))[1])(vector))
vector_next = lambda v: v - 0.1 * jax.grad(loss)(v)
case("net: gradient through three steps of descent",
     head + "unrolled(θ) = begin\n  for k in 1:3\n    θ = θ - 0.1 * ∇L(θ)\n  end\n  L(θ)\nend\nanswer = flatten(∇unrolled(θ))",
     jax.grad(lambda v: loss(vector_next(vector_next(vector_next(v)))))(vector))
case("net: gradient by the inputs", head + "answer = ∇(X -> mse(net(θ, X), y))(X)",
     jax.grad(lambda X: jnp.mean((net(Θ, X) - y) ** 2))(jnp.asarray(X)))
case("net: Laplacian by the inputs", head + "answer = [trace(hessian(x -> sum(net(θ, reshape(x, 1, 2))))(X[i])) for i in 1:5]",
     jnp.stack([jnp.trace(jax.hessian(lambda x: jnp.sum(net(Θ, x[None])))(X[i])) for i in range(5)]))

a3 = draw(3)
for name, body, f in [
    ("polar", "[x[1] * cos(x[2]), x[1] * sin(x[2]), x[3]^2 * x[1]]",
     lambda x: jnp.stack([x[0] * jnp.cos(x[1]), x[0] * jnp.sin(x[1]), x[2] ** 2 * x[0]])),
    ("softmax", "softmax(x)", jax.nn.softmax),
    ("cross products", "x ⊗ exp(x)", lambda x: jnp.outer(x, jnp.exp(x))),
    ("a solve", "[2 x[1] 0; x[2] 3 1; 0 x[3] 4] \\ [1, 2, 3]",
     lambda x: jnp.linalg.solve(jnp.array([[2.0, 0, 0], [0, 3, 1], [0, 0, 4]]).at[0, 1].set(x[0]).at[1, 0].set(x[1]).at[2, 1].set(x[2]),
                                jnp.array([1.0, 2, 3]))),
]:
    head = f"x = {literal(a3)}\nF(x) = {body}\n"
    case(f"Jacobian of {name}", head + "answer = jacobian(F)(x)", jax.jacobian(f)(a3))
    case(f"vjp of {name}", head + "answer = vjp(F, x, F(x))", jax.vjp(f, a3)[1](f(a3))[0])
    case(f"jvp of {name}", head + "answer = jvp(F, x, [1, -2, 0.5])", jax.jvp(f, (a3,), (jnp.array([1.0, -2, 0.5]),))[1])
for name, body, f in [
    ("Rosenbrock", "(1 - x[1])^2 + 100(x[2] - x[1]^2)^2 + (1 - x[2])^2 + 100(x[3] - x[2]^2)^2",
     lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[1]) ** 2 + 100 * (x[2] - x[1] ** 2) ** 2),
    ("Rayleigh quotient", "(x ⋅ ([2 1 0; 1 3 1; 0 1 4] * x)) / (x ⋅ x)",
     lambda x: x @ jnp.array([[2.0, 1, 0], [1, 3, 1], [0, 1, 4]]) @ x / (x @ x)),
    ("log partition", "logsumexp([1 2 0; -1 1 1; 0.5 0 2; 1 1 1] * x)",
     lambda x: jax.scipy.special.logsumexp(jnp.array([[1.0, 2, 0], [-1, 1, 1], [0.5, 0, 2], [1, 1, 1]]) @ x)),
]:
    check(name, body, f, x=a3, hessian=True)
tower = lambda x: jnp.exp(jnp.sin(x) * x)
for order in range(1, 6):
    f = tower
    for _ in range(order):
        f = jax.grad(f)
    case(f"derivative {order} of exp(x sin x)", "f(x) = exp(x * sin(x))\nanswer = " + "derivative(" * order + "f" + ")" * order + "(0.7)", f(0.7))
case("perturbation confusion", "answer = ∇(x -> x * ∇(y -> x * y^2 + sin(x * y))(1.3))(0.4)",
     jax.grad(lambda x: x * jax.grad(lambda y: x * y**2 + jnp.sin(x * y))(1.3))(0.4))
case("gradient inside a loop", "f(x) = begin\n  s = x\n  for k in 1:20\n    s = s - 0.1 * ∇(u -> cos(u * x) + u^4 / 4)(s)\n  end\n  s^2\nend\nanswer = (f(0.8), ∇f(0.8))",
     (lambda f: (f(0.8), jax.grad(f)(0.8)))(lambda x: (lambda s: s**2)(
         functools.reduce(lambda s, k: s - 0.1 * jax.grad(lambda u: jnp.cos(u * x) + u**4 / 4)(s), range(20), x))))
case("mixed partials", "f(x, y) = x^3 * sin(y) / (1 + y^2)\nanswer = (∂f/∂x(1.2, 0.4), ∂²f/∂x∂y(1.2, 0.4), ∂²f/∂y²(1.2, 0.4))",
     (lambda f: (jax.grad(f)(1.2, 0.4), jax.grad(jax.grad(f), 1)(1.2, 0.4), jax.grad(jax.grad(f, 1), 1)(1.2, 0.4)))(
         lambda x, y: x**3 * jnp.sin(y) / (1 + y**2)))

"""The workloads in JAX, each compiled whole: loops by `scan`, the grid by `map` over rows of `vmap`."""

import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)
PROGRAMS = {}


def program(work, data=()):
    """Compiles the function that is made from the inputs: inputs named in `data` are its constants, the rest what it is called with."""

    def register(make):
        def build(inputs):
            inputs = {name: jnp.asarray(array) for name, array in inputs.items()}
            arguments = {name: array for name, array in inputs.items() if name not in data}
            compiled = jax.jit(make(**{name: inputs[name] for name in data}))
            return lambda: jax.tree.leaves(jax.block_until_ready(compiled(arguments)))

        PROGRAMS[work] = build
        return make

    return register


def dense(p, x, activation, depth):
    for k in range(1, depth):
        x = activation(x @ p[f"W{k}"] + p[f"b{k}"])
    return x @ p[f"W{depth}"] + p[f"b{depth}"]


def crossentropy(logits, labels):
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], 1).mean()


@program("1")
def rosenbrock():
    gradient = jax.grad(lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2)

    def step(state, _):
        x, v = state
        v = 0.9 * v - 5e-4 * gradient(x)
        return (x + v, v), x + v

    return lambda p: jax.lax.scan(step, (p["start"], jnp.zeros_like(p["start"])), length=10_000)[1]


@program("15")
def adam():
    gradient = jax.grad(lambda p: (1 - p["x"]) ** 2 + 100 * (p["y"] - p["x"] ** 2) ** 2)

    def step(state, t):
        p, m, v = state
        g = gradient(p)
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g**2, v, g)
        a, c = 0.002 / (1 - 0.9**t), 1 - 0.999**t
        p = jax.tree.map(lambda p, m, v: p - a * m / (jnp.sqrt(v / c) + 1e-8), p, m, v)
        return (p, m, v), jnp.stack([p["x"], p["y"]])

    def run(p):
        start = {"x": p["start"][0], "y": p["start"][1]}
        zeros = jax.tree.map(jnp.zeros_like, start)
        return jax.lax.scan(step, (start, zeros, zeros), jnp.arange(1.0, 10_001.0))[1]

    return run


@program("16")
def bodies():
    def step(state, _):
        x, v = state
        d = x[None] - x[:, None]
        v = v + 1e-3 * (d / ((d**2).sum(2) + 0.01)[..., None] ** 1.5).sum(1)
        return (x + 1e-3 * v, v), None

    return lambda p: jax.lax.scan(step, (p["start"][:, :2], p["start"][:, 2:]), length=10_000)[0][0]


@program("17")
def power():
    def turn(v, A):
        v = A @ v
        return v / jnp.linalg.norm(v)

    def run(p):
        v = jax.lax.fori_loop(0, 100, lambda _, v: turn(v, p["A"]), jnp.ones(100, p["A"].dtype))
        return v @ (p["A"] @ v)

    return run


@program("2")
def tower():
    def f(w):
        h = 0.7 * w
        for _ in range(50):
            h = jax.nn.sigmoid(h)
        return h

    return lambda p: jax.lax.map(jax.grad(f), p["w"])


def descent(loss, steps):
    def step(p, _):
        return jax.tree.map(lambda a, g: a - 0.05 * g, p, jax.grad(loss)(p)), None

    return lambda p: jax.lax.scan(step, p, length=steps)[0]


@program("3", ("X", "labels"))
def classifier(X, labels):
    return descent(lambda p: crossentropy(dense(p, X, jax.nn.relu, 3), labels), 20)


@program("4", ("X", "y"))
def regression(X, y):
    return descent(lambda p: ((dense(p, X, jnp.tanh, 3) - y) ** 2).mean(), 500)


def convolutional(p, x):
    def block(x, K, b):
        h = jax.lax.conv_general_dilated(x, K, (1, 1), "SAME", dimension_numbers=("NCHW", "OIHW", "NCHW"))
        h = jax.nn.relu(h + b[:, None, None])
        return jax.lax.reduce_window(h, -jnp.inf, jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")

    h = block(block(x, p["K1"], p["b1"]), p["K2"], p["b2"])
    return h.reshape(len(h), -1) @ p["W"] + p["b"]


@program("5", ("X", "labels"))
def convolution(X, labels):
    return jax.value_and_grad(lambda p: crossentropy(convolutional(p, X), labels))


@program("5s", ("K1", "b1", "K2", "b2", "W", "b", "labels"))
def saliency(labels, **p):
    return lambda q: jax.grad(lambda x: convolutional(p, x)[0, 3])(q["X"])


@program("6", ("X",))
def lstm(X):
    def loss(p):
        def cell(state, x):
            h, c = state
            i, f, o, g = jnp.split(x @ p["W"] + h @ p["U"] + p["b"], 4, 1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), h

        zero = jnp.zeros((X.shape[0], p["U"].shape[0]), X.dtype)
        return (jax.lax.scan(cell, (zero, zero), X.swapaxes(0, 1))[1] ** 2).mean()

    return jax.value_and_grad(loss)


@program("7", ("X", "Y"))
def attention(X, Y):
    def loss(p):
        h = (X - X.mean(-1, keepdims=True)) / jnp.sqrt(X.var(-1, keepdims=True) + 1e-5)
        q, k, v = (jnp.einsum("btd,de->bte", h, p[w]).reshape(8, 128, 4, 16).swapaxes(1, 2) for w in ("Wq", "Wk", "Wv"))
        mixed = jax.nn.softmax(q @ k.swapaxes(2, 3) / 4) @ v
        return ((X + mixed.swapaxes(1, 2).reshape(X.shape) @ p["Wo"] - Y) ** 2).mean()

    return jax.value_and_grad(loss)


@program("8h", ("X", "y"))
def hessian(X, y):
    loss = lambda w: jax.nn.softplus(-y * (X @ w)).mean() + 0.005 * (w**2).sum()
    return lambda p: jax.hessian(loss)(p["w"])


@program("8v", ("X", "labels"))
def hvp(X, labels):
    gradient = jax.grad(lambda p: crossentropy(dense(p, X, jnp.tanh, 3), labels))
    return lambda p: jax.jvp(gradient, (p,), (jax.tree.map(jnp.ones_like, p),))[1]


@program("9", ("X", "labels"))
def penalty(X, labels):
    def loss(p):
        value, slope = jax.value_and_grad(lambda x: crossentropy(dense(p, x, jnp.tanh, 2), labels))(X)
        return value + 10 * (slope**2).sum()

    return jax.value_and_grad(loss)


@program("10", ("x",))
def depth(x):
    layers = (lambda h, w: h @ w, lambda h, w: jnp.tanh(h @ w), lambda h, w: h + 0.1 * jnp.tanh(h @ w))

    def norms(W, layer):
        loss = lambda W: (jax.lax.scan(lambda h, w: (layer(h, w), None), x, W)[0] ** 2).mean()
        return jnp.sqrt((jax.grad(loss)(W) ** 2).sum((1, 2)))

    return lambda p: [norms(p["W"], layer) for layer in layers]


@program("11")
def chain():
    f = lambda a, c, x: (jnp.tanh(a * x + c) ** 2 * jnp.exp(-(x**2))).sum()
    return lambda p: jax.grad(f, (0, 1, 2))(p["a"], p["c"], p["x"])


@program("12")
def product():
    return lambda p: jax.grad(lambda A, B: ((A @ B) ** 2).sum() / 2, (0, 1))(p["A"], p["B"])


@program("13", ("signs", "z"))
def circuit(signs, z):
    def layer(psi, angles):
        c, s = jnp.cos(angles / 2), jnp.sin(angles / 2)
        for q in range(10):
            u, v = psi.reshape(2**q, 2, -1).swapaxes(0, 1)
            psi = jnp.stack([c[q] * u - s[q] * v, s[q] * u + c[q] * v], 1).ravel()
        return psi * signs, None

    def energy(angles):
        start = jnp.zeros_like(signs).at[0].set(1)
        return (jax.lax.scan(layer, start, angles)[0] ** 2 * z).sum()

    return lambda p: jax.value_and_grad(energy)(p["angles"])


@program("14", ("X", "y"))
def grid(X, y):
    names = [f"{kind}{k}" for kind in "Wb" for k in (1, 2, 3)]

    def loss(p, a, b):
        moved = {n: p[n] + a * p["u" + n] + b * p["v" + n] for n in names}
        return ((dense(moved, X, jnp.tanh, 3) - y) ** 2).mean()

    return lambda p: jax.lax.map(lambda a: jax.vmap(lambda b: loss(p, a, b))(p["t"]), p["t"])

"""The workloads in NumPy, each derivative by hand as one would who knows the network. Where nobody would, there is none."""

import math

import numpy as np

PROGRAMS = {}


def program(work):
    """Registers a function of the inputs that gives the parts of the result."""

    def register(run):
        PROGRAMS[work] = lambda inputs: lambda: run(**inputs)
        return run

    return register


def in_order(gradients):
    return [gradients[name] for name in sorted(gradients)]


@program("1")
def rosenbrock(start):
    # Plain numbers: arrays of length 2 would be six times slower.
    x, y = map(float, start)
    u = v = 0.0
    path = np.empty((10_000, 2), start.dtype)
    for i in range(10_000):
        r = y - x * x
        u = 0.9 * u - 5e-4 * (2 * (x - 1) - 400 * x * r)
        v = 0.9 * v - 5e-4 * 200 * r
        x, y = x + u, y + v
        path[i, 0] = x
        path[i, 1] = y
    return [path]


@program("15")
def adam(start):
    x, y = map(float, start)
    mx = my = vx = vy = 0.0
    path = np.empty((10_000, 2), start.dtype)
    for t in range(1, 10_001):
        r = y - x * x
        gx, gy = 2 * (x - 1) - 400 * x * r, 200 * r
        mx, my = 0.9 * mx + 0.1 * gx, 0.9 * my + 0.1 * gy
        vx, vy = 0.999 * vx + 0.001 * gx * gx, 0.999 * vy + 0.001 * gy * gy
        a, c = 0.002 / (1 - 0.9**t), 1 - 0.999**t
        x -= a * mx / (math.sqrt(vx / c) + 1e-8)
        y -= a * my / (math.sqrt(vy / c) + 1e-8)
        path[t - 1, 0] = x
        path[t - 1, 1] = y
    return [path]


@program("16")
def bodies(start):
    x, v = start[:, :2], start[:, 2:]
    for _ in range(10_000):
        d = x[None] - x[:, None]
        v = v + 1e-3 * (d / ((d**2).sum(2) + 0.01)[..., None] ** 1.5).sum(1)
        x = x + 1e-3 * v
    return [x]


@program("17")
def power(A):
    v = np.ones(100, A.dtype)
    for _ in range(100):
        v = A @ v
        v = v / np.linalg.norm(v)
    return [v @ (A @ v)]


@program("2")
def tower(w):
    slopes, exp = [], math.exp
    for value in w.tolist():
        h, slope = 0.7 * value, 0.7
        for _ in range(50):
            h = 1 / (1 + exp(-h))
            slope *= h * (1 - h)
        slopes.append(slope)
    return [slopes]


def backward(p, X, activation, slope, head, depth):
    """The gradient of a network of affine maps; `head` gives the cotangent of what comes out."""
    h, states = X, [X]
    for k in range(1, depth):
        h = activation(h @ p[f"W{k}"] + p[f"b{k}"])
        states.append(h)
    d = head(h @ p[f"W{depth}"] + p[f"b{depth}"])
    g = {}
    for k in range(depth, 0, -1):
        g[f"W{k}"], g[f"b{k}"] = states[k - 1].T @ d, d.sum(0)
        if k > 1:
            d = d @ p[f"W{k}"].T * slope(states[k - 1])
    return g


def descent(p, steps, gradient):
    p = {name: array.copy() for name, array in p.items()}
    rate = p["W1"].dtype.type(0.05)
    for _ in range(steps):
        for name, g in gradient(p).items():
            p[name] -= rate * g
    return in_order(p)


def softmax(z):
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def crossentropy(logits, labels):
    """The loss and the cotangent of the logits."""
    rows = np.arange(len(labels))
    q = softmax(logits)
    value = -np.log(q[rows, labels]).mean()
    q[rows, labels] -= 1
    return value, q / q.dtype.type(len(labels))


@program("3")
def classifier(X, labels, **p):
    head = lambda z: crossentropy(z, labels)[1]
    return descent(p, 20, lambda p: backward(p, X, lambda z: np.maximum(z, 0), lambda h: h > 0, head, 3))


@program("4")
def regression(X, y, **p):
    head = lambda z: (z - y) * X.dtype.type(2 / y.size)
    return descent(p, 500, lambda p: backward(p, X, np.tanh, lambda h: 1 - h * h, head, 3))


def block(x, K, b):
    """Convolution by a product with the unfolded image, relu, pooling; and the way back."""
    n, c, rows, columns = x.shape
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1))), (3, 3), (2, 3))
    unfolded = windows.transpose(0, 2, 3, 1, 4, 5).reshape(n * rows * columns, c * 9)
    flat = K.reshape(len(K), -1)
    h = np.maximum(unfolded @ flat.T + b, 0).reshape(n, rows // 2, 2, columns // 2, 2, len(K))
    quads = h.transpose(0, 1, 3, 5, 2, 4).reshape(n, rows // 2, columns // 2, len(K), 4)
    winner = quads.argmax(-1)[..., None]
    pooled = np.take_along_axis(quads, winner, -1)[..., 0].transpose(0, 3, 1, 2)

    def back(d):
        spread = np.zeros_like(quads)
        np.put_along_axis(spread, winner, d.transpose(0, 2, 3, 1)[..., None], -1)
        spread = spread.reshape(n, rows // 2, columns // 2, len(K), 2, 2).transpose(0, 1, 4, 2, 5, 3)
        spread = (spread * (h > 0)).reshape(-1, len(K))
        parts = (spread @ flat).reshape(n, rows, columns, c, 3, 3).transpose(0, 3, 4, 5, 1, 2)
        dx = np.zeros((n, c, rows + 2, columns + 2), x.dtype)
        for i in range(3):
            for j in range(3):
                dx[:, :, i : i + rows, j : j + columns] += parts[:, :, i, j]
        return (spread.T @ unfolded).reshape(K.shape), spread.sum(0), dx[:, :, 1:-1, 1:-1]

    return pooled, back


def convolutional(p, X, head):
    h1, back1 = block(X, p["K1"], p["b1"])
    h2, back2 = block(h1, p["K2"], p["b2"])
    flat = h2.reshape(len(X), -1)
    value, d = head(flat @ p["W"] + p["b"])
    g = {"W": flat.T @ d, "b": d.sum(0)}
    g["K2"], g["b2"], d = back2((d @ p["W"].T).reshape(h2.shape))
    g["K1"], g["b1"], d = back1(d)
    return value, g, d


@program("5")
def convolution(X, labels, **p):
    value, g, _ = convolutional(p, X, lambda z: crossentropy(z, labels))
    return [value, *in_order(g)]


@program("5s")
def saliency(X, labels, **p):
    return [convolutional(p, X, lambda z: (z[0, 3], np.eye(10, dtype=X.dtype)[3:4]))[2]]


@program("6")
def lstm(W, U, b, X):
    batch, steps, _ = X.shape
    n = len(U)
    before = X.swapaxes(0, 1) @ W + b
    h, c = np.zeros((2, batch, n), X.dtype)
    hs, cs, kept = [h], [c], []
    for t in range(steps):
        z = before[t] + h @ U
        gates, g = 1 / (1 + np.exp(-z[:, : 3 * n])), np.tanh(z[:, 3 * n :])
        c = gates[:, n : 2 * n] * c + gates[:, :n] * g
        r = np.tanh(c)
        h = gates[:, 2 * n :] * r
        hs.append(h), cs.append(c), kept.append((gates, g, r))
    out = np.stack(hs[1:])
    dout = out * X.dtype.type(2 / out.size)
    dz = np.empty((steps, batch, 4 * n), X.dtype)
    dh, dc = np.zeros_like(h), np.zeros_like(c)
    for t in reversed(range(steps)):
        gates, g, r = kept[t]
        i, f, o = gates[:, :n], gates[:, n : 2 * n], gates[:, 2 * n :]
        dh = dh + dout[t]
        dc = dc + dh * o * (1 - r * r)
        dz[t, :, 3 * n :] = dc * i * (1 - g * g)
        dz[t, :, :n], dz[t, :, n : 2 * n], dz[t, :, 2 * n : 3 * n] = dc * g, dc * cs[t], dh * r
        dz[t, :, : 3 * n] *= gates * (1 - gates)
        dc = dc * f
        dh = dz[t] @ U.T
    flat = dz.reshape(-1, 4 * n)
    return [
        (out**2).mean(),
        np.stack(hs[:-1]).reshape(-1, n).T @ flat,
        X.swapaxes(0, 1).reshape(steps * batch, -1).T @ flat,
        flat.sum(0),
    ]


@program("7")
def attention(X, Y, Wq, Wk, Wv, Wo):
    heads = lambda a: a.reshape(8, 128, 4, 16).transpose(0, 2, 1, 3)
    rows = lambda a: a.transpose(0, 2, 1, 3).reshape(-1, 64)
    number = X.dtype.type
    h = ((X - X.mean(-1, keepdims=True)) / np.sqrt(X.var(-1, keepdims=True) + number(1e-5))).reshape(-1, 64)
    q, k, v = (heads(h @ w) for w in (Wq, Wk, Wv))
    a = softmax(q @ k.swapaxes(2, 3) * number(0.25))
    mixed = rows(a @ v)
    r = X + (mixed @ Wo).reshape(X.shape) - Y
    d = (r * number(2 / r.size)).reshape(-1, 64)
    dm = heads(d @ Wo.T)
    da = dm @ v.swapaxes(2, 3)
    ds = a * (da - (da * a).sum(-1, keepdims=True)) * number(0.25)
    dq, dk, dv = (h.T @ rows(x) for x in (ds @ k, ds.swapaxes(2, 3) @ q, a.swapaxes(2, 3) @ dm))
    return [(r**2).mean(), dk, mixed.T @ d, dq, dv]


@program("8h")
def hessian(X, y, w):
    s = 1 / (1 + np.exp(y * (X @ w)))
    return [X.T * (s * (1 - s) / X.dtype.type(len(y))) @ X + X.dtype.type(0.01) * np.eye(len(w), dtype=X.dtype)]


@program("10")
def depth(W, x):
    def norms(kind):
        hs, ts = [x], []
        for w in W:
            t = hs[-1] @ w if kind == 0 else np.tanh(hs[-1] @ w)
            ts.append(t)
            hs.append(hs[-1] + x.dtype.type(0.1) * t if kind == 2 else t)
        d, found = hs[-1] * x.dtype.type(2 / x.size), []
        for w, h, t in zip(W[::-1], hs[-2::-1], ts[::-1]):
            u = d if kind == 0 else d * (1 - t * t)
            u = x.dtype.type(0.1) * u if kind == 2 else u
            found.append(np.linalg.norm(h.T @ u))
            d = u @ w.T + d if kind == 2 else u @ w.T
        return found[::-1]

    return [norms(kind) for kind in range(3)]


@program("11")
def chain(a, c, x):
    t, e = np.tanh(a * x + c), np.exp(-x * x)
    te = t * e
    d = 2 * te * (1 - t * t)
    return [(d * x).sum(), d.sum(), a * d - 2 * x * te * t]


@program("12")
def product(A, B):
    C = A @ B
    return [C @ B.T, A.T @ C]


@program("13")
def circuit(angles, signs, z):
    # The adjoint method: the gates are undone, so no state need be kept.
    def turn(psi, q, c, s):
        m = psi.reshape(2**q, 2, -1)
        out = np.empty_like(m)
        out[:, 0] = c * m[:, 0] - s * m[:, 1]
        out[:, 1] = s * m[:, 0] + c * m[:, 1]
        return out.ravel()

    c, s = np.cos(angles / 2), np.sin(angles / 2)
    psi = np.zeros_like(signs)
    psi[0] = 1
    for l in range(20):
        for q in range(10):
            psi = turn(psi, q, c[l, q], s[l, q])
        psi = psi * signs
    energy, d, g = (psi * psi * z).sum(), 2 * psi * z, np.empty_like(angles)
    for l in reversed(range(20)):
        psi, d = psi * signs, d * signs
        for q in reversed(range(10)):
            m, k = psi.reshape(2**q, 2, -1), d.reshape(2**q, 2, -1)
            g[l, q] = ((k[:, 1] * m[:, 0]).sum() - (k[:, 0] * m[:, 1]).sum()) / 2
            psi, d = turn(psi, q, c[l, q], -s[l, q]), turn(d, q, c[l, q], -s[l, q])
    return [energy, g]


@program("14")
def grid(X, y, t, **p):
    def row(a):
        w = {n: p[n] + a * p["u" + n] + t.reshape(-1, *[1] * p[n].ndim) * p["v" + n] for n in p if len(n) == 2}
        w = {n: v if v.ndim == 3 else v[:, None] for n, v in w.items()}
        h = np.tanh(np.tanh(X @ w["W1"] + w["b1"]) @ w["W2"] + w["b2"])
        return ((h @ w["W3"] + w["b3"] - y) ** 2).mean((1, 2))

    return [row(a) for a in t]

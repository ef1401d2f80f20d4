"""The workloads in PyTorch, eager as most write it; `torch-compile` compiles the loss, `torch-nn` takes its own LSTM."""

import os

import torch
import torch.nn.functional as F

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
PROGRAMS = {}


def program(work, *variants):
    """Registers what makes the program from the inputs; `variable` marks what is differentiated."""

    def register(make):
        def build(inputs, variant=""):
            p = {name: torch.from_numpy(array) for name, array in inputs.items()}
            if not variant:
                run = make(p)
            elif variant in variants:
                run = make(p, torch.compile) if variant == "compile" else make(p, variant)
            else:
                raise SystemExit("no such variant")
            return lambda: [part.detach().numpy() for part in run()]

        PROGRAMS[work] = build
        return make

    return register


def variable(p, *names):
    return [p[name].clone().requires_grad_() for name in names]


def weights(depth):
    return [f"{kind}{k}" for k in range(1, depth + 1) for kind in "Wb"]


def dense(p, x, activation):
    for W, b in zip(p[:-2:2], p[1:-2:2]):
        x = activation(x @ W + b)
    return x @ p[-2] + p[-1]


def gradients(loss, variables):
    value = loss(*variables)
    return [value, *torch.autograd.grad(value, variables)]


@program("1")
def rosenbrock(p):
    def run():
        x, v = p["start"].clone(), torch.zeros_like(p["start"])
        path = torch.empty(10_000, 2, dtype=x.dtype)
        for i in range(10_000):
            x.requires_grad_()
            (g,) = torch.autograd.grad((1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2, x)
            v = 0.9 * v - 5e-4 * g
            x = x.detach() + v
            path[i] = x
        return [path]

    return run


@program("17")
def power(p):
    def run():
        v = torch.ones(100, dtype=p["A"].dtype)
        for _ in range(100):
            v = p["A"] @ v
            v = v / torch.linalg.norm(v)
        return [v @ (p["A"] @ v)]

    return run


@program("2")
def tower(p):
    def gradient(w):
        h = 0.7 * w.requires_grad_()
        for _ in range(50):
            h = torch.sigmoid(h)
        return torch.autograd.grad(h, w)[0]

    return lambda: [torch.stack([gradient(w) for w in p["w"].clone().unbind()])]


def descent(p, names, loss, steps):
    def run():
        θ = variable(p, *names)
        for _ in range(steps):
            g = torch.autograd.grad(loss(*θ), θ)
            with torch.no_grad():
                torch._foreach_add_(θ, g, alpha=-0.05)
        return [θ[names.index(name)] for name in sorted(names)]

    return run


@program("3", "compile")
def classifier(p, compiled=lambda f: f):
    loss = compiled(lambda *θ: F.cross_entropy(dense(θ, p["X"], torch.relu), p["labels"]))
    return descent(p, weights(3), loss, 20)


@program("4", "compile")
def regression(p, compiled=lambda f: f):
    return descent(p, weights(3), compiled(lambda *θ: ((dense(θ, p["X"], torch.tanh) - p["y"]) ** 2).mean()), 500)


def convolutional(x, K1, b1, K2, b2, W, b):
    h = F.max_pool2d(torch.relu(F.conv2d(x, K1, b1, padding=1)), 2)
    h = F.max_pool2d(torch.relu(F.conv2d(h, K2, b2, padding=1)), 2)
    return h.flatten(1) @ W + b


KERNELS = ("K1", "b1", "K2", "b2", "W", "b")


@program("5", "compile")
def convolution(p, compiled=lambda f: f):
    loss = compiled(lambda *θ: F.cross_entropy(convolutional(p["X"], *θ), p["labels"]))
    θ = variable(p, *KERNELS)
    order = [1 + KERNELS.index(name) for name in sorted(KERNELS)]

    def run():
        parts = gradients(loss, θ)
        return [parts[0], *(parts[k] for k in order)]

    return run


@program("5s")
def saliency(p):
    x = variable(p, "X")
    return lambda: torch.autograd.grad(convolutional(*x, *(p[name] for name in KERNELS))[0, 3], x)


@program("6", "nn")
def lstm(p, kind="plain"):
    X = p["X"].transpose(0, 1).contiguous()
    if kind == "nn":
        # Its gates are in the order input, forget, candidate, output.
        order = torch.cat([torch.arange(64) + 64 * k for k in (0, 1, 3, 2)])
        back = torch.argsort(order)
        module = torch.nn.LSTM(32, 64)
        with torch.no_grad():
            module.weight_ih_l0.copy_(p["W"].T[order])
            module.weight_hh_l0.copy_(p["U"].T[order])
            module.bias_ih_l0.copy_(p["b"][order])
            module.bias_hh_l0.zero_()
        θ = [module.weight_ih_l0, module.weight_hh_l0, module.bias_ih_l0]

        def run():
            value, W, U, b = gradients(lambda *_: (module(X)[0] ** 2).mean(), θ)
            return [value, U[back].T, W[back].T, b[back]]

        return run

    def loss(U, W, b):
        h = c = torch.zeros(16, 64, dtype=X.dtype)
        states = []
        for x in X:
            i, f, o, g = (x @ W + h @ U + b).chunk(4, 1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            states.append(h)
        return (torch.stack(states) ** 2).mean()

    θ = variable(p, "U", "W", "b")
    return lambda: gradients(loss, θ)


@program("7", "compile")
def attention(p, compiled=lambda f: f):
    X, Y = p["X"], p["Y"]

    def loss(Wk, Wo, Wq, Wv):
        h = F.layer_norm(X, (64,), eps=1e-5)
        q, k, v = ((h @ w).reshape(8, 128, 4, 16).transpose(1, 2) for w in (Wq, Wk, Wv))
        mixed = torch.softmax(q @ k.transpose(2, 3) / 4, -1) @ v
        return ((X + mixed.transpose(1, 2).reshape(X.shape) @ Wo - Y) ** 2).mean()

    θ, f = variable(p, "Wk", "Wo", "Wq", "Wv"), compiled(loss)
    return lambda: gradients(f, θ)


@program("8h")
def hessian(p):
    loss = lambda w: F.softplus(-p["y"] * (p["X"] @ w)).mean() + 0.005 * (w**2).sum()
    H = torch.func.hessian(loss)
    return lambda: [H(p["w"])]


@program("8v")
def hvp(p):
    θ = variable(p, *sorted(weights(3)))
    v = [torch.ones_like(a) for a in θ]

    def loss(W1, W2, W3, b1, b2, b3):
        return F.cross_entropy(dense((W1, b1, W2, b2, W3, b3), p["X"], torch.tanh), p["labels"])

    return lambda: torch.autograd.grad(torch.autograd.grad(loss(*θ), θ, create_graph=True), θ, v)


@program("9")
def penalty(p):
    θ, (x,) = variable(p, "W1", "W2", "b1", "b2"), variable(p, "X")

    def loss(W1, W2, b1, b2):
        value = F.cross_entropy(dense((W1, b1, W2, b2), x, torch.tanh), p["labels"])
        (slope,) = torch.autograd.grad(value, x, create_graph=True)
        return value + 10 * (slope**2).sum()

    return lambda: gradients(loss, θ)


@program("10")
def depth(p):
    layers = (lambda h, w: h @ w, lambda h, w: torch.tanh(h @ w), lambda h, w: h + 0.1 * torch.tanh(h @ w))
    Ws = [W.clone().requires_grad_() for W in p["W"]]

    def norms(layer):
        h = p["x"]
        for W in Ws:
            h = layer(h, W)
        return torch.stack([g.norm() for g in torch.autograd.grad((h**2).mean(), Ws)])

    return lambda: [norms(layer) for layer in layers]


@program("11", "compile")
def chain(p, compiled=lambda f: f):
    f, variables = compiled(lambda a, c, x: (torch.tanh(a * x + c) ** 2 * torch.exp(-(x**2))).sum()), variable(p, "a", "c", "x")
    return lambda: torch.autograd.grad(f(*variables), variables)


@program("12")
def product(p):
    variables = variable(p, "A", "B")
    return lambda: torch.autograd.grad(((variables[0] @ variables[1]) ** 2).sum() / 2, variables)


@program("13")
def circuit(p):
    (angles,) = variable(p, "angles")

    def energy(angles):
        psi = torch.zeros_like(p["signs"])
        psi[0] = 1
        c, s = torch.cos(angles / 2), torch.sin(angles / 2)
        for layer in range(20):
            for q in range(10):
                u, v = psi.reshape(2**q, 2, -1).unbind(1)
                cq, sq = c[layer, q], s[layer, q]
                psi = torch.stack([cq * u - sq * v, sq * u + cq * v], 1).ravel()
            psi = psi * p["signs"]
        return (psi**2 * p["z"]).sum()

    return lambda: gradients(energy, [angles])


@program("14", "compile")
def grid(p, compiled=lambda f: f):
    t, X, y = p["t"], p["X"], p["y"]

    def row(a):
        moved = [p[n] + a * p["u" + n] + t.reshape(-1, *[1] * p[n].dim()) * p["v" + n] for n in weights(3)]
        moved = [w if w.dim() == 3 else w[:, None] for w in moved]
        return ((dense(moved, X, torch.tanh) - y) ** 2).mean((1, 2))

    row = compiled(row)
    return lambda: [torch.stack([row(a) for a in t])]

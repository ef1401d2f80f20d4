"""Computes accuracy.json with mpmath in 1400 bits: elementwise functions and losses at arguments of every size that f64,
f32 and f16 have, at the edges where their formulas change and near their zeros.

    pip install mpmath numpy
    python accuracy.py > accuracy.json
"""

import json
import math
import random

import mpmath
import numpy
from mpmath import mpf

mpmath.mp.prec = 1400
draw = random.Random(12)

# The type, and the exponents of its least and greatest numbers.
TYPES = {"f64": (numpy.float64, -1074, 1023), "f32": (numpy.float32, -149, 127), "f16": (numpy.float16, -24, 15)}
# Where results leave the range of the type, or round to a limit.
EDGES = {
    "f64": (745, 709, 750, 39, 38.4, 36.7, 22),
    "f32": (104, 88.5, 110, 14.2, 13, 16.6, 9),
    "f16": (17.3, 11, 18.5, 5.4, 4.9, 8.3, 4),
}


def rounded(x, kind):
    with numpy.errstate(over="ignore"):
        return float(TYPES[kind][0](x))


def points(kind, more=()):
    number, low, high = TYPES[kind]
    xs = {1.0, 2.0**low, -(2.0**low), float(numpy.nextafter(number(1), number(0)))}
    xs.add(float(numpy.nextafter(number(1), number(2))))
    for step in range(14):
        exponent = min(low + (high - low) * (step + draw.random()) / 14, high - 0.01)
        xs |= {rounded(2.0**exponent, kind), rounded(-(2.0**exponent), kind)}
    xs |= {rounded(draw.uniform(-6, 6), kind) for _ in range(10)}
    xs |= {rounded(draw.uniform(-40, 40), kind) for _ in range(4)}
    for edge in EDGES[kind]:
        xs |= {rounded(sign * edge * (1 - 0.01 * draw.random()), kind) for sign in (1, -1)}
    xs |= {rounded(x, kind) for x in more}
    return sorted(x for x in xs if math.isfinite(x))


def sigmoid(x):
    return 1 / (1 + mpmath.exp(-x))


def softplus(x):
    return mpmath.log1p(mpmath.exp(x))


def crossentropy(*arguments):
    logits, label = arguments[:3], int(arguments[3]) - 1
    others = (mpmath.exp(z - logits[label]) for i, z in enumerate(logits) if i != label)
    return mpmath.log1p(sum(others))


def huber(x, y):
    error = abs(x - y)
    return error**2 / 2 if error <= 1 else error - mpf(1) / 2


ONE = {
    "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "sigmoid": sigmoid,
    "softplus": softplus,
    "silu": lambda x: x * sigmoid(x),
    "gelu": lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2,
    "elu": lambda x: x if x > 0 else mpmath.expm1(x),
    "lgamma": lambda x: mpmath.log(abs(mpmath.gamma(x))),
}
for name in (
    "exp log log10 log1p expm1 sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh erf gamma digamma"
).split():
    ONE[name] = getattr(mpmath, name)

# More points, and where a function is left alone: at poles and their likes, and where its own tests look closer.
MORE = {
    "lgamma": (1.5, 2.25, 0.75, 3), "digamma": (1, 2, 3, 5, 0.5, 1.4, 1.47, 1.75), "asin": (0.5, -0.25, 0.9),
    "acos": (0.5, -0.25, 0.9, -0.9), "atanh": (0.5, 0.99),
}
DOMAIN = {
    "gamma": lambda x: -150 < x < 2e5 and (x > 0 or x != int(x)),
    "lgamma": lambda x: -150 < x < 1e15 and (x > 0 or x != int(x)),
    "digamma": lambda x: 2.0**-1000 < x < 1e300,
}

SMALL = (0, 0.3, -1.7, 100, 1e-7, 300)
NEAR = (0, 0.30001, 1, -1.5, 99.5, 1e3)
PAIRS = {
    "bce([x], [y])": (
        lambda z, t: t * softplus(-z) + (1 - t) * softplus(z),
        lambda kind: [(z, t) for z in points(kind) if abs(z) < 3e4 for t in draw.sample((0, 1, 0.25, 0.5), 2)]),
    "kl([x], [y])": (
        lambda p, q: p * mpmath.log(p / q) if p else mpf(0),
        lambda kind: [(p, p * (1 + d)) for p in (1, 0.5, 0.3, 1e-3, 2e-5) for d in (1e-3, -2e-3, 0.1, -0.3, 2, 50)]
        + [(p, q) for p in (0, 1e-300, 1e-6, 0.5, 5e4, 1e300) for q in (1e-300, 6e-5, 0.7, 6e4, 1e300)]),
    "huber([x], [y])": (huber, lambda kind: [(a, b) for a in SMALL for b in NEAR]),
    "mse([x], [y])": (lambda x, y: (x - y) ** 2, lambda kind: [(a, b) for a in SMALL for b in NEAR]),
    "mae([x], [y])": (lambda x, y: abs(x - y), lambda kind: [(a, b) for a in SMALL for b in NEAR]),
    "hinge([x], [y])": (
        lambda s, t: max(mpf(0), 1 - t * s),
        lambda kind: [(s, t) for s in (*SMALL, 0.999, -3e4) for t in (1, -1)]),
    "nll([x y], [1])": (lambda x, y: -x, lambda kind: [(x, 0) for x in (-1e-7, -0.5, -300, 0)]),
    "atan2(x, y)": (
        mpmath.atan2,
        lambda kind: [(y, x) for y in (1e-300, 6e-5, 0.7, -2, 3e4, 1e300) for x in (1e-300, -6e-5, 0.3, -2, -1e300)]),
    "x^y": (
        lambda a, b: a**b,
        lambda kind: [
            (a, b) for a in (1e-300, 6e-5, 0.7, 2, 1.001, 3e4, 1e300) for b in (0.5, -0.5, 2, 3, -1, 1.5, -2.7, 0.01, 30)
        ]),
}


def logits(kind):
    scale = draw.choice((1, 5, 30, 600 if kind == "f64" else 100))
    values = [rounded(draw.uniform(-scale, scale), kind) for _ in range(3)]
    sure = draw.random() < 0.4
    return (*values, float(values.index(max(values)) + 1 if sure else draw.randint(1, 3)))


def case(function, kind, evaluate, arguments):
    """The arguments whose value is a number of the type."""
    item = {"function": function, "type": kind, "arguments": [], "values": []}
    greatest = float(numpy.finfo(TYPES[kind][0]).max)
    for these in arguments:
        try:
            value = evaluate(*map(mpf, these))
        except (ValueError, ZeroDivisionError, OverflowError):
            continue
        if isinstance(value, mpmath.mpc):
            if value.imag != 0:
                continue
            value = value.real
        if mpmath.isfinite(value) and abs(value) <= greatest:
            item["arguments"].append(these)
            item["values"].append(float(value))
    return item


def cases():
    for kind in TYPES:
        for name, evaluate in ONE.items():
            inside = DOMAIN.get(name, lambda x: True)
            yield case(f"{name}(x)", kind, evaluate, [(x,) for x in points(kind, MORE.get(name, ())) if inside(x)])
        for function, (evaluate, pairs) in PAIRS.items():
            chosen = {(rounded(a, kind), rounded(b, kind)) for a, b in pairs(kind)}
            chosen = sorted(pair for pair in chosen if all(map(math.isfinite, pair)))
            if function.startswith("kl"):
                chosen = [pair for pair in chosen if pair[1] > 0]
            if function.startswith("x"):
                chosen = [pair for pair in chosen if pair[0] > 0]
            if function.startswith("atan2"):
                chosen = [pair for pair in chosen if pair != (0, 0)]
            yield case(function, kind, evaluate, chosen)
        yield case("crossentropy([x y z], [w])", kind, crossentropy, [logits(kind) for _ in range(60)])


lines = ",\n".join(json.dumps(item) for item in cases())
print(f'{{"source": "mpmath {mpmath.__version__} with 1400 bits", "cases": [\n{lines}\n]}}')

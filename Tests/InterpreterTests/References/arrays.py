"""Reductions, scans, statistics and shapes."""

import jax
import jax.numpy as jnp
import numpy as np

from tools import case, check, draw, literal

# ---- reductions, over everything, each axis and two axes

CUBE = draw(2, 3, 2)
reductions = {
    "sum": jnp.sum, "prod": jnp.prod, "mean": jnp.mean, "var": jnp.var, "std": jnp.std, "maximum": jnp.max,
    "minimum": jnp.min, "median": jnp.median,
    "norm": lambda x, axis=None, keepdims=False: jnp.sqrt(jnp.sum(x * x, axis=axis, keepdims=keepdims)),
    "logsumexp": lambda x, axis=None, keepdims=False: jax.scipy.special.logsumexp(x, axis=axis, keepdims=keepdims),
}
for name, f in reductions.items():
    check(name, f"{name}(x)", f, x=CUBE, hessian=name in ("prod", "std", "norm", "logsumexp"))
    check(f"{name} along axis 2", f"{name}(x, axis = 2)", lambda x, f=f: f(x, axis=1), x=CUBE)
    check(f"{name} along axes 1 and 3, kept", f"{name}(x, axis = (1, 3), keep = true)",
          lambda x, f=f: f(x, axis=(0, 2), keepdims=True), x=CUBE)
check("var with correction", "var(x, axis = 1, correction = 1)", lambda x: jnp.var(x, axis=0, ddof=1), x=draw(4, 2))
check("std with correction", "std(x, correction = 1)", lambda x: jnp.std(x, ddof=1), x=draw(5))
for q in (0.1, 0.5, 0.83):
    check(f"quantile {q}", f"quantile(x, {q}, axis = 1)", lambda x, q=q: jnp.quantile(x, q, axis=0), x=draw(5, 2))
check("quantile along two axes", "quantile(x, 0.3, axis = (1, 3), keep = true)",
      lambda x: jnp.quantile(x, 0.3, axis=(0, 2), keepdims=True), x=CUBE)
scans = {"cumsum": jnp.cumsum, "cumprod": jnp.cumprod, "softmax": jax.nn.softmax, "logsoftmax": jax.nn.log_softmax,
         "sort": jnp.sort, "diff": jnp.diff}
for name, f in scans.items():
    for axis in (1, 2, 3):
        check(f"{name} along axis {axis}", f"{name}(x, axis = {axis})", lambda x, f=f, axis=axis: f(x, axis=axis - 1), x=CUBE)
    if name != "diff":
        check(f"{name} along the last axis", f"{name}(x)", lambda x, f=f: f(x, axis=-1), x=CUBE)
for name, f in {"argmax": jnp.argmax, "argmin": jnp.argmin, "argsort": jnp.argsort}.items():
    for axis in (1, 2, 3):
        case(f"{name} along axis {axis}", f"x = {literal(CUBE)}\nanswer = {name}(x, axis = {axis})",
             f(CUBE, axis=axis - 1) + 1)
case("argsort, descending", f"x = {literal(CUBE)}\nanswer = argsort(x, rev = true)", jnp.argsort(-CUBE, axis=-1) + 1)
case("all and any", f"x = {literal(CUBE)}\nanswer = (all(x > -1, axis = 2), any(x > 1, axis = (1, 2), keep = true))",
     (jnp.all(CUBE > -1, axis=1), jnp.any(CUBE > 1, axis=(0, 1), keepdims=True)))
case("unique", "answer = unique([3, 1, 2, 3, 1.5, 1])", np.unique([3, 1, 2, 3, 1.5, 1]))
check("cov of columns", "cov(X)", lambda X: jnp.cov(X, rowvar=False, bias=True), X=draw(5, 3))
check("cov of two vectors", "cov(x, y)", lambda x, y: jnp.mean((x - x.mean()) * (y - y.mean())), x=draw(5), y=draw(5))
check("corr of columns", "corr(X)", lambda X: jnp.corrcoef(X, rowvar=False), X=draw(5, 3))
check("corr of two vectors", "corr(x, y)", lambda x, y: jnp.corrcoef(x, y)[0, 1], x=draw(5), y=draw(5))
check("cosine", "cosine(x, y)", lambda x, y: x @ y / jnp.linalg.norm(x) / jnp.linalg.norm(y), x=draw(4), y=draw(4), hessian=True)

# ---- shape

X23 = draw(2, 3)
for name, body, f in [
    ("permute", "permute(x, 3, 1, 2)", lambda x: jnp.transpose(x, (2, 0, 1))),
    ("reshape", "reshape(x, 3, 4)", lambda x: jnp.reshape(x, (3, 4))),
    ("expand and squeeze", "squeeze(expand(x, 2), axis = 2)", lambda x: x),
    ("flip", "flip(x, axis = 2)", lambda x: jnp.flip(x, axis=1)),
    ("roll", "roll(x, 1, axis = 2)", lambda x: jnp.roll(x, 1, axis=1)),
    ("repeat", "repeat(x, 2, axis = 3)", lambda x: jnp.repeat(x, 2, axis=2)),
    ("tile", "tile(x, 2, 1, 3)", lambda x: jnp.tile(x, (2, 1, 3))),
    ("chunks", "chunks(x, 2, axis = 2)", lambda x: tuple(jnp.array_split(x, 2, axis=1))),
    ("chunks along axis 3", "chunks(x, 2, axis = 3)", lambda x: tuple(jnp.array_split(x, 2, axis=2))),
    ("tril", "tril(x, k = -1)", lambda x: jnp.tril(x, -1)),
    ("triu", "triu(x, k = 1)", lambda x: jnp.triu(x, 1)),
    ("indexing", "x[1, [3, 1, 1], :]", lambda x: x[0, jnp.array([2, 0, 0]), :]),
]:
    check(name, body, f, x=CUBE)
check("stack along axis 2", "stack(x, y, axis = 2)", lambda x, y: jnp.stack([x, y], axis=1), x=X23, y=draw(2, 3))
check("concat along axis 2", "concat(x, y, axis = 2)", lambda x, y: jnp.concatenate([x, y], axis=1), x=X23, y=draw(2, 2))
check("gather", "gather(x, [3, 1], axis = 2)", lambda x: x[jnp.arange(2), jnp.array([2, 0])], x=X23)
check("scatteradd", "scatteradd(x, [1, 2, 1], v)", lambda x, v: x.at[jnp.array([0, 1, 0])].add(v), x=draw(3), v=draw(3))
check("diag of a vector", "diag(x)", jnp.diag, x=draw(3))
check("diag of a matrix", "diag(x)", jnp.diagonal, x=draw(3, 3))
check("pad", "pad(x, 1)", lambda x: jnp.pad(x, 1), x=X23)
case("meshgrid", "answer = meshgrid([1, 2, 3], [4, 5])", tuple(np.meshgrid([1, 2, 3], [4, 5])))
case("onehot", "answer = onehot([2, 1, 3], 4)", np.eye(4)[[1, 0, 2]])
case("linspace and logspace", "answer = (linspace(-1, 2, 7), logspace(-2, 3, 6))", (np.linspace(-1, 2, 7), np.logspace(-2, 3, 6)))

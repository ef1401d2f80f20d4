"""Elementwise functions; those without a counterpart in JAX by mpmath with 50 digits."""

import jax
import jax.numpy as jnp
import mpmath
import numpy as np

from tools import case, check, draw, literal

mpmath.mp.dps = 50

POINTS = np.array([-1.7, -0.6, 0.3, 0.9, 2.4])
POSITIVE = np.array([0.2, 0.7, 1.3, 2.8, 9.5])
UNIT = np.array([-0.9, -0.35, 0.1, 0.62, 0.97])
jumps = dict(exp=jnp.exp, expm1=jnp.expm1, abs=jnp.abs, sin=jnp.sin, cos=jnp.cos, tan=jnp.tan, atan=jnp.arctan, sinh=jnp.sinh,
             cosh=jnp.cosh, tanh=jnp.tanh, relu=jax.nn.relu, elu=jax.nn.elu, silu=jax.nn.silu,
             softplus=jax.nn.softplus, sigmoid=jax.nn.sigmoid, leakyrelu=lambda x: jax.nn.leaky_relu(x, 0.01),
             gelu=lambda x: jax.nn.gelu(x, approximate=False), sign=jnp.sign)
for name, f in jumps.items():
    check(name, f"{name}(x)", f, x=POINTS, hessian=True)
for name, f in dict(log=jnp.log, log1p=jnp.log1p, sqrt=jnp.sqrt).items():
    check(name, f"{name}(x)", f, x=POSITIVE, hessian=True)
for name, f in dict(asin=jnp.arcsin, acos=jnp.arccos).items():
    check(name, f"{name}(x)", f, x=UNIT, hessian=True)
check("atan2", "atan2(y, x)", jnp.arctan2, y=draw(4), x=draw(4), hessian=True)
check("power", "x^y", jnp.power, x=POSITIVE, y=draw(5), hessian=True)
check("clamp", "clamp(x, -1, 1)", lambda x: jnp.clip(x, -1, 1), x=POINTS)
check("max and min", "max(x, 0.5) ⊙ min(y, 1)", lambda x, y: jnp.maximum(x, 0.5) * jnp.minimum(y, 1), x=POINTS, y=draw(5))
check("where", "where(x > 0, x^2, sin(x))", lambda x: jnp.where(x > 0, x**2, jnp.sin(x)), x=POINTS, hessian=True)
case("rounding", "answer = (floor([-1.5, 2.5]), ceil([-1.5, 2.5]), round([-1.2, 2.7]), [-7, 7] % 3, [-7, 7] ÷ 2)",
     (np.floor([-1.5, 2.5]), np.ceil([-1.5, 2.5]), np.round([-1.2, 2.7]), np.array([-7, 7]) % 3, np.array([-7, 7]) // 2))


def special(name, f, points, orders=3):
    """f and its derivatives, by mpmath."""
    head = f"x = {literal(np.array(points))}\n"
    for order in range(orders):
        marks = ["", "′", "″"][order]
        call = f"{name}{marks}(x)" if "->" not in name else f"({name}){marks}(x)"
        case(f"{name}{marks}", head + f"answer = {call}",
             np.array([float(mpmath.diff(f, mpmath.mpf(float(p)), order)) for p in points]))


special("erf", mpmath.erf, [-2.5, -0.3, 0.0, 0.8, 3.1])
special("gamma", mpmath.gamma, [-2.5, 0.3, 1.0, 4.7, 20.25])
special("lgamma", lambda x: mpmath.log(abs(mpmath.gamma(x))), [-1.3, 0.3, 2.5, 4.7, 120.5])
special("digamma", mpmath.digamma, [-1.3, 0.3, 1.5, 4.7, 120.5])
special("x -> polygamma(1, x)", lambda x: mpmath.psi(1, x), [0.3, 1.5, 4.7, 30.5])
special("x -> polygamma(3, x)", lambda x: mpmath.psi(3, x), [0.3, 1.5, 4.7, 30.5], 2)
special("gelu", lambda x: x * mpmath.ncdf(x), [-3.0, -0.5, 0.0, 1.25, 4.0])
special("softplus", lambda x: mpmath.log1p(mpmath.exp(x)), [-30.0, -2.0, 0.0, 3.5, 40.0])

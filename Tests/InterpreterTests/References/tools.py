"""What the cases are made with: inputs, literals of Nabla, and a case for each kind of derivative."""

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
random = np.random.default_rng(7)
cases = []

WEIGH = "weigh(y) = dot(flatten(y), cos(1:length(flatten(y))))"


def draw(*shape, low=-2.0, high=2.0):
    """Numbers of three decimals, so that programs stay short."""
    return np.round(random.uniform(low, high, shape), 3)


def flat(tree):
    """Leaves in the order of the fields as written."""
    if isinstance(tree, dict):
        return jnp.concatenate([flat(v) for v in tree.values()])
    if isinstance(tree, (tuple, list)):
        return jnp.concatenate([flat(v) for v in tree])
    return jnp.ravel(jnp.asarray(tree, dtype=jnp.float64))


def ordered(tree, like):
    """JAX sorts the fields of a record; here they go in the order written."""
    if isinstance(like, dict):
        return {k: ordered(tree[k], v) for k, v in like.items()}
    return tree


def weigh(tree):
    y = flat(tree)
    return jnp.dot(y, jnp.cos(jnp.arange(1, len(y) + 1)))


def literal(value):
    if isinstance(value, dict):
        return "(" + ", ".join(f"{k} = {literal(v)}" for k, v in value.items()) + ",)"
    array = np.asarray(value)
    if array.dtype == bool:
        return str(bool(array)).lower() if array.ndim == 0 else "[" + ", ".join(map(literal, array)) + "]"
    if array.ndim == 0:
        return repr(int(array)) if float(array).is_integer() else repr(float(array))
    return "[" + ", ".join(literal(v) for v in array) + "]"


def case(name, program, answer):
    values = [float(v) for v in np.asarray(flat(answer))]
    assert all(np.isfinite(values)), name
    entry = {"name": name, "program": program}
    if not isinstance(answer, (tuple, list, dict)):
        entry["shape"] = list(np.shape(answer))
    entry["values"] = values
    cases.append(entry)


def check(name, body, f, data=None, hessian=False, value=True, gradient=True, **inputs):
    """The value of `body`, the gradient of its weighed entries by every input, and perhaps the Hessian."""
    data = data or {}
    names = list(inputs)
    head = [f"{k} = {literal(v)}" for k, v in (inputs | data).items()] + [WEIGH]
    parameters = ", ".join(names)
    head.append(f"f({parameters}) = {body}")
    head.append(f"g({parameters}) = weigh(f({parameters}))")
    head = "\n".join(head) + "\n"
    arguments = [jax.tree.map(jnp.asarray, inputs[k]) for k in names]
    where = tuple(range(len(names)))
    constants = {k: jax.tree.map(jnp.asarray, v) for k, v in data.items()}
    call = lambda *a: f(*a, **constants)
    scalar = lambda *a: weigh(call(*a))
    if value:
        case(f"{name}: value", head + f"answer = f({parameters})", call(*arguments))
    if gradient:
        slopes = jax.grad(scalar, where)(*arguments)
        slopes = tuple(ordered(slope, inputs[k]) for k, slope in zip(names, slopes))
        case(f"{name}: gradient", head + f"answer = ∇g({parameters})", slopes if len(slopes) > 1 else slopes[0])
    if hessian:
        first = names[0]
        rest = "".join(f", {n}" for n in names[1:])
        h = jax.hessian(scalar)(*arguments)
        case(f"{name}: Hessian", head + f"answer = hessian({first} -> g({first}{rest}))({first})", h)
        v = np.round(random.uniform(-1, 1, np.shape(inputs[first])), 3)
        slope = lambda x: jax.grad(scalar)(x, *arguments[1:])
        case(f"{name}: Hessian times a vector",
             head + f"v = {literal(v)}\nanswer = hvp({first} -> g({first}{rest}), {first}, v)",
             jax.jvp(slope, (arguments[0],), (jnp.asarray(v),))[1])

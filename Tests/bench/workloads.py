"""The workloads: what each is called, its element types, how many units one timed call does, and its inputs.

The inputs are arrays by name. Every party loads the same files, so a difference in the results is a fault.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Workload:
    program: str
    title: str
    types: tuple[str, ...]
    make: object
    # A timed call does this many units; the table shows the time of one.
    count: int = 1


def normal(rng, *shape, scale=1.0):
    return rng.standard_normal(shape) * scale


def layers(rng, *sizes, prefix=""):
    """Weights and biases of an affine map between each two neighbouring sizes."""
    arrays = {}
    for k, (m, n) in enumerate(zip(sizes, sizes[1:]), 1):
        arrays[f"{prefix}W{k}"] = normal(rng, m, n, scale=m**-0.5)
        arrays[f"{prefix}b{k}"] = np.zeros(n)
    return arrays


def classifier(rng, batch, *sizes):
    return layers(rng, *sizes) | {
        "X": normal(rng, batch, sizes[0]),
        "labels": rng.integers(0, sizes[-1], batch),
    }


def regression(rng, samples, *sizes):
    X = normal(rng, samples, sizes[0])
    return layers(rng, *sizes) | {"X": X, "y": np.sin(X.sum(1, keepdims=True))}


def network(rng, images):
    return {
        "K1": normal(rng, 16, 1, 3, 3, scale=1 / 3),
        "b1": np.zeros(16),
        "K2": normal(rng, 32, 16, 3, 3, scale=1 / 12),
        "b2": np.zeros(32),
        "W": normal(rng, 32 * 49, 10, scale=1 / 40),
        "b": np.zeros(10),
        "X": normal(rng, images, 1, 28, 28),
        "labels": rng.integers(0, 10, images),
    }


def recurrent(rng):
    return {
        "W": normal(rng, 32, 256, scale=1 / 6),
        "U": normal(rng, 64, 256, scale=1 / 8),
        "b": normal(rng, 256, scale=0.1),
        "X": normal(rng, 16, 200, 32),
    }


def attention(rng):
    weights = {name: normal(rng, 64, 64, scale=1 / 8) for name in ("Wq", "Wk", "Wv", "Wo")}
    return weights | {"X": normal(rng, 8, 128, 64), "Y": normal(rng, 8, 128, 64)}


def logistic(rng):
    return {"X": normal(rng, 200, 100), "y": np.sign(normal(rng, 200)), "w": normal(rng, 100, scale=0.1)}


def circuit(rng):
    """Angles, the signs that a controlled Z between each two neighbours gives, and the Z of the first qubit."""
    bits = (np.arange(1024)[:, None] >> np.arange(9, -1, -1)) & 1
    both = (bits[:, 1:] & bits[:, :-1]).sum(1)
    return {"angles": normal(rng, 20, 10), "signs": (-1.0) ** both, "z": 2.0 * bits[:, 0] - 1}


def grid(rng):
    directions = layers(rng, 2, 16, 16, 1, prefix="u") | layers(rng, 2, 16, 16, 1, prefix="v")
    directions = {name: normal(rng, *array.shape) for name, array in directions.items()}
    return regression(rng, 1000, 2, 16, 16, 1) | directions | {"t": np.linspace(-1, 1, 200)}


def product(rng):
    return {name: normal(rng, 1024, 1024, scale=1 / 32) for name in "AB"}


def chain(rng):
    return {"a": np.array(0.8), "c": np.array(0.3), "x": normal(rng, 10_000_000)}


def symmetric(rng):
    A = normal(rng, 100, 100)
    return {"A": A + A.T + 40 * np.eye(100)}


WORKLOADS = {
    "1": Workload("rosenbrock", "Rosenbrock, 10,000 momentum steps", ("f64",), lambda rng: {"start": np.array([-1.2, 1])}),
    "2": Workload("tower", "tower of 50 sigmoids, 10,000 gradients", ("f64",), lambda rng: {"w": normal(rng, 10_000)}),
    "3": Workload("classifier", "MLP 784-256-128-10, batch 128, step", ("f32", "f64"),
                  lambda rng: classifier(rng, 128, 784, 256, 128, 10), 20),
    "4": Workload("regression", "MLP 2-16-16-1, batch 64, step", ("f32", "f64"),
                  lambda rng: regression(rng, 64, 2, 16, 16, 1), 500),
    "5": Workload("convolution", "CNN 28×28, batch 32, gradient", ("f32",), lambda rng: network(rng, 32)),
    "5s": Workload("saliency", "CNN, saliency of one image", ("f32",), lambda rng: network(rng, 1)),
    "6": Workload("lstm", "LSTM 64, 200 steps, batch 16", ("f32",), recurrent),
    "7": Workload("attention", "attention 8×128×64, 4 heads", ("f32",), attention),
    "8h": Workload("hessian", "Hessian of 100 parameters", ("f64",), logistic),
    "8v": Workload("hvp", "Hessian times vector, 10,062 parameters", ("f64",),
                   lambda rng: classifier(rng, 128, 64, 100, 32, 10)),
    "9": Workload("penalty", "gradient of a gradient's norm, MLP 784-128-10", ("f32",),
                  lambda rng: classifier(rng, 64, 784, 128, 10)),
    "10": Workload("depth", "three nets 100 deep, 64 wide", ("f32",),
                   lambda rng: {"W": normal(rng, 100, 64, 64, scale=1 / 8), "x": normal(rng, 32, 64)}),
    "11": Workload("chain", "elementwise chain of 10⁷, gradient", ("f32", "f64"), chain),
    "12": Workload("product", "product 1024³ and its gradient", ("f32", "f64"), product),
    "13": Workload("circuit", "10 qubits, 20 layers, gradient of 200 angles", ("f64",), circuit),
    "14": Workload("grid", "loss of MLP 2-16-16-1 on a 200² grid", ("f32",), grid),
    "15": Workload("adam", "Rosenbrock, 10,000 steps of one's own Adam", ("f64",),
                   lambda rng: {"start": np.array([-1.2, 1])}),
    "16": Workload("bodies", "three bodies, 10,000 steps", ("f64",),
                   lambda rng: {"start": np.array([[0, 0, 0, 0], [1, 0.2, 0, 0.7], [-1, -0.3, 0, -0.7]])}),
    "17": Workload("power", "power iteration, 100 turns", ("f64",), symmetric),
}

TYPES = {"f32": np.float32, "f64": np.float64}


def write_inputs(folder, work, element):
    """Writes a file `name.npy` for each input; whole numbers stay whole numbers."""
    arrays = WORKLOADS[work].make(np.random.default_rng(sum(map(ord, work))))
    for name, array in arrays.items():
        whole = np.issubdtype(array.dtype, np.integer)
        np.save(folder / f"{name}.npy", array if whole else array.astype(TYPES[element]))


def read_inputs(folder):
    return {path.stem: np.load(path) for path in folder.glob("*.npy") if path.stem not in ("rounds", "result")}

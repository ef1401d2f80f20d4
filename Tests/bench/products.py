"""Products of matrices and factorisations beside NumPy's, which OpenBLAS computes, in one run: times with their ratios,
and how far each is from the exact sums.

`Tests/bench/run --products` builds what it needs and runs this.
"""

import argparse
import math
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

SQUARES = [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048]
SHAPES = [(n, n, n) for n in SQUARES] + [
    (128, 784, 256), (128, 256, 10), (784, 128, 256), (100, 515, 37), (1, 256, 256), (256, 256, 1), (1, 1000, 1000),
    (1000, 1000, 1), (300, 300, 2), (1000, 300, 5), (300, 300, 16), (2, 300, 300), (8, 300, 1000), (16, 2000, 16)]
BATCHES = [(64, 16, 16, 16), (8, 128, 16, 128), (1000, 4, 4, 4)]
FACTORISATIONS = [
    ("eigh", lambda A: np.linalg.eigh(A + A.T), "eigh(A + A')", [100, 300]),
    ("svd", lambda A: np.linalg.svd(A, full_matrices=False), "svd(A)", [100, 300]),
    ("inv", np.linalg.inv, "inv(A)", [100, 300, 1000]),
    ("det", np.linalg.det, "det(A)", [100, 300, 1000]),
    ("solve", lambda A: np.linalg.solve(A, A.T), "A \\ A'", [100, 300]),
    ("cholesky", lambda A: np.linalg.cholesky(A @ A.T + np.eye(len(A))), "cholesky(A * A' + eye(length(A)))", [300]),
    ("qr", np.linalg.qr, "qr(A)", [300]),
    ("eigenvalues", np.linalg.eigvals, "eigenvalues(A)", [100, 200]),
]
UNITS = {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1.0}


def environment(threads):
    variables = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    return variables | {"OPENBLAS_NUM_THREADS": str(threads), "NABLA_THREADS": str(threads)}


def rounds(work):
    """Turns of about ten milliseconds."""
    return max(1, min(20000, int(3e8 / max(work, 1))))


def nabla_times(nabla, cases, threads):
    """Seconds of each (set-up, expression, turns), the least of seven."""
    lines = []
    for setup, expression, turns in cases:
        lines += [setup] + [f"@time for turn in 1:{turns}\n  {expression}\nend"] * 7
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "times.nabla"
        program.write_text("\n".join(lines) + "\n", encoding="utf-8")
        printed = subprocess.run(
            [nabla, "run", program], env=environment(threads), capture_output=True, text=True, check=True).stdout
    found = [sum(float(n) * UNITS[u] for n, u in re.findall(r"([\d.e+-]+) (ns|µs|ms|s)\b", line))
             for line in printed.splitlines() if line]
    return [min(found[7 * i:7 * i + 7]) / turns for i, (_, _, turns) in enumerate(cases)]


def numpy_time(call, turns):
    best = math.inf
    for _ in range(7):
        start = time.perf_counter()
        for _ in range(turns):
            call()
        best = min(best, (time.perf_counter() - start) / turns)
    return best


def times(nabla, threads, element):
    rng = np.random.default_rng(1)
    dtype = {"f64": np.float64, "f32": np.float32}[element]
    names, cases, calls = [], [], []
    for m, k, n in SHAPES:
        for turn in ["NN", "NT", "TN"] if min(m, k, n) > 1 and m * k * n <= 1 << 30 else ["NN"]:
            a = rng.standard_normal((k, m) if turn[0] == "T" else (m, k)).astype(dtype)
            b = rng.standard_normal((n, k) if turn[1] == "T" else (k, n)).astype(dtype)
            left, right = (a.T if turn[0] == "T" else a), (b.T if turn[1] == "T" else b)
            expression = f"A{chr(39) if turn[0] == 'T' else ''} * B{chr(39) if turn[1] == 'T' else ''}"
            sizes = [f"{'x'.join(map(str, x.shape))}" for x in (left, right)]
            names.append(f"{sizes[0]} * {sizes[1]} {turn}")
            turns = rounds(2 * m * k * n)
            cases.append((f"A, B = randn({a.shape[0]}, {a.shape[1]}; dtype = {element}), "
                          f"randn({b.shape[0]}, {b.shape[1]}; dtype = {element})", expression, turns))
            calls.append((lambda left=left, right=right: left @ right, turns))
    for count, m, k, n in BATCHES:
        a, b = (rng.standard_normal(s).astype(dtype) for s in [(count, m, k), (count, k, n)])
        names.append(f"{count} of {m}x{k} * {k}x{n}")
        turns = rounds(2 * count * m * k * n)
        cases.append((f"A, B = randn({count}, {m}, {k}; dtype = {element}), "
                      f"randn({count}, {k}, {n}; dtype = {element})", "A * B", turns))
        calls.append((lambda a=a, b=b: a @ b, turns))
    if element == "f64":
        for name, call, expression, sizes in FACTORISATIONS:
            for size in sizes:
                A = rng.standard_normal((size, size))
                names.append(f"{name} {size}")
                turns = max(1, int(2e7 / size**3))
                cases.append((f"A = randn({size}, {size})", expression, turns))
                calls.append((lambda A=A, call=call: call(A), turns))
    ours = nabla_times(nabla, cases, threads)
    peers = [numpy_time(call, turns) for call, turns in calls]
    print(f"\n{element}, {threads} thread{'s' * (threads > 1)}: microseconds of Nabla and of NumPy, and their ratio")
    for name, a, b in zip(names, ours, peers):
        print(f"  {name:<34} {a * 1e6:12.2f} {b * 1e6:12.2f} {a / b:7.2f}")
    ratios = [a / b for a, b in zip(ours, peers)]
    worst = max(range(len(names)), key=ratios.__getitem__)
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    print(f"  geometric mean {mean:.2f}, worst {ratios[worst]:.2f}: {names[worst]}")


def halves(x):
    shifted = x * 134217729.0
    high = shifted - (shifted - x)
    return high, x - high


def exact(a, b):
    """The sum of the products, each in two parts without error, rounded once."""
    product = a * b
    (p, q), (r, s) = halves(a), halves(b)
    rest = ((p * r - product) + p * s + q * r) + q * s
    return math.fsum(product.tolist() + rest.tolist())


def accuracy(nabla, count=1000):
    """The greatest error of products of normal numbers, in units of what the terms' sizes add up to."""
    rng = np.random.default_rng(2)
    worst = {"Nabla": 0.0, "NumPy": 0.0}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pairs = []
        for index in range(1, count + 1):
            m, k, n = (int(2 ** rng.uniform(0, top)) for top in (7, 11, 7))
            pair = rng.standard_normal((m, k)), rng.standard_normal((k, n))
            pairs.append(pair)
            np.save(folder / f"A{index}.npy", pair[0]), np.save(folder / f"B{index}.npy", pair[1])
        program = folder / "accuracy.nabla"
        program.write_text(
            f'for i in 1:{count}\n  save("C$i.npy", load("A$i.npy") * load("B$i.npy"))\nend\n', encoding="utf-8")
        subprocess.run([nabla, "run", program], check=True)
        for index, (a, b) in enumerate(pairs, 1):
            ours, theirs = np.load(folder / f"C{index}.npy"), a @ b
            for _ in range(20):
                i, j = rng.integers(a.shape[0]), rng.integers(b.shape[1])
                value, size = exact(a[i], b[:, j]), float(np.abs(a[i]) @ np.abs(b[:, j]))
                for party, c in (("Nabla", ours), ("NumPy", theirs)):
                    worst[party] = max(worst[party], abs(c[i, j] - value) / size)
    print(f"\ngreatest error of {count} products, relative to the sum of the terms' sizes, in units of 2^-53:")
    for party, error in worst.items():
        print(f"  {party:<8} {error * 2**53:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nabla", required=True)
    parser.add_argument("--threads", default="1", help="one of 1, all")
    options = parser.parse_args()
    accuracy(options.nabla)
    threads = len(os.sched_getaffinity(0)) if options.threads == "all" else int(options.threads)
    for element in ("f64", "f32"):
        times(options.nabla, threads, element)


if __name__ == "__main__":
    main()

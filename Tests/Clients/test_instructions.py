"""The same numbers on every processor: what nabla computes is compared, to the byte, between instruction sets and
numbers of threads, here and under an emulator of other processors."""

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def nabla(*arguments, cwd, environment=None, launcher=()):
    command = [*launcher, shutil.which("nabla"), *arguments]
    result = subprocess.run(
        command, cwd=cwd, env={**os.environ, **(environment or {})}, capture_output=True, timeout=1500)
    assert result.returncode == 0, result.stderr.decode()
    return result.stdout


def instruction_sets():
    """What this machine has: the command names them when it is asked for one that is none."""
    result = subprocess.run(
        ["nabla", "--version"], env={**os.environ, "NABLA_INSTRUCTIONS": "none"}, capture_output=True, text=True)
    assert result.returncode == 2
    return result.stderr.split("this machine has ")[1].splitlines()[0].split(", ")


def test_a_wish_that_cannot_be_met_is_refused():
    sets = instruction_sets()
    assert sets[0] == "baseline"
    for variable, value in [("NABLA_THREADS", "0"), ("NABLA_THREADS", "many"), ("NABLA_INSTRUCTIONS", "avx")]:
        result = subprocess.run(
            ["nabla", "--version"], env={**os.environ, variable: value}, capture_output=True, text=True)
        assert result.returncode == 2 and variable in result.stderr


def lengths(choice):
    """Lengths of an axis: mostly small, some beyond a tile, a stretch, a block."""
    return choice.choice([1, 2, 3, 5, 8, 13, 16, 17, 31, 40, 64, 65, 100, 130, 255, 256, 257, 300, 520])


DIGESTS = """
digest(x) = println(sum(x), " ", sum(x ⊙ x), " ", sum(cumsum(flatten(x))))
function digests(t)
  for leaf in leaves(t)
    digest(f64(leaf))
  end
end
"""


def random_program(seed, count):
    """Products and factorisations of random shapes, each line with all bits of its result in it."""
    choice = random.Random(seed)
    lines = [f"seed({seed})", DIGESTS]
    for number in range(count):
        m, k, n = lengths(choice), lengths(choice), lengths(choice)
        dtype = choice.choice(["f64", "f64", "f32", "f16"])
        wide = choice.choice(["f64", "f32"])
        small = min(m, 130)
        lines.append(
            choice.choice([
                f"digest(f64(randn({m}, {k}; dtype = {dtype}) * randn({k}, {n}; dtype = {dtype})))",
                f"digest(f64(randn({k}, {m}; dtype = {dtype})' * randn({n}, {k}; dtype = {dtype})'))",
                f"digest(f64(randn({k}; dtype = {dtype}) * randn({k}, {n}; dtype = {dtype})))",
                f"digest(f64(randn({m}, {k}; dtype = {dtype}) * randn({k}; dtype = {dtype})))",
                f"digest(f64(randn(5, {min(m, 64)}, {min(k, 64)}; dtype = {dtype}) * randn(5, {min(k, 64)}, {min(n, 64)}; dtype = {dtype})))",
                f"digests(∇(A -> sum((A * randn({k}, {n}))²))(randn({m}, {k})))",
                f"digests(∇(K -> sum(conv2d(randn(2, 3, 20, {10 + n % 20}; dtype = {wide}), K; pad = 1)²))(randn(4, 3, 3, 2; dtype = {wide})))",
                f"digests(lstm(randn(3, 4, {min(k, 40)}), lstm_init({min(k, 40)}, {min(n, 40)})))",
                f"digests(rnn(randn(3, 4, {min(k, 40)}), rnn_init({min(k, 40)}, {min(n, 40)})))",
                f"digests(∇(x -> sum(gru(x, gru_init({min(k, 40)}, {min(n, 40)}))²))(randn(3, 4, {min(k, 40)})))",
                f"digests(∇(x -> sum(layernorm(x, (γ = 1:{k}, β = 1:{k}))²))(randn({small}, {k}; dtype = f64)))",
                f"digests(∇(x -> crossentropy(x, randint({k}, {small})))(randn({small}, {k}; dtype = {wide})))",
                f"digests(attention(randn({small}, 16; dtype = {wide}), randn({small}, 16; dtype = {wide}), randn({small}, 8; dtype = {wide})))",
                f"digests(svd(randn({small}, {min(k, 130)})))",
                f"digests(eigh(randn({small}, {small})))",
                f"digests(qr(randn({small + min(n, 70)}, {small})))",
                f"digests(eigenvalues(randn({min(small, 65)}, {min(small, 65)})))",
                f"digest(inv(randn({small}, {small}) + {small} * eye({small})))",
                f"digest((randn({small}, {small}) + {small} * eye({small})) \\ randn({small}, 3))",
                f"digest(lstsq(randn({small + 3}, {small}), randn({small + 3})))",
                f"digest(cholesky(cov(randn({small + 40}, {min(small, 60)})) + eye({min(small, 60)})))",
                f"digest(einsum(\"ij,kj->ik\", randn({min(m, 60)}, {k}), randn({min(n, 60)}, {k})))",
                f"digest(abs(randn({m}, 7))^randn(7) + tan(randn({m}, 7)) + atan2(randn({m}, 7), randn(7)))",
            ]))
    return "\n".join(lines) + "\n"


def settings():
    """Every instruction set, each on 1, 2 and 5 threads."""
    return [
        {"NABLA_INSTRUCTIONS": name, "NABLA_THREADS": threads}
        for name in instruction_sets() for threads in ("1", "2", "5")]


def test_random_products_and_factorisations(tmp_path):
    (tmp_path / "random.nabla").write_text(random_program(7, 300), encoding="utf-8")
    expected = nabla("run", "random.nabla", cwd=tmp_path)
    assert expected.count(b"\n") >= 300
    for setting in settings():
        assert nabla("run", "random.nabla", cwd=tmp_path, environment=setting) == expected, setting


@pytest.mark.parametrize("instructions", ["baseline", "avx2", "avx512"])
def test_course_and_gallery(instructions):
    """The committed outputs, which another machine wrote, come again to the byte."""
    if instructions not in instruction_sets():
        pytest.skip("this processor lacks them")
    threads = {"baseline": "5", "avx2": "1", "avx512": "2"}[instructions]
    nabla(
        "check", "notebooks", "--jobs", "2", cwd=ROOT,
        environment={"NABLA_INSTRUCTIONS": instructions, "NABLA_THREADS": threads})


def test_other_processors(tmp_path):
    """Emulated ones that have and lack fused multiply-adds and AVX2."""
    (tmp_path / "random.nabla").write_text(random_program(11, 24), encoding="utf-8")
    expected = nabla("run", "random.nabla", cwd=tmp_path)
    for processor in ["Nehalem", "Haswell", "EPYC"]:
        found = nabla("run", "random.nabla", cwd=tmp_path, launcher=["qemu-x86_64", "-cpu", processor])
        assert found == expected, processor

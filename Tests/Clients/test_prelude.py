"""NABLA_PRELUDE: the part of the library that is written in Nabla, read from a folder."""

import os
import pathlib
import shutil
import subprocess

import pytest

PRELUDE = pathlib.Path(__file__).parents[2] / "Sources" / "Prelude"


@pytest.fixture
def prelude(tmp_path):
    folder = tmp_path / "prelude"
    folder.mkdir()
    for file in [*PRELUDE.glob("*.nabla"), PRELUDE / "digits.npz"]:
        shutil.copy(file, folder)
    return folder


def run(code, folder, tmp_path):
    program = tmp_path / "program.nabla"
    program.write_text(code)
    return subprocess.run(
        ["nabla", "run", program], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL,
        env={**os.environ, "NABLA_PRELUDE": str(folder)})


PROGRAM = """
println(mse([1, 2], [3, 5]), " ", length(digits()))
println(descend(x -> x², 1.0).converged)
"""


def test_the_folder_is_the_prelude(prelude, tmp_path):
    within = run(PROGRAM, "", tmp_path)
    assert within.returncode == 0, within.stderr
    assert run(PROGRAM, prelude, tmp_path).stdout == within.stdout


def test_a_change_needs_no_build(prelude, tmp_path):
    (prelude / "Losses.nabla").write_text("# Half of it.\nmse(a, b) = sum((a - b)²) / 2\n")
    assert run("println(mse([1, 2], [3, 5]))", prelude, tmp_path).stdout == "6.5\n"


def test_a_mistake_names_its_file(prelude, tmp_path):
    (prelude / "Losses.nabla").write_text("mse(a, b) = sum((a - b)² +\n")
    assert run("println(1)", prelude, tmp_path).stdout == "1\n", "what is not asked for is not compiled"
    result = run("println(mse(1, 2))", prelude, tmp_path)
    assert result.returncode == 2
    assert "Losses.nabla" in result.stderr and "SyntaxError" in result.stderr


def test_a_folder_without_a_prelude_is_said(tmp_path):
    result = run("println(1)", tmp_path / "nowhere", tmp_path)
    assert result.returncode == 2
    assert "NABLA_PRELUDE" in result.stderr

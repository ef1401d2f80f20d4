"""The wheel: what is in it works where nothing else of Nabla is, and Python's tools know the language by it.

The tests' own program is packed, with all libraries that it needs.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import jupyter_client
import nbformat
import pytest
import yaml
from mutations import ROOT

PROGRAMS = sorted((ROOT / "Tests" / "Programs").rglob("*.nabla"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    result = subprocess.run(
        [ROOT / "kernelspec" / "wheel", "--binary", shutil.which("nabla"), folder], capture_output=True, text=True, timeout=600)
    assert result.returncode == 0, result.stderr
    [path] = folder.iterdir()
    assert result.stdout == f"{path}\n"
    return path


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory):
    """A fresh virtual environment with the wheel and nothing else."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run(
        [folder / "bin" / "pip", "install", "--quiet", "--no-index", "--disable-pip-version-check", wheel], check=True)
    return folder


def alone(environment, *command, folder, **variables):
    """Runs a command that sees that environment and the system's folders only."""
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
        env={"PATH": f"{environment}/bin:/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8", **variables})


def packages(environment):
    [path] = environment.glob("lib/python*/site-packages")
    return str(path)


def test_its_name_says_what_it_runs_on(wheel):
    assert re.fullmatch(rf"nabla_kernel-[\d.]+-py3-none-manylinux_2_\d+_{os.uname().machine}\.whl", wheel.name)


def test_no_library_of_this_machine_is_needed(environment):
    kernel = environment / "share" / "jupyter" / "kernels" / "nabla"
    text = subprocess.run(["ldd", kernel / "nabla"], capture_output=True, text=True, check=True).stdout
    for name, path in re.findall(r"(\S+) => (\S+)", text):
        common = re.match(r"(libc|libm|libdl|librt|libpthread|libresolv|libgcc_s|libstdc\+\+)\.", name)
        assert common or path.startswith(str(kernel / "libraries")), f"{name} is {path}"


def test_the_command_runs_the_lectures_it_brought(environment, tmp_path):
    lectures = tmp_path / "lectures"
    copied = alone(environment, "nabla", "lectures", lectures, folder=tmp_path)
    assert copied.returncode == 0, copied.stderr
    assert {path.name for path in lectures.iterdir()} >= {"00-blackboard.ipynb", "gallery.ipynb", "reference.ipynb", "README.md"}
    checked = alone(environment, "nabla", "check", lectures / "04-momentum.ipynb", folder=tmp_path)
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout


def test_lectures_that_are_there_stay(environment, tmp_path):
    """What a reader changed in them is not lost."""
    mine = tmp_path / "01-compass.ipynb"
    mine.write_text("mine", encoding="utf-8")
    result = alone(environment, "nabla", "lectures", tmp_path, folder=tmp_path)
    assert result.returncode == 1 and "01-compass.ipynb" in result.stderr
    assert mine.read_text(encoding="utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["01-compass.ipynb"]


def test_jupyter_starts_its_kernel(environment, monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", str(environment / "share" / "jupyter"))
    manager, client = jupyter_client.manager.start_new_kernel(kernel_name="nabla")
    try:
        assert str(environment) in manager.kernel_spec.resource_dir
        replies = []
        client.execute_interactive("∇(x -> x²)(3)", output_hook=replies.append, timeout=60)
        assert [reply["content"]["data"]["text/plain"] for reply in replies if reply["msg_type"] == "execute_result"] == ["6"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_installed_again_from_there_it_takes_its_libraries_along(environment, tmp_path):
    prefix = tmp_path / "prefix"
    assert alone(environment, "nabla", "install", "--prefix", prefix, folder=tmp_path).returncode == 0
    (tmp_path / "a.nabla").write_text("println(1 + 1)", encoding="utf-8")
    found = alone(environment, prefix / "bin" / "nabla", "run", "a.nabla", folder=tmp_path)
    assert (found.returncode, found.stdout) == (0, "2\n"), found.stderr
    assert alone(environment, prefix / "bin" / "nabla", "uninstall", "--prefix", prefix, folder=tmp_path).returncode == 0
    assert not (prefix / "share" / "jupyter" / "kernels" / "nabla").exists()


VALUES = {
    "rate": 0.5, "steps": 3, "many": [1, 2.5, -3e-9], "flag": True, "none": None, "label": 'a "b" $c \\ \n∇',
    "words": ["x", "y"], "record": {"a": 1, "b": [2, 3]}, "empty": [], "big": 1e300, "off": float("inf"),
}
SHOWN = 'println([rate, steps], many, flag, none, words, record, empty, big, off)\nprint(label)'


def test_papermill_sets_parameters(environment, tmp_path):
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"display_name": "Nabla", "language": "nabla", "name": "nabla"}},
        cells=[nbformat.v4.new_code_cell("rate = 0.1", metadata={"tags": ["parameters"]}), nbformat.v4.new_code_cell(SHOWN)])
    nbformat.write(notebook, tmp_path / "in.ipynb")
    (tmp_path / "values.yaml").write_text(yaml.safe_dump(VALUES), encoding="utf-8")
    result = subprocess.run(
        ["papermill", "--no-progress-bar", "in.ipynb", "out.ipynb", "-f", "values.yaml"], cwd=tmp_path, capture_output=True,
        text=True, timeout=120, env={**os.environ, "PYTHONPATH": packages(environment)})
    assert result.returncode == 0, result.stderr
    cells = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells
    text = "".join(output.text for output in cells[-1].outputs)
    assert text == (
        '[0.5, 3.0][1.0, 2.5, -3e-9]truenothing("x", "y")(a = 1, b = [2, 3])[]1e300Inf\n' + VALUES["label"]), text


def test_pygments_knows_every_word(environment):
    code = (
        "import pathlib, sys\n"
        "from pygments.lexers import get_lexer_by_name, get_lexer_for_filename\n"
        "from pygments.token import Error, Keyword\n"
        "lexer = get_lexer_by_name('nabla')\n"
        "assert get_lexer_for_filename('a.nabla').name == 'Nabla'\n"
        "for path in sys.argv[2:]:\n"
        "    text = pathlib.Path(path).read_text(encoding='utf-8')\n"
        "    found = list(lexer.get_tokens(text))\n"
        "    wrong = {part for kind, part in found if kind is Error}\n"
        "    assert not wrong or 'lookalikes' in path, f'{path}: {wrong}'\n"
        "    assert ''.join(part for _, part in found).strip() == text.strip(), path\n"
        "for word in sys.argv[1].split():\n"
        "    [(kind, _)] = [token for token in lexer.get_tokens(word) if token[1].strip()]\n"
        "    assert kind in Keyword, word\n")
    tree = (ROOT / "Sources" / "Syntax" / "Token.swift").read_text(encoding="utf-8")
    declared = re.search(r"enum Keyword: String, CaseIterable \{\s*case (.*?)\n\}", tree, re.DOTALL)[1]
    words = re.findall(r"\w+", declared) + ["true", "false", "nothing"]
    assert "while" in words
    found = subprocess.run(
        [sys.executable, "-c", code, " ".join(words), *map(str, PROGRAMS)], capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": packages(environment)})
    assert found.returncode == 0, found.stderr[-2000:]

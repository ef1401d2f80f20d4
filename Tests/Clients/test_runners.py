"""Ways to run a notebook without a browser agree: `nabla run`, `jupyter execute`, nbconvert, papermill, nbval."""

import concurrent.futures
import os
import pathlib
import subprocess
import xml.etree.ElementTree

import nbformat
import pytest

from support import ATTEMPTS, PORT_TAKEN

ROOT = pathlib.Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SANITIZERS = ROOT / "Tests" / "Clients" / "nbval.cfg"
WRONG = ROOT / "Tests" / "NotebookTests" / "Fixtures" / "wrong-cell.ipynb"

RUNNERS = {
    "nabla": lambda source, target: ["nabla", "run", source, "--output", target],
    "jupyter-execute": lambda source, target: ["jupyter", "execute", source, f"--output={target.with_suffix('')}"],
    "nbconvert": lambda source, target: [
        "jupyter", "nbconvert", "--execute", "--to", "notebook", source, "--output", target],
    "papermill": lambda source, target: ["papermill", "--no-progress-bar", source, target],
}


def with_ports(command, **options):
    """Runs a command, and again where Jupyter lost the race for the ports that it had found free."""
    for _ in range(ATTEMPTS):
        result = subprocess.run(command, capture_output=True, text=True, **options)
        if result.returncode == 0 or PORT_TAKEN not in result.stdout + result.stderr:
            break
    return result


def run(runner, source, target):
    return with_ports(RUNNERS[runner](source, target), timeout=600, cwd=source.parent)


def code_cells(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code" and cell.source.strip()]


# Papermill takes a cell that is tagged raises-exception for a failure, and lecture 00 shows an error.
@pytest.mark.parametrize("runner", RUNNERS)
def test_the_first_lecture_runs(runner, tmp_path):
    target = tmp_path / "executed.ipynb"
    result = run(runner, ROOT / "notebooks" / "01-compass.ipynb", target)
    assert result.returncode == 0, result.stderr
    assert [cell.execution_count for cell in code_cells(target)] == list(range(1, len(code_cells(target)) + 1))
    assert any(cell.outputs for cell in code_cells(target))


@pytest.mark.parametrize("runner", RUNNERS)
def test_wrong_cell_fails_and_is_named(runner, tmp_path):
    result = run(runner, WRONG, tmp_path / "executed.ipynb")
    assert result.returncode == 1
    assert "ShapeError" in result.stderr
    assert "[3]" in result.stderr
    assert "y * x" in result.stderr
    assert "never reached" not in result.stderr


def outputs(path):
    """Outputs with neighbouring pieces of one stream joined: a client may receive a text in several."""
    joined = []
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            last = joined[-1] if joined else {}
            if output.output_type == "stream" and last.get("name") == output.name and last["cell"] == cell.id:
                last["text"] += output.text
            else:
                joined.append({**output, "cell": cell.id})
    return joined


@pytest.fixture(scope="module")
def by_nbclient(tmp_path_factory):
    """Every notebook as nbclient executes it, which is what `jupyter execute` and nbconvert call; as many at a time as
    the machine has processors."""
    folder = tmp_path_factory.mktemp("nbclient")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        results = list(pool.map(lambda path: run("jupyter-execute", path, folder / path.name), NOTEBOOKS))
    return folder, dict(zip(NOTEBOOKS, results))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_runner_and_nbclient_put_out_the_same(notebook, by_nbclient, executed):
    folder, results = by_nbclient
    assert results[notebook].returncode == 0, results[notebook].stderr
    cells = code_cells(folder / notebook.name)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert outputs(folder / notebook.name) == outputs(executed.notebooks / notebook.name)


def test_nbval_finds_what_is_committed(tmp_path):
    """Every cell of every notebook again, compared by nbval; `nbval.cfg` says what it does not compare."""
    report = tmp_path / "report.xml"
    result = with_ports(
        ["python", "-m", "pytest", "--nbval", "--nbval-sanitize-with", SANITIZERS, "-n", str(os.cpu_count() or 1),
         "--dist", "loadfile", "-o", f"cache_dir={tmp_path / 'cache'}", "--junitxml", report, "-q", *NOTEBOOKS],
        timeout=900, cwd=ROOT / "notebooks")
    assert result.returncode == 0, result.stdout[-5000:]
    cells = sum(len(code_cells(path)) for path in NOTEBOOKS)
    assert int(next(xml.etree.ElementTree.parse(report).iter("testsuite")).get("tests")) >= cells

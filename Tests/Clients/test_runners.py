"""Four ways to run a notebook without a browser agree: `nabla run`, `jupyter execute`, nbconvert, papermill."""

import pathlib
import subprocess

import nbformat
import pytest

ROOT = pathlib.Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WRONG = ROOT / "Tests" / "NotebookTests" / "Fixtures" / "wrong-cell.ipynb"

RUNNERS = {
    "nabla": lambda source, target: ["nabla", "run", source, "--output", target],
    "jupyter-execute": lambda source, target: ["jupyter", "execute", source, f"--output={target.with_suffix('')}"],
    "nbconvert": lambda source, target: [
        "jupyter", "nbconvert", "--execute", "--to", "notebook", source, "--output", target],
    "papermill": lambda source, target: ["papermill", "--no-progress-bar", source, target],
}


def run(runner, source, target):
    return subprocess.run(
        RUNNERS[runner](source, target), capture_output=True, text=True, timeout=600, cwd=source.parent)


# The first lecture by all four; every notebook through nbclient, which is what `jupyter execute` calls. Papermill
# takes a cell that is tagged raises-exception for a failure.
PAIRS = [(NOTEBOOKS[0], runner) for runner in RUNNERS] + [(notebook, "jupyter-execute") for notebook in NOTEBOOKS[1:]]


@pytest.mark.parametrize("notebook, runner", PAIRS, ids=lambda value: value if isinstance(value, str) else value.stem)
def test_notebook_runs(notebook, runner, tmp_path):
    target = tmp_path / "executed.ipynb"
    result = run(runner, notebook, target)
    assert result.returncode == 0, result.stderr
    executed = nbformat.read(target, as_version=4)
    code = [cell for cell in executed.cells if cell.cell_type == "code" and cell.source.strip()]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert any(cell.outputs for cell in code)


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


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_runner_and_kernel_put_out_the_same(notebook, tmp_path):
    for runner in ("nabla", "nbconvert"):
        assert run(runner, notebook, tmp_path / f"{runner}.ipynb").returncode == 0
    assert outputs(tmp_path / "nabla.ipynb") == outputs(tmp_path / "nbconvert.ipynb")

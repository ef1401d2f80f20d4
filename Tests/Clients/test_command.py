"""The command as a shell sees it: exit codes, what is written where, installing and removing."""

import json
import os
import pathlib
import pty
import shutil
import subprocess

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

FIXTURES = pathlib.Path(__file__).parents[1] / "NotebookTests" / "Fixtures"


def nabla(*arguments, **options):
    return subprocess.run(
        ["nabla", *map(str, arguments)], capture_output=True, text=True, timeout=120,
        stdin=subprocess.DEVNULL, **options)


def notebook(path, *sources, tags=()):
    """Writes a notebook; the last cell gets the tags."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    cells[-1].metadata["tags"] = list(tags)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


# Exit codes


@pytest.mark.parametrize("arguments", [
    ["frobnicate"], ["run"], ["run", "a.txt"], ["run", "a.ipynb", "b"], ["run", "a.ipynb", "--frobnicate"],
    ["run", "a.ipynb", "--output", "b.ipynb", "--inplace"], ["run", "a.ipynb", "b.ipynb", "--output", "c.ipynb"],
    ["run", "a.nabla", "--inplace"], ["run", "a.nabla", "--html", "b.html"], ["run", "a.nabla", "--slides", "b.html"],
    ["run", "a.nabla", "--output", "b"],
    ["run", "a.ipynb", "--timeout", "soon"],
    ["run", "a.ipynb", "--timeout", "0"], ["run", "a.ipynb", "--max-memory", "much"],
    ["run", "a.ipynb", "--max-depth", "-1"], ["kernel"], ["install", "--user", "--sys-prefix"],
    ["install", "--prefix"], ["install", "--name", "a b"], ["install", "--name", ".."], ["install", "--name", ""],
    ["install", "--name", "ä"], ["install", "--display-name", " "], ["uninstall", "--name", "a/b"],
], ids=" ".join)
def test_wrong_use_exits_with_2(arguments, tmp_path):
    result = nabla(*arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert result.stdout == ""
    assert "Usage" in result.stderr


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["run", "--help"], ["install", "--help"]], ids=" ".join)
def test_asking_exits_with_0(arguments):
    result = nabla(*arguments)
    assert result.returncode == 0
    assert "abla" in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize("name, text, reason", [
    ("missing.ipynb", None, "No such file"), ("missing.nabla", None, "No such file"),
    ("broken.ipynb", "{", "not a notebook"), ("other.ipynb", "[]", "not a notebook"),
    ("old.ipynb", '{"nbformat": 3, "worksheets": []}', "format 3"),
    ("python.ipynb", '{"nbformat": 4, "cells": [], "metadata": {"kernelspec": {"language": "python"}}}', "python"),
])
def test_unreadable_file_fails_and_the_next_runs(name, text, reason, tmp_path):
    if text is not None:
        (tmp_path / name).write_text(text)
    (tmp_path / "good.nabla").write_text('println("good")\n')
    result = nabla("run", name, "good.nabla", cwd=tmp_path)
    assert result.returncode == 1
    assert name in result.stderr and reason in result.stderr
    assert result.stdout == "good\n"


# Running


def test_clean_run_is_silent(tmp_path):
    result = nabla("run", notebook(tmp_path / "a.ipynb", "x = 1", "println(x)"))
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_failure_names_file_cell_line_and_error(tmp_path):
    first = notebook(tmp_path / "first.ipynb", "a = 1", "a = 2\nb = unknown_name", "println(3)")
    second = notebook(tmp_path / "second.ipynb", "error(\"second too\")")
    result = nabla("run", first, second)
    assert result.returncode == 1
    assert f"{first}: cell [2], line 2" in result.stderr
    assert "NameError" in result.stderr and "unknown_name" in result.stderr
    assert f"{second}: cell [1], line 1" in result.stderr and "second too" in result.stderr


def test_script(tmp_path):
    script = tmp_path / "a.nabla"
    script.write_text('x = 2\nprintln(x)\nx + 1\nprintln("∇")\n')
    result = nabla("run", script)
    assert (result.returncode, result.stdout, result.stderr) == (0, "2\n∇\n", "")
    script.write_text('println("before")\n\nerror("here")\nprintln("after")\n')
    result = nabla("run", script)
    assert (result.returncode, result.stdout) == (1, "before\n")
    assert f"{script}: line 3" in result.stderr and "ValueError: here" in result.stderr
    # Parsed whole: nothing runs before a syntax error.
    script.write_text('println("before")\nx = (\n')
    result = nabla("run", script)
    assert (result.returncode, result.stdout) == (1, "")
    assert "SyntaxError" in result.stderr


def test_files_of_other_folders(tmp_path):
    """Only the notebook's own folder, whatever the shell's is, and those that the command line names."""
    for name in ("own", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "other" / "x.csv").write_text("1,2\n")
    reading = notebook(tmp_path / "own" / "reading.ipynb", 'load("../other/x.csv")')
    writing = notebook(tmp_path / "own" / "writing.ipynb", 'save("../other/y.csv", [1])')
    inside = notebook(tmp_path / "own" / "inside.ipynb", 'save("z.csv", [1])\nload("z.csv")')
    for path, options in [(reading, []), (writing, []), (writing, ["--allow-read", "other"]),
                          (reading, ["--allow-write", "other"])]:
        result = nabla("run", path, *options, cwd=tmp_path)
        assert result.returncode == 1
        assert "FileError" in result.stderr
    assert not (tmp_path / "other" / "y.csv").exists()
    for path, option in [(reading, "--allow-read"), (writing, "--allow-write")]:
        assert nabla("run", path, option, "other", cwd=tmp_path).returncode == 0
    assert (tmp_path / "other" / "y.csv").read_text() == "1\n"
    assert nabla("run", inside, cwd=tmp_path / "other").returncode == 0
    assert (tmp_path / "own" / "z.csv").exists()


def test_output_is_written_as_nbformat_writes(tmp_path):
    source = notebook(tmp_path / "a.ipynb", "x = [1.5, 2]", "println(1)\nprintln(2)", "x", "", "x;")
    target = tmp_path / "b.ipynb"
    before = source.read_bytes()
    assert nabla("run", source, "--output", target).returncode == 0
    assert source.read_bytes() == before
    written = target.read_bytes()
    executed = nbformat.read(target, as_version=nbformat.NO_CONVERT)
    nbformat.validate(executed)
    nbformat.write(executed, target)
    assert target.read_bytes() == written
    assert [cell.execution_count for cell in executed.cells] == [1, 2, 3, None, 4]
    assert [[output.output_type for output in cell.outputs] for cell in executed.cells] == [
        [], ["stream"], ["execute_result"], [], []]
    assert executed.cells[1].outputs[0].text == "1\n2\n"
    assert executed.cells[2].outputs[0].execution_count == 3
    assert executed.metadata.language_info.name == "nabla"
    assert executed.metadata.kernelspec.name == "nabla"


def test_inplace_keeps_what_it_does_not_know(tmp_path):
    path = tmp_path / "a.ipynb"
    shutil.copy(FIXTURES / "untidy-4.5.ipynb", path)
    path.chmod(0o640)
    link = tmp_path / "link.ipynb"
    link.symlink_to(path)
    assert nabla("run", link, "--inplace").returncode == 0
    assert link.is_symlink() and path.stat().st_mode & 0o777 == 0o640
    executed = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    assert executed.metadata.title == "Größe ∇ 😀"
    assert [cell.id for cell in executed.cells] == ["intro", "c1", "r", "empty"]
    assert executed.cells[1].outputs == [] and executed.cells[1].execution_count == 1
    first = path.read_bytes()
    assert nabla("run", path, "--inplace").returncode == 0
    assert path.read_bytes() == first
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.ipynb", "link.ipynb"]


def test_failed_run_is_written_too(tmp_path):
    source = notebook(tmp_path / "a.ipynb", "println(1)", "error(\"stop\")", "println(3)")
    target = tmp_path / "b.ipynb"
    assert nabla("run", source, "--output", target).returncode == 1
    cells = nbformat.read(target, as_version=4).cells
    assert [cell.execution_count for cell in cells] == [1, 2, None]
    assert (cells[1].outputs[0].ename, cells[1].outputs[0].evalue) == ("ValueError", "stop")
    assert "stop" in "\n".join(cells[1].outputs[0].traceback)
    assert cells[2].outputs == []


def test_tags(tmp_path):
    expected = notebook(tmp_path / "a.ipynb", "println(1)", "error(\"wanted\")", tags=["raises-exception"])
    target = tmp_path / "b.ipynb"
    assert nabla("run", expected, "--output", target).returncode == 0
    assert nbformat.read(target, as_version=4).cells[1].outputs[0].ename == "ValueError"
    skipped = notebook(tmp_path / "c.ipynb", "println(1)", "error(\"skipped\")", tags=["skip-execution"])
    assert nabla("run", skipped).returncode == 0


@pytest.mark.parametrize("name", ["a.ipynb", "a.nabla"])
def test_timeout(name, tmp_path):
    code = "x = 1\nwhile true\n  x = x + 1\nend"
    path = tmp_path / name
    path.write_text(code) if name.endswith("nabla") else notebook(path, code)
    result = nabla("run", path, "--timeout", "0.3")
    assert result.returncode == 1
    assert "stopped after 0.3 s" in result.stderr and "Interrupted" in result.stderr


def test_input_is_not_available(tmp_path):
    result = nabla("run", notebook(tmp_path / "a.ipynb", 'x = input("name? ")'))
    assert result.returncode == 1
    assert "cell [1]" in result.stderr


def test_input_from_a_terminal(tmp_path):
    script = tmp_path / "a.nabla"
    script.write_text('name = input("name? ")\nprintln("hello $name")\n')
    terminal, other_end = pty.openpty()
    try:
        os.write(terminal, "Ada ∇\n".encode())
        result = subprocess.run(["nabla", "run", script], stdin=other_end, capture_output=True, text=True, timeout=60)
    finally:
        os.close(terminal)
        os.close(other_end)
    assert (result.returncode, result.stdout, result.stderr) == (0, "hello Ada ∇\n", "name? ")


@pytest.mark.parametrize("jobs, environment, coloured", [
    ("1", {}, True), ("2", {}, True), ("2", {"NO_COLOR": "1"}, False), ("1", {"NO_COLOR": "1"}, False)])
def test_errors_have_colours_in_a_terminal(jobs, environment, coloured, tmp_path):
    files = [tmp_path / "a.nabla", tmp_path / "b.nabla"]
    for file in files:
        file.write_text("error(\"stop\")\n")
    terminal, other_end = pty.openpty()
    try:
        subprocess.run(
            ["nabla", "run", *files, "--jobs", jobs], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=other_end,
            env={**os.environ, **environment}, timeout=60)
        shown = os.read(terminal, 65536).decode()
    finally:
        os.close(terminal)
        os.close(other_end)
    assert shown.count("ValueError") == 2
    assert ("\x1b[" in shown) == coloured


def test_unwritable_output(tmp_path):
    source = notebook(tmp_path / "a.ipynb", "1")
    result = nabla("run", source, "--output", tmp_path / "missing" / "b.ipynb")
    assert result.returncode == 1
    assert "cannot write" in result.stderr


# Installing


def install(prefix, *arguments, **options):
    return nabla("install", "--prefix", prefix, *arguments, **options)


def answers(folder):
    """Whether Jupyter can start the kernel of a kernelspec's folder."""
    specifications = KernelSpecManager(kernel_dirs=[str(folder.parent)])
    manager = KernelManager(kernel_name=folder.name, kernel_spec_manager=specifications)
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        return client.kernel_info(reply=True, timeout=30)["content"]["status"] == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_install_and_uninstall(tmp_path):
    result = install(tmp_path / "p")
    assert result.returncode == 0, result.stderr
    folder = tmp_path / "p" / "share" / "jupyter" / "kernels" / "nabla"
    assert str(folder) in result.stdout
    assert {entry.name for entry in folder.iterdir()} == {
        "kernel.json", "nabla", "logo-svg.svg", "logo-64x64.png", "logo-32x32.png"}
    description = json.loads((folder / "kernel.json").read_text())
    assert description["display_name"] == "Nabla" and description["language"] == "nabla"
    assert description["interrupt_mode"] == "message"
    command = tmp_path / "p" / "bin" / "nabla"
    assert command.resolve() == folder / "nabla"
    assert answers(folder)

    # An installed program installs and replaces, itself too.
    for prefix in ("q", "p"):
        again = subprocess.run([command, "install", "--prefix", tmp_path / prefix], capture_output=True, text=True)
        assert again.returncode == 0, again.stderr

    assert nabla("uninstall", "--prefix", tmp_path / "p").returncode == 0
    assert not folder.exists() and not command.is_symlink()
    result = nabla("uninstall", "--prefix", tmp_path / "p")
    assert result.returncode == 1 and "no kernel 'nabla'" in result.stderr


def test_kernelspec_can_be_moved(tmp_path):
    assert install(tmp_path / "p", "--name", "Nabla-Dev", "--display-name", "Nabla «dev»").returncode == 0
    moved = tmp_path / "with space" / "kernels" / "nabla-dev"
    moved.parent.mkdir(parents=True)
    shutil.move(tmp_path / "p" / "share" / "jupyter" / "kernels" / "nabla-dev", moved)
    assert json.loads((moved / "kernel.json").read_text())["display_name"] == "Nabla «dev»"
    assert answers(moved)


def test_what_others_put_there_stays(tmp_path):
    folder = tmp_path / "share" / "jupyter" / "kernels" / "nabla"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text('{"argv": [], "language": "python"}')
    for action in ("install", "uninstall"):
        result = nabla(action, "--prefix", tmp_path)
        assert result.returncode == 1 and "another language" in result.stderr
    (folder / "kernel.json").unlink()

    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "nabla").write_text("mine")
    result = install(tmp_path)
    assert result.returncode == 0, result.stderr
    assert "stays" in result.stdout
    (folder / "notes.txt").write_text("mine")
    result = nabla("uninstall", "--prefix", tmp_path)
    assert result.returncode == 0
    assert "notes.txt" in result.stdout and (folder / "notes.txt").exists()
    assert (tmp_path / "bin" / "nabla").read_text() == "mine"


@pytest.mark.parametrize("variables, folder", [
    ({"HOME": "{}"}, ".local/share/jupyter/kernels/nabla"),
    ({"HOME": "{}", "XDG_DATA_HOME": "{}/data"}, "data/jupyter/kernels/nabla"),
    ({"HOME": "{}", "XDG_DATA_HOME": "{}/data", "JUPYTER_DATA_DIR": "{}/jupyter"}, "jupyter/kernels/nabla"),
])
def test_user_folder_is_the_one_jupyter_searches(variables, folder, tmp_path):
    environment = {name: value.format(tmp_path) for name, value in variables.items()}
    environment["PATH"] = os.environ["PATH"]
    assert nabla("install", "--user", env=environment).returncode == 0
    assert (tmp_path / folder / "kernel.json").exists()
    assert (tmp_path / ".local" / "bin" / "nabla").is_symlink()
    listed = subprocess.run(
        ["jupyter", "kernelspec", "list", "--json"], capture_output=True, text=True,
        env={**environment, "JUPYTER_PREFER_ENV_PATH": "0"})
    assert json.loads(listed.stdout)["kernelspecs"]["nabla"]["resource_dir"] == str(tmp_path / folder)
    assert nabla("uninstall", "--user", env=environment).returncode == 0
    assert not (tmp_path / ".local" / "bin" / "nabla").is_symlink()


@pytest.mark.parametrize("variable", ["VIRTUAL_ENV", "CONDA_PREFIX", None])
def test_active_python_environment(variable, tmp_path):
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    if variable:
        environment[variable] = str(tmp_path / "prefix")
    else:
        python = tmp_path / "python3"
        python.write_text(f"#!/bin/sh\necho '{tmp_path}/prefix'\n")
        python.chmod(0o755)
    result = nabla("install", "--sys-prefix", env=environment)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "prefix" / "share" / "jupyter" / "kernels" / "nabla" / "kernel.json").exists()
    assert (tmp_path / "prefix" / "bin" / "nabla").is_symlink()


# The reference page


def test_the_reference_page_is_a_notebook_that_ran(tmp_path):
    path = tmp_path / "reference.ipynb"
    assert nabla("reference", "--output", path).returncode == 0
    page = nbformat.read(path, as_version=4)
    nbformat.validate(page)
    code = [cell for cell in page.cells if cell.cell_type == "code"]
    assert len(code) > 250 and all(cell.execution_count for cell in code)
    assert "### `softmax`" in "\n".join(cell.source for cell in page.cells)
    assert nabla("run", path).returncode == 0
    assert os.listdir(tmp_path) == ["reference.ipynb"]


def test_the_reference_page_needs_a_place(tmp_path):
    assert nabla("reference").returncode == 2
    assert nabla("reference", "--output", tmp_path / "page.md").returncode == 2
    assert nabla("reference", "--output", tmp_path / "none" / "page.ipynb").returncode == 1


# Threads

THREADS = """
seed(3)
function digits_of(T)
  A = T(randn(300, 500))
  B = T(randn(500, 280))
  images = T(randn(10, 5, 30, 30))
  θ = (K = T(randn(8, 5, 3, 3)), M = T(lstm_init(12, 40)), Q = T(randn(24, 24)))
  x = T(randn(9, 60, 12))
  s = T(randn(4, 90, 24))
  L(θ; A, B) = sum(maxpool(conv2d(images, θ.K; pad = 1), 2)²) + sum(lstm(x, θ.M)³) +
    sum(multihead(s, (Wq = θ.Q, Wk = θ.Q, Wv = θ.Q, Wo = θ.Q); heads = 3)²) + sum((A * B)²)
  l, g = value_and_grad(L)(θ; A, B)
  gA = ∇(A -> sum(tanh(A * B)²))(A)
  println(l, " ", norm(g), " ", mapped(g), " ", sum(gA³), " ", sum(cumsum(sort(flatten(A)))))
end
mapped(g) = [sum(leaf³) for leaf in leaves(g)]
digits_of(f64)
digits_of(f32)
"""


def test_the_number_of_threads_changes_nothing(tmp_path):
    (tmp_path / "threads.nabla").write_text(THREADS)
    results = [
        nabla("run", "threads.nabla", cwd=tmp_path, env={**os.environ, "NABLA_THREADS": count})
        for count in ["1", "4", "3"]]
    assert results[0].stdout.count("\n") > 1
    assert [result.returncode for result in results] == [0, 0, 0], results[0].stderr
    assert results[1].stdout == results[0].stdout
    assert results[2].stdout == results[0].stdout


def test_a_new_file_is_written_once_however_it_is_spelled(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "1 + 1")
    for other in ("./x", f"{tmp_path}/x", f"../{tmp_path.name}/x"):
        result = nabla("run", path.name, "--output", "x", "--junit", other, cwd=tmp_path)
        assert result.returncode == 2 and "written twice" in result.stderr and not (tmp_path / "x").exists()

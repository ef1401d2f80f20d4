"""The same bytes in whatever surroundings a process starts: the seed of its hash tables, locale, time zone, terminal,
folders, threads, and what its memory held before."""

import os
import pathlib
import re
import shutil
import subprocess

import nbformat
import pytest
from support import kernel
from test_command import notebook

ROOT = pathlib.Path(__file__).parents[2]
PROGRAMS = ROOT / "Tests" / "Programs"
REPORTS = ROOT / "Tests" / "InterpreterTests" / "Reports"
# What draws every figure, shows every name of the language, and follows gradients.
NOTEBOOKS = ["gallery", "reference", "03-saddles", "09-hygiene"]

# Swift seeds its hash tables anew in each process unless it is told not to: several runs, several orders.
SURROUNDINGS = {
    "plain": {"NABLA_THREADS": "1", "LC_ALL": "C", "TZ": "UTC"},
    "elsewhere": {
        "NABLA_THREADS": "2", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de", "TZ": "Asia/Kolkata", "COLUMNS": "40",
        "LINES": "10", "TERM": "dumb", "HOME": "/nonexistent", "MALLOC_PERTURB_": "85"},
    "in order": {
        "NABLA_THREADS": "5", "LC_ALL": "C.UTF-8", "TZ": "America/St_Johns", "COLUMNS": "200", "TERM": "xterm-256color",
        "SWIFT_DETERMINISTIC_HASHING": "1", "MALLOC_PERTURB_": "170", "HOME": "/"},
    "again": {"NABLA_THREADS": "3"},
}


@pytest.fixture(scope="module")
def locales(tmp_path_factory):
    """A folder with a locale that writes numbers with a comma, where the system can make one."""
    folder = tmp_path_factory.mktemp("locales")
    if shutil.which("localedef"):
        subprocess.run(
            ["localedef", "-i", "de_DE", "-f", "UTF-8", folder / "de_DE.UTF-8"], capture_output=True, timeout=60)
    return folder


@pytest.fixture(scope="module")
def surroundings(locales):
    """The environment of each of the runs."""
    kept = {key: os.environ[key] for key in ("PATH", "VIRTUAL_ENV", "NABLA_HISTORY") if key in os.environ}
    return {name: {**kept, "LOCPATH": str(locales), **own} for name, own in SURROUNDINGS.items()}


def differences(results):
    """Which results of the runs are not those of the first."""
    (first, expected), *others = results.items()
    return [
        f"{what}, {first} and {name}:\n{value!r:.2000}\n{got.get(what)!r:.2000}" for name, got in others
        for what, value in expected.items() if got.get(what) != value] + [
        f"{what}: only {name}" for name, got in others for what in got if what not in expected]


def run(environment, folder, *arguments):
    result = subprocess.run(
        ["nabla", *map(str, arguments)], capture_output=True, timeout=300, stdin=subprocess.DEVNULL, env=environment,
        cwd=folder)
    return result.returncode, result.stdout, result.stderr


def without_times(report):
    return re.sub(rb' time="[0-9.]+"', b"", report)


def test_programs_and_notebooks(surroundings, tmp_path):
    """Every file of the tests' programs, reports of errors, and notebooks with their pages."""
    results = {}
    for name, environment in surroundings.items():
        # The same paths in each run, since errors name them.
        folder = tmp_path / "work"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(PROGRAMS, folder / "programs")
        shutil.copytree(REPORTS.parent / "Fixtures", folder / "Fixtures")
        files = [shutil.copy(ROOT / "notebooks" / f"{stem}.ipynb", folder) for stem in NOTEBOOKS] + list(reports(folder))
        files.append(text(folder / "text.ipynb"))
        cwd = tmp_path / f"cwd of {name}"
        cwd.mkdir()
        programs = sorted((folder / "programs").rglob("*.nabla"))
        # Errors end a program; the notebooks of them go on.
        found = {program: run(environment, cwd, "run", program) for program in programs}
        found["run"] = run(environment, cwd, "run", *files, "--inplace", "--html", folder / "pages", "--junit", folder / "report.xml")
        found |= {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*.*")) if path.is_file()}
        found[pathlib.Path("report.xml")] = without_times(found[pathlib.Path("report.xml")])
        results[name] = found
    assert len(results["plain"]) > 200
    assert results["plain"]["run"][0] == 0, results["plain"]["run"][2].decode()
    assert not differences(results)


def reports(folder):
    """A notebook for each kind of error, of all the programs whose reports are kept: suggestions, notes, ways out."""
    for path in sorted(REPORTS.glob("*.txt")):
        # What a limit leaves room for is the machine's.
        if path.stem == "limit":
            continue
        programs = re.findall(r"^# .*\n((?:.*\n)*?)---$", path.read_text(encoding="utf-8"), re.M)
        assert programs
        cells = [cell.strip("\n") for program in programs for cell in program.split("%%\n")]
        target = notebook(folder / f"{path.stem}-reports.ipynb", *cells)
        document = nbformat.read(target, as_version=4)
        for number, cell in enumerate(document.cells):
            cell.metadata["tags"] = ["raises-exception"]
            cell.id = f"{path.stem}-{number}"
        nbformat.write(document, target)
        yield target


def text(path):
    """A notebook of formulas, every sign of the lectures typed and as a command."""
    signs = "∇∂⊙⊗⋅∘÷√≤≥≠≈∈′ᵀ∞‖|∥∣⟨⟩⌊⌋⌈⌉±×→⇒∧∨∪∩⊂∑∏∫…⋯"
    cells = [nbformat.v4.new_markdown_cell("\n\n".join(f"$a {sign} b {sign} c$ and $${sign}$$" for sign in signs), id="signs")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


COMMANDS = [
    ["--help"], ["--version"], *[[command, "--help"] for command in ("run", "check", "kernel", "install", "uninstall", "reference")],
    ["rnu"], ["run"], ["run", "a.ipynb", "--inplcae"], ["check", "--joobs", "2"], ["run", "missing.ipynb"],
    *[["--generate-completion-script", shell] for shell in ("bash", "zsh", "fish")],
]


def test_what_the_command_says(surroundings, tmp_path):
    """Help, wrong use and completion scripts, however wide the terminal is."""
    assert not differences({
        name: {tuple(command): run(environment, tmp_path, *command) for command in COMMANDS}
        for name, environment in surroundings.items()})


def test_jobs_speak_in_order(surroundings, tmp_path):
    """Whichever of several files ends first, what they print comes in the order in which they were named."""
    files = []
    for number, steps in enumerate([400_000, 1, 200_000, 1, 1]):
        file = tmp_path / f"{number}.nabla"
        file.write_text(f"for i in 1:{steps}\nend\nprintln({number})\nerror(\"{number}\")\n", encoding="utf-8")
        files.append(file)
    outputs = {name: {"run": run(environment, tmp_path, "run", *files, "--jobs", "5")} for name, environment in surroundings.items()}
    assert not differences(outputs)
    _, printed, errors = outputs["plain"]["run"]
    assert printed == b"0\n1\n2\n3\n4\n"
    assert re.findall(rb"(\d)\.nabla: line", errors) == [b"0", b"1", b"2", b"3", b"4"]


# A library that draws a picture could set the locale of the whole process.
NUMBERS = """
save("a.png", plot([1.5, 2.25, 1e-7]; title = "Größe ½", xlabel = "x"))
println(1.5, " ", [0.1, 1e-9, 12345678.5], " $(1 / 3)")
println(load("a.csv"))
save("b.csv", [1.5 2.5; 3.25 4])
save("c.png", heatmap([1.5 2; 3 4]))
println(plot([0.5, 1.25]))
"""


def test_numbers_have_a_point_after_a_picture_was_drawn(surroundings, tmp_path):
    results = {}
    for name, environment in surroundings.items():
        folder = tmp_path / "work"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / "a.csv").write_text("x,y\n1.5,2.5\n1e-3,0.25\n", encoding="utf-8")
        (folder / "a.nabla").write_text(NUMBERS, encoding="utf-8")
        results[name] = {"run": run(environment, tmp_path, "run", folder / "a.nabla")}
        results[name] |= {path.name: path.read_bytes() for path in folder.iterdir()}
    assert results["plain"]["run"][0] == 0 and len(results["plain"]) == 6, results["plain"]["run"]
    assert not differences(results)


# A quick loop shows its bar twice in a notebook, a slow one more often: neither leaves what the clock decided.
LIVE = """
seed(3)
L(θ; X) = mean((X * θ + 0.1randn(4) - 1)²)
noisy(x) = sum(x²) + 0.01 * rand()
for i in progress(1:{steps})
  if i == {steps} - 2
    break
  end
end
path = descend(noisy, [3, 1]; method = sgd(rate = 0.001), steps = {steps}, live = true)
println(rand())
"""


def test_what_changes_while_it_is_computed(surroundings, tmp_path):
    """How often a live display is drawn changes nothing but what is seen in between."""
    source = LIVE.format(steps=600)
    script = tmp_path / "a.nabla"
    script.write_text(source, encoding="utf-8")
    results = {}
    for name, environment in surroundings.items():
        path = notebook(tmp_path / "a.ipynb", source)
        outcome = run(environment, tmp_path, "run", path, "--inplace")
        cells = nbformat.read(path, as_version=4).cells
        results[name] = {"run": outcome, "outputs": cells[0].outputs, "script": run(environment, tmp_path, "run", script)}
    assert results["plain"]["run"] == (0, b"", b"")
    assert not differences(results)
    # What is drawn in between draws from no one's numbers.
    quiet = tmp_path / "quiet.nabla"
    quiet.write_text(source.replace(", live = true", ""), encoding="utf-8")
    _, printed, _ = run(surroundings["plain"], tmp_path, "run", quiet)
    assert printed.splitlines()[-1] == results["plain"]["script"][1].splitlines()[-1]


def test_completion_and_inspection(surroundings):
    """What Tab and Shift-Tab show, in their order."""
    results = {}
    for name, environment in surroundings.items():
        with kernel(environment=environment) as client:
            client.run("zeta = 1\nalpha = (b = 2, a = 3)\nf(x; rate, bias = 0) = x")
            answers = {}
            for code in ("", "a", "s", "alpha.", "f(", "f(1; ", "\\", "\\al", "x = gradient_", "nosuchname"):
                for kind in ("complete", "inspect"):
                    answers[kind, code] = client.result(getattr(client.client, kind)(code, len(code))).reply
            for code in ("alhpa", "zeros(2) * ones(3)", "?zeor", "plot([1]; lable = \"a\")", "@code sgd"):
                answers["run", code] = [
                    (message["msg_type"], {**message["content"], "execution_count": None})
                    for message in client.run(code).messages if message["msg_type"] != "execute_input"]
            results[name] = answers
    assert not differences(results)


def test_a_large_folder_has_no_say_in_a_suggestion(tmp_path):
    """A folder lists its names in an order of its own: either all are compared or none."""
    for number in range(2500):
        # In the middle, in whichever order they are listed.
        (tmp_path / ("digits.csv" if number == 1250 else f"other{number}.csv")).touch()
    script = tmp_path / "a.nabla"
    script.write_text("load(\"digit.csv\")\n", encoding="utf-8")
    _, _, errors = run(dict(os.environ), tmp_path, "run", script)
    assert b"did you mean digits.csv?" in errors
    for number in range(10_000):
        (tmp_path / f"more{number}.csv").touch()
    _, _, errors = run(dict(os.environ), tmp_path, "run", script)
    assert b"there is no such file" in errors and b"did you mean" not in errors

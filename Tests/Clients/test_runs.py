"""Runs in CI: parameters, several files at once, the report, and the check of what was committed."""

import json
import os
import pathlib
import re
import subprocess
import xml.etree.ElementTree

import nbformat
import pytest
import yaml
from test_command import nabla, notebook

ROOT = pathlib.Path(__file__).parents[2]


def outputs(path):
    cells = nbformat.read(path, as_version=4).cells
    return ["".join(output.get("text", "") for output in cell.outputs) for cell in cells]


def test_set_follows_the_parameters(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "η = 0.1\nn = 3", "println(η * n)")
    document = nbformat.read(path, as_version=4)
    document.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(document, path)
    result = nabla("run", path, "--set", "η=0.5", "--inplace")
    assert (result.returncode, result.stderr) == (0, "")
    assert outputs(path)[1] == "1.5\n"


def test_set_without_parameters_comes_first(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "println(sum(v))")
    assert nabla("run", path, "--set", "v=[1, 2, 3]", "--inplace").returncode == 0
    assert outputs(path) == ["6\n"]
    script = tmp_path / "a.nabla"
    script.write_text("println(sum(v))\n", encoding="utf-8")
    assert nabla("run", script, "--set", "v=1:4").stdout == "10\n"


@pytest.mark.parametrize("setting, code, words", [("3=4", 2, "name=value"), ("v=(1", 1, "--set v"), ("v", 2, "name=value")])
def test_what_cannot_be_set(setting, code, words, tmp_path):
    path = notebook(tmp_path / "a.ipynb", "1")
    result = nabla("run", path, "--set", setting)
    assert result.returncode == code
    assert words in result.stderr


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_the_report_has_a_case_for_each_cell(jobs, tmp_path):
    good = notebook(tmp_path / "good.ipynb", "x = 1", "x + 1")
    bad = notebook(tmp_path / "bad.ipynb", "1", "error(\"a < b & c\")", "2")
    script = tmp_path / "c.nabla"
    script.write_text("println(1)\n", encoding="utf-8")
    report = tmp_path / "report.xml"
    result = nabla("run", good, bad, script, tmp_path / "missing.ipynb", "--jobs", jobs, "--junit", report)
    assert result.returncode == 1
    suites = xml.etree.ElementTree.parse(report).getroot()
    found = {suite.get("name").split("/")[-1]: suite for suite in suites}
    assert list(found) == ["good.ipynb", "bad.ipynb", "c.nabla", "missing.ipynb"]
    assert [case.get("name") for case in found["good.ipynb"]] == ["cell [1]", "cell [2]"]
    assert found["good.ipynb"].get("failures") == "0"
    failure = found["bad.ipynb"][-1][0]
    assert (failure.get("type"), failure.get("message")) == ("ValueError", "a < b & c")
    assert "ValueError" in failure.text
    assert found["bad.ipynb"].get("tests") == "2"
    assert found["missing.ipynb"].get("failures") == "1"


def test_limits_reach_every_job(tmp_path):
    files = [notebook(tmp_path / f"{name}.ipynb", "zeros(1e6)") for name in "ab"]
    result = nabla("run", *files, "--jobs", "2", "--max-memory", "1M")
    assert result.returncode == 1
    assert result.stderr.count("LimitError") == 2


def executed_as(path, *sources):
    notebook(path, *sources)
    assert nabla("run", path, "--inplace").returncode == 0
    return path


def executed(tmp_path, *sources):
    return executed_as(tmp_path / "a.ipynb", *sources)


def test_a_notebook_agrees_with_itself(tmp_path):
    path = executed(
        tmp_path, "println(π)", "plot(x -> sin(x), 0..6)", "seed(1)\nheatmap(randn(30, 30))", "@time sum(rand(10))")
    before = path.read_bytes()
    result = nabla("check", path)
    assert (result.returncode, result.stderr) == (0, "")
    assert path.read_bytes() == before
    assert nabla("check", tmp_path, "--jobs", "2").returncode == 0


@pytest.mark.parametrize("old, new, what", [
    ("3.141592653589793", "3.1416", "text"),
    ("(2, 3)", "(2, 4)", "value"),
    ("<path", "<circle", "figure"),
])
def test_what_differs_is_named(old, new, what, tmp_path):
    path = executed(tmp_path, "println(π)", "(2, 3)" if what == "value" else "plot([1, 2, 3])")
    text = path.read_text(encoding="utf-8")
    assert old in text
    # The output stands behind the source.
    path.write_text(new.join(text.rsplit(old, 1)), encoding="utf-8")
    result = nabla("check", path)
    assert result.returncode == 1
    assert ("cell [1]" if what == "text" else "cell [2]") in result.stderr
    assert what in result.stderr
    assert "kept:" in result.stderr and "now:" in result.stderr


def changed(path, old, new):
    """Replaces what stands last in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(new.join(text.rsplit(old, 1)), encoding="utf-8")


# What runs, what it prints, and that with another last digit.
LAST_DIGIT = ("println(1 / 3)", "0.3333333333333333", "0.3333333333333334")


def test_the_same_version_is_compared_exactly(tmp_path):
    """The last digit counts, unless a tolerance is wanted or another version wrote the file."""
    source, old, new = LAST_DIGIT
    path = executed(tmp_path, source)
    assert json.loads(path.read_text(encoding="utf-8"))["metadata"]["nabla"]["version"] in nabla("--version").stdout
    changed(path, old, new)
    result = nabla("check", path)
    assert result.returncode == 1
    assert "the text differs" in result.stderr and "apart by" in result.stderr and "--tolerance" in result.stderr
    for arguments in ([path, "--tolerance"], ["--tolerance", path], [path, "--tolerance", "1e-9"], [path, "--tolerance=1e-9"]):
        assert nabla("check", *arguments).returncode == 0, arguments
    assert nabla("check", path, "--tolerance", "1e-17").returncode == 1
    # Every file of several.
    assert nabla("check", path, executed_as(tmp_path / "b.ipynb", source), "--jobs", "2", "--tolerance").returncode == 0
    changed(path, '"version": "', '"version": "9')
    assert nabla("check", path).returncode == 0


def test_a_figure_of_the_same_version_is_compared_to_the_byte(tmp_path):
    path = executed(tmp_path, "plot([1, 2, 3])")
    text = path.read_text(encoding="utf-8")
    # Half a pixel of one label.
    place = re.findall(r'<text [^>]*? x=\\"([0-9.]+)\\"', text)[-1]
    path.write_text(text.replace(f'x=\\"{place}\\"', f'x=\\"{float(place) + 0.5}\\"'), encoding="utf-8")
    result = nabla("check", path)
    assert result.returncode == 1
    assert "the figure differs" in result.stderr and "within a pixel" in result.stderr
    assert nabla("check", path, "--tolerance").returncode == 0


@pytest.mark.parametrize("tolerance", ["--tolerance=x", "--tolerance=-1", "--tolerance=2"])
def test_what_is_no_tolerance(tolerance, tmp_path):
    assert nabla("check", executed(tmp_path, "1"), tolerance).returncode == 2


def test_what_a_client_ran_is_compared_within_a_tolerance(tmp_path):
    """A client writes the kernel's version too, but not that the whole notebook ran."""
    source, old, new = LAST_DIGIT
    path = notebook(tmp_path / "a.ipynb", source)
    subprocess.run(["jupyter", "execute", path, "--inplace", "--kernel_name=nabla"], check=True, capture_output=True, timeout=120)
    changed(path, old, new)
    assert nabla("check", path).returncode == 0


def test_a_run_that_stopped_claims_nothing(tmp_path):
    path = executed(tmp_path, "1")
    assert "nabla" in json.loads(path.read_text(encoding="utf-8"))["metadata"]
    document = nbformat.read(path, as_version=4)
    document.cells[0].source = "error(\"no\")"
    nbformat.write(document, path)
    assert nabla("run", path, "--inplace").returncode == 1
    assert "nabla" not in json.loads(path.read_text(encoding="utf-8"))["metadata"]
    nbformat.validate(nbformat.read(path, as_version=4))


def test_a_missing_output_is_a_difference(tmp_path):
    path = executed(tmp_path, "1 + 1")
    document = json.loads(path.read_text(encoding="utf-8"))
    document["cells"][0]["outputs"] = []
    path.write_text(json.dumps(document), encoding="utf-8")
    result = nabla("check", path)
    assert result.returncode == 1
    assert "number of outputs" in result.stderr


def test_a_failing_cell_fails_the_check(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "error(\"no\")")
    result = nabla("check", path)
    assert result.returncode == 1
    assert "ValueError" in result.stderr


def test_nothing_to_check(tmp_path):
    assert nabla("check", tmp_path).returncode == 1
    assert nabla("check").returncode == 2


COURSE = ROOT / "notebooks" / "README.md"


def heading(path):
    """A notebook's first heading."""
    cells = nbformat.read(path, as_version=4).cells
    return next(re.search(r"^# (.+)$", cell.source, re.M).group(1) for cell in cells if cell.cell_type == "markdown")


def test_the_course_lists_every_lecture():
    lectures = [f"{number:02}" for number in range(16)]
    for page, folder in ((COURSE, ""), (ROOT / "README.md", "notebooks/")):
        links = re.findall(rf"\]\({folder}((\d\d)-[a-z-]+\.ipynb)\)", page.read_text(encoding="utf-8"))
        assert sorted(number for _, number in links) == lectures
        for name, _ in links:
            title = heading(ROOT / "notebooks" / name).replace(" · ", " ")
            assert f"[{title}]({folder}{name})" in page.read_text(encoding="utf-8")


def test_the_workflow_uses_what_there_is(tmp_path):
    """What users copy: its installer exists, and its commands run as they are written."""
    text = COURSE.read_text(encoding="utf-8")
    workflow = yaml.safe_load(re.search(r"```yaml\n(.*?)```", text, re.S).group(1))
    steps = [step["run"] for step in workflow["jobs"]["run"]["steps"] if "run" in step]
    install, run = steps
    assert '"$HOME/nabla/kernelspec/install"' in install and (ROOT / "kernelspec" / "install").is_file()
    notebook(tmp_path / "a.ipynb", "plot(sin, 0..6)")
    notebook(tmp_path / "b.ipynb", "1 + 1")
    subprocess.run(["bash", "-c", run], cwd=tmp_path, check=True, timeout=120)
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == ["a.html", "b.html"]
    assert len(list(xml.etree.ElementTree.parse(tmp_path / "report.xml").getroot())) == 2


def test_the_pictures_are_those_of_the_lectures():
    """`notebooks/pictures/06-product.svg` is the first figure of that lecture, as it is committed there."""
    pictures = sorted((ROOT / "notebooks" / "pictures").glob("*.svg"))
    assert len(pictures) == 3
    for picture in pictures:
        assert f"(notebooks/pictures/{picture.name})" in (ROOT / "README.md").read_text(encoding="utf-8")
        cells = nbformat.read(ROOT / "notebooks" / f"{picture.stem}.ipynb", as_version=4).cells
        first = next(
            output.data["image/svg+xml"] for cell in cells for output in cell.get("outputs", [])
            if "image/svg+xml" in output.get("data", {}))
        if os.environ.get("NABLA_UPDATE_SNAPSHOTS") == "1":
            picture.write_text(first, encoding="utf-8")
        assert picture.read_text(encoding="utf-8") == first, "NABLA_UPDATE_SNAPSHOTS=1 writes it anew"

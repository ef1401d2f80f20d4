"""What holds for every lecture: its form, its solutions, its glossary, and that its marked numbers may be turned.

A line `η = 0.02   # turn this number: 0.005 … 0.06` invites the reader to put another value there. The proofs of a section
may complain then, nothing else may: so the lecture runs with each end of each marked range and without its proofs.
"""

import re

import nbformat
import pytest
from mutations import LECTURES, ROOT, Lecture, run

SOLUTIONS = ROOT / "notebooks" / "solutions"
MARK = re.compile(r"^(?P<name>[^\W\d]\w*[\u0300-\u036f]*) = (?P<value>[^#\n]+?) +# turn this number: (?P<low>\S+) … (?P<high>\S+)$", re.MULTILINE)
SECTION = re.compile(r"^## \d+\.\d+ ", re.MULTILINE)

by_lecture = pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)


def cells(path):
    return nbformat.read(path, as_version=4).cells


def tags(cell):
    return cell.metadata.get("tags", [])


def is_folded(cell):
    return cell.metadata.get("jupyter", {}).get("source_hidden") is True


def text(path):
    return "\n\n".join(cell.source for cell in cells(path) if cell.cell_type == "markdown")


def exercises(source):
    """The questions under the heading of the exercises."""
    part = re.search(r"^## Exercises\n(.*?)(?=^## |\Z)", source, re.MULTILINE | re.DOTALL)
    return re.findall(r"^\d+\. ", part[1], re.MULTILINE) if part else []


@by_lecture
def test_a_cell_can_be_read_at_a_glance(path):
    for notebook in (path, SOLUTIONS / path.name):
        for cell in cells(notebook):
            if cell.cell_type == "code":
                lines = cell.source.split("\n")
                assert len(lines) <= 15, f"{notebook.name}, {cell.id}: {len(lines)} lines"
                for line in lines:
                    assert len(line) <= 96, f"{notebook.name}, {cell.id}: {len(line)} columns: {line}"


@by_lecture
def test_proofs_are_folded_and_show_nothing(path):
    """An assertion before the figure would keep the figure from a reader who turned a number."""
    proofs = 0
    for cell in cells(path):
        if cell.cell_type == "code":
            assert "solution" not in tags(cell), f"{cell.id}: solutions are in {SOLUTIONS.name}/{path.name}"
            asserts = re.search(r"@assert\b", cell.source)
            assert not asserts or "proof" in tags(cell), f"{cell.id} asserts and is no proof"
            if "proof" in tags(cell):
                proofs += 1
                assert asserts and is_folded(cell), cell.id
                assert cell.source.startswith("# "), f"{cell.id} does not say what it proves"
                assert cell.outputs == [], cell.id
    assert proofs > 0


@by_lecture
def test_every_lecture_is_for_the_hands(path):
    source = "\n".join(cell.source for cell in cells(path) if cell.cell_type == "code")
    assert len(MARK.findall(source)) >= 2
    assert source.count("turn this number") == len(MARK.findall(source)), "a mark that is not `name = value  # turn this number: a … b`"
    assert "explore(" in source


@by_lecture
def test_exercises_have_their_solutions(path):
    lecture = text(path)
    questions = len(exercises(lecture))
    assert questions == 3
    assert f"(solutions/{path.name})" in lecture
    assert "## To read" in lecture
    answers = [cell for cell in cells(SOLUTIONS / path.name) if "solution" in tags(cell)]
    assert len(answers) == questions
    assert all(is_folded(cell) and cell.metadata["jupyter"].get("outputs_hidden") for cell in answers)
    assert f"(../{path.name})" in text(SOLUTIONS / path.name)


def test_the_glossary_sends_to_where_a_term_is_defined():
    rows = re.findall(
        r"^\| (.+?) \| ((?:\[[\d.]+\]\([\w-]+\.ipynb\)(?:, )?)+) \| .+ \|$",
        (ROOT / "notebooks" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) > 100
    assert [term.casefold() for term, _ in rows] == sorted({term.casefold() for term, _ in rows})
    sections = {}
    for path in LECTURES:
        for part in re.split(r"^(?=## )", text(path), flags=re.MULTILINE):
            # Before its first section a lecture introduces itself: there its number alone is the place.
            if found := re.match(r"(?:# (\d\d) ·|## (\d+\.\d+) )", part):
                sections[path.name, found[1] or found[2]] = part
    for term, places in rows:
        for section, name in re.findall(r"\[([\d.]+)\]\(([\w-]+\.ipynb)\)", places):
            assert (name, section) in sections, f"{term}: no section {section} in {name}"
            # A star in a formula or in code is none of the text's.
            words = re.sub(r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`", "", sections[name, section], flags=re.DOTALL)
            emphasised = re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", words)
            assert any(term.casefold() in " ".join(words.split()).casefold() for words in emphasised), (
                f"{section} does not have *{term}*")


def without_proofs(notebook):
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type != "code" or "proof" not in tags(cell)]
    return notebook


def turned(path):
    """For each marked number and each of its ends the cells that depend on it, without the proofs."""
    lecture = Lecture(path, keep=lambda cell: "proof" not in tags(cell))
    found = {}
    for place, source in enumerate(lecture.code):
        for mark in MARK.finditer(source):
            for end in (mark["low"], mark["high"]):
                code = list(lecture.code)
                code[place] = source[:mark.start("value")] + end + source[mark.end("value"):]
                found[f"{path.stem} {mark['name']} = {end}"] = lecture.copy(code, lecture.affected_by(place, mark["name"]))
    return found


@pytest.fixture(scope="module")
def turns(tmp_path_factory):
    notebooks = {key: notebook for path in LECTURES for key, notebook in turned(path).items()}
    return run(notebooks, tmp_path_factory.mktemp("turns") / "turns")


@by_lecture
def test_a_marked_number_may_be_turned_to_both_ends(path, turns):
    asked = turned(path)
    assert len(asked) >= 4
    for key in asked:
        assert turns[key] is None, f"{key}: {turns[key][2]}"


def test_what_a_turned_number_reaches():
    """The choice of cells itself, on a lecture small enough to see through."""
    lecture = Lecture.__new__(Lecture)
    lecture.code = ["n = 3", "k = 2", "f(x) = k * x", "m = f(1)", "n + 1", "j = 5", "k - j"]
    assert lecture.affected_by(1, "k") == [1, 2, 3, 5, 6]
    assert lecture.affected_by(0, "n") == [0, 4]
    assert MARK.search("η = 0.02      # turn this number: 0.005 … 0.06").groupdict() == {
        "name": "η", "value": "0.02", "low": "0.005", "high": "0.06"}

"""The lectures' assertions notice when the mathematics is broken.

Tests/Mutations/NN-name.txt breaks notebooks/NN-name.ipynb: each entry replaces one text in the code of one section, and an
assertion of that section must fail then. What the section does not need of the earlier ones is left out, unless it does
not pass without.
"""

import pytest
from mutations import LECTURES, ROOT, Lecture, mutations, run

FOLDER = ROOT / "Tests" / "Mutations"


def id_of(mutation):
    return f"{mutation.section} {mutation.what}"


lectures = {path.stem: Lecture(path) for path in LECTURES}
MUTATIONS = [mutation for file in sorted(FOLDER.glob("*.txt"))
             for mutation in mutations(file.read_text(encoding="utf-8"), file.stem)]
ROWS = [(stem, row) for stem, lecture in lectures.items() for row in lecture.rows]


@pytest.fixture(scope="module")
def runs(request, tmp_path_factory):
    """For each mutation that was asked for the cells it ran with, and what failed with it and without it."""
    folder = tmp_path_factory.mktemp("mutations")
    asked = [item.callspec.params["mutation"] for item in request.session.items
             if item.originalname == "test_an_assertion_notices" and item.module is request.module]
    # What does not fit its lecture is told by its own test.
    broken = {}
    for mutation in asked:
        try:
            broken[mutation] = lectures[mutation.lecture].mutated(mutation)
        except (AssertionError, KeyError):
            continue
    sections = {(mutation.lecture, mutation.section) for mutation in broken}
    places = {key: lectures[key[0]].needed_by(key[1]) for key in sections}

    def unmutated(keys):
        return {key: lectures[key[0]].copy(lectures[key[0]].code, places[key]) for key in sorted(keys)}

    control = run(unmutated(sections), folder / "needed")
    whole = [key for key in sections if control[key]]
    places.update({key: lectures[key[0]].up_to(key[1]) for key in whole})
    control.update(run(unmutated(whole), folder / "whole"))
    mutated = run(
        {mutation: lectures[mutation.lecture].copy(code, places[mutation.lecture, mutation.section])
         for mutation, code in broken.items()}, folder / "mutated")
    return {mutation: (places[key], control[key], mutated[mutation])
            for mutation in broken for key in [(mutation.lecture, mutation.section)]}


@pytest.mark.parametrize("stem, row", ROWS, ids=[row for _, row in ROWS])
def test_row_is_broken_somewhere(stem, row):
    assert any((mutation.lecture, mutation.section) == (stem, row) for mutation in MUTATIONS), (
        f"no entry of Tests/Mutations/{stem}.txt breaks {row}")


@pytest.mark.parametrize("mutation", MUTATIONS, ids=id_of)
def test_an_assertion_notices(mutation, runs):
    assert mutation.lecture in lectures, f"no lecture notebooks/{mutation.lecture}.ipynb"
    lecture = lectures[mutation.lecture]
    lecture.mutated(mutation)
    places, control, failure = runs[mutation]
    assert control is None, f"{mutation.section} does not pass as it is:\n{control[2]}"
    assert failure, f"survived: {id_of(mutation)}, “{mutation.new}” for “{mutation.old}”"
    place, kind, report = failure
    assert kind == "AssertionError", f"no assertion noticed, but a {kind}:\n{report}"
    assert places[place] in lecture.sections[mutation.section], f"noticed before the section:\n{report}"


def test_what_is_found_in_a_lecture():
    """The cutting itself, on a lecture small enough to see through."""
    lecture = Lecture.__new__(Lecture)
    lecture.stem = "00-small"
    lecture.code = ["n = 3", "unused(x) = n * x", "f(x; k = 1) = k * x^n", "n, m = 2, 1\n@assert f(m) == 1", "@assert n == 2"]
    lecture.sections = {None: [0, 1], "0.1": [2, 3], "0.2": [4]}
    assert lecture.up_to("0.1") == [0, 1, 2, 3]
    assert lecture.needed_by("0.1") == [0, 2, 3]
    # The cell that assigned n, and with it all that this cell needs.
    assert lecture.needed_by("0.2") == [0, 2, 3, 4]
    [mutation] = mutations("0.1 the power\n- k * x^n\n+ k * x\n", "00-small")
    assert lecture.mutated(mutation)[2] == "f(x; k = 1) = k * x"
    with pytest.raises(AssertionError, match="occurs 2 times"):
        lecture.mutated(mutation._replace(old="n"))
    with pytest.raises(AssertionError, match="occurs 0 times"):
        lecture.mutated(mutation._replace(old="unused"))
    with pytest.raises(AssertionError, match="heading"):
        mutations("0.1 nothing replaced\n- a\n", "00-small")

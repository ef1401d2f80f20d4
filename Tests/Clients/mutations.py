"""Lectures cut into sections, and the entries of Tests/Mutations that break one of them."""

import collections
import os
import pathlib
import re
import subprocess
import xml.etree.ElementTree

import nbformat

ROOT = pathlib.Path(__file__).parents[2]
LECTURES = sorted((ROOT / "notebooks").glob("[0-9][0-9]-*.ipynb"))
# Seconds for a cell that a changed number sends round for ever.
TIMEOUT = 120

# What one entry replaces in the section's code.
Mutation = collections.namedtuple("Mutation", "lecture section what old new")

HEADING = re.compile(r"^## (?:(\d+\.\d+) )?.*$", re.MULTILINE)
ENTRY = re.compile(r"(?P<section>\d+\.\d+) (?P<what>.+)\n- (?P<old>.+)\n\+ ?(?P<new>.*)")


def mutations(text, lecture):
    """The entries of one file, each a heading line, a line `- old` and a line `+ new`."""
    found = []
    for entry in re.split(r"\n\s*\n", text.strip()):
        match = ENTRY.fullmatch(entry)
        assert match, f"{lecture}: not a heading, a line “- …” and a line “+ …”:\n{entry}"
        found.append(Mutation(lecture, **match.groupdict()))
    return found


class Lecture:
    """A notebook whose code cells know their sections."""

    def __init__(self, path, keep=lambda cell: True):
        """`keep` says which code cells count."""
        self.stem = path.stem
        self.notebook = nbformat.read(path, as_version=4)
        # A section is where its code cells stand among all code cells; those before the first heading are of None.
        self.code = []
        # The metadata of each: a cell that shows an error says so there.
        self.metadata = []
        self.sections = {}
        section = None
        for cell in self.notebook.cells:
            if cell.cell_type == "markdown":
                for heading in HEADING.finditer(cell.source):
                    section = heading[1]
                    if section:
                        self.sections.setdefault(section, [])
            elif cell.cell_type == "code" and cell.source.strip() and keep(cell):
                self.sections.setdefault(section, []).append(len(self.code))
                self.code.append(cell.source)
                self.metadata.append(cell.metadata)

    @property
    def rows(self):
        return [section for section in self.sections if section]

    def mutated(self, mutation):
        """The code with the entry's replacement."""
        places = self.sections.get(mutation.section)
        assert places, f"{self.stem} has no section {mutation.section} with code"
        count = sum(self.code[place].count(mutation.old) for place in places)
        assert count == 1, f"{mutation.section}: “{mutation.old}” occurs {count} times in the section's code, not once"
        code = list(self.code)
        for place in places:
            code[place] = code[place].replace(mutation.old, mutation.new)
        return code

    def up_to(self, section):
        """All cells down to the section's last."""
        return list(range(self.sections[section][-1] + 1))

    def needed_by(self, section):
        """The section's cells, and of those before it the ones that last assigned a name that is still needed."""
        kept = list(self.sections[section])
        names = set().union(*(uses(self.code[place]) for place in kept))
        for place in reversed(range(kept[0])):
            assigned = assigns(self.code[place])
            if assigned & names:
                kept.insert(0, place)
                names = (names - assigned) | uses(self.code[place])
        return kept

    def affected_by(self, place, name):
        """The cells that a name assigned in one cell reaches, and those that these need."""
        reached, names = [place], {name} | assigns(self.code[place])
        for later in range(place + 1, len(self.code)):
            if uses(self.code[later]) & names:
                reached.append(later)
                names |= assigns(self.code[later])
        kept, needed = set(reached), set().union(*(uses(self.code[at]) for at in reached))
        # Until nothing is added: what a function calls may be defined below it.
        while more := [at for at in range(reached[-1]) if at not in kept and assigns(self.code[at]) & needed]:
            kept.update(more)
            needed = needed.union(*(uses(self.code[at]) for at in more))
        return sorted(kept)

    def copy(self, code, places):
        """A notebook of these cells."""
        return nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(code[place], metadata=self.metadata[place]) for place in places],
            metadata=self.notebook.metadata)


NAME = re.compile(r"[^\W\d]\w*[\u0300-\u036f]*")
# `function f(`, `f(x; k = 1) =`, and `a, b.c, d[1] =` with or without an operator.
DEFINITIONS = [
    re.compile(r"^function\s+(\w+)", re.MULTILINE),
    re.compile(r"^([^\W\d]\w*)\(.*\)\s*=(?!=)", re.MULTILINE),
    re.compile(r"^([^\W\d][^=()\n]*?)\s*[-+*/^]?=(?!=)", re.MULTILINE),
]


def uses(source):
    """Every name that occurs in a cell."""
    return set(NAME.findall(source))


def assigns(source):
    """The names that a cell gives a value or a definition, on a line that is not indented."""
    found = set()
    for pattern in DEFINITIONS:
        for targets in pattern.findall(source):
            found |= {NAME.match(target.strip())[0] for target in targets.split(",") if NAME.match(target.strip())}
    return found


def run(notebooks, folder):
    """Runs many at once; for each what failed, as (place among the cells, kind, report), or None."""
    if not notebooks:
        return {}
    folder.mkdir()
    files = {}
    for key, notebook in notebooks.items():
        files[folder / f"{len(files)}.ipynb"] = key
        nbformat.write(notebook, list(files)[-1])
    report = folder / "report.xml"
    # A processor each: what a lecture computes does not depend on the number of threads.
    result = subprocess.run(
        ["nabla", "run", *map(str, files), "--jobs", str(os.cpu_count()), "--timeout", str(TIMEOUT), "--junit", str(report)],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, env={**os.environ, "NABLA_THREADS": "1"})
    assert result.returncode in (0, 1), result.stderr
    suites = list(xml.etree.ElementTree.parse(report).getroot())
    assert len(suites) == len(files), result.stderr
    found = {}
    for key, suite in zip(files.values(), suites):
        found[key] = None
        for place, case in enumerate(suite):
            for failure in case:
                found[key] = (place, failure.get("type"), failure.text)
    return found

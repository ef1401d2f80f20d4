"""Explorables in a browser: controls move the states, by keyboard and by hand, and what they show is what Nabla gives."""

import base64
import gzip
import html
import json
import pathlib
import re
import shutil
import subprocess

import pytest
from test_command import nabla, notebook

CODE = [
    "f(x, y) = (1 - x)² + 8(y - x²)²\n"
    "explore(β -> descent(f, descend(f, [-1.2, 1]; method = momentum(rate = 0.002, β = β), steps = 80)); β = 0..0.9)",
    "explore((n, wave) -> wave == \"sine <b>\" ? n : -n; n = 1:4, wave = (\"sine <b>\", \"<img src=x onerror=ran=1>\"), start = (n = 2,))",
    "explore((x, on) -> on ? √x : error(\"<i>off</i>\"); x = 0..1, on = true, steps = 4)",
    "save(\"own.html\", explore(k -> k²; k = 1:5))",
]

# Moves the controls of the page in the frame and tells what it shows then.
HOST = """<!doctype html><meta charset="utf-8"><body><iframe name="page" width="1000" height="900" srcdoc="%s"></iframe><script>
const wait = (time) => new Promise((done) => setTimeout(done, time));
addEventListener("load", async () => {
  const page = document.querySelector("iframe").contentDocument;
  const roots = [...page.querySelectorAll(".nabla-explore")];
  for (let k = 0; k < 100 && roots.some((root) => !root.dataset.live || !root.querySelector("input, select")); k++) await wait(20);
  const seen = (root) => {
    const [image, words] = [root.querySelector("img"), root.querySelector(".nabla-state pre")];
    const isPicture = image && !image.hidden;
    return isPicture ? {alt: image.alt, width: image.width, height: image.height, src: image.src.slice(0, 30)} : {text: words.textContent};
  };
  const found = [];
  for (const root of roots) {
    const states = [];
    const controls = [...root.querySelectorAll("input, select")];
    const note = root.querySelector(".nabla-note");
    const set = (control, value) => {
      if (control.type === "checkbox") control.checked = value; else control.value = value;
      control.dispatchEvent(new Event("input"));
      control.dispatchEvent(new Event("change"));
      states.push([String(value), seen(root), controls.map((c) => c.getAttribute("aria-valuetext"))]);
    };
    states.push(["start", seen(root), []]);
    for (const control of controls) {
      if (control.type === "range") for (const value of [control.max, 1, 0]) set(control, value);
      if (control.type === "text") { set(control, "0,3"); set(control, "nonsense"); set(control, "1e9"); }
      if (control.type === "checkbox") { set(control, false); set(control, true); }
      if (control.tagName === "SELECT") for (const option of [...control.options]) set(control, option.value);
    }
    found.push({states, note: note.hidden, labels: controls.map((c) => c.getAttribute("aria-label")),
      options: [...root.querySelectorAll("option")].map((option) => option.textContent), elements: root.querySelectorAll("b, i").length});
  }
  document.body.textContent = JSON.stringify({
    found, ran: !!(window.ran || frames[0] && frames[0].ran),
    fetched: performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => !name.startsWith("data:")),
  });
});
</script>"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explore")
    path = notebook(folder / "explore.ipynb", *CODE)
    result = nabla("run", path, "--html", folder / "page.html", "--output", folder / "done.ipynb")
    assert result.returncode == 0, result.stderr
    return folder


def moved(page, folder):
    """What the page shows as its controls move."""
    host = folder / "host.html"
    host.write_text(HOST % html.escape(page, quote=True), encoding="utf-8")
    result = subprocess.run(
        [shutil.which("chromium"), "--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000",
         f"--user-data-dir={folder / 'profile'}", "--dump-dom", host.as_uri()],
        capture_output=True, text=True, timeout=120)
    return json.loads(html.unescape(re.search(r"<body>(.*)</body>", result.stdout, re.DOTALL)[1]))


@pytest.fixture(scope="module")
def found(pages):
    return moved((pages / "page.html").read_text(encoding="utf-8"), pages)


def test_nothing_is_fetched_and_nothing_else_runs(found):
    assert found["fetched"] == [] and not found["ran"]
    assert [root["note"] for root in found["found"]] == [True] * 3
    assert [root["elements"] for root in found["found"]] == [0] * 3


def test_a_descent(found, pages):
    states = found["found"][0]["states"]
    shown = {value: (picture, aria) for value, picture, aria in states}
    assert "β = 0)" in shown["start"][0]["alt"]
    last = next(value for value in shown if value.isdigit() and int(value) > 10)
    assert "β = 0.9)" in shown[last][0]["alt"] and shown[last][1][0] == "β = 0.9"
    assert "β = 0.3)" in shown["0,3"][0]["alt"] == shown["nonsense"][0]["alt"]
    assert "β = 0.9)" in shown["1e9"][0]["alt"]
    # The picture never changes its size.
    assert len({(picture["width"], picture["height"]) for _, picture, _ in states}) == 1
    assert all(picture["src"].startswith("data:image/svg+xml") for _, picture, _ in states)
    assert found["found"][0]["labels"] == ["β", "β, as a number"]
    # The numbers in the picture are those that Nabla gives there.
    program = pages / "one.nabla"
    program.write_text(
        "f(x, y) = (1 - x)² + 8(y - x²)²\n"
        "display(descent(f, descend(f, [-1.2, 1]; method = momentum(rate = 0.002, β = 0.3), steps = 80)))\n",
        encoding="utf-8")
    assert shown["0,3"][0]["alt"] in nabla("run", program).stdout


def test_menus_boxes_and_markup(found):
    second, third = found["found"][1:]
    assert second["options"] == ["sine <b>", "<img src=x onerror=ran=1>"]
    assert second["states"][0][1] == {"text": "2"}
    assert [state[1]["text"] for state in second["states"][1:4]] == ["4", "2", "1"]
    assert second["states"][-1][1] == {"text": "-4"}
    assert third["states"][0][1] == {"text": "0"}
    off = [state for state in third["states"] if state[0] == "false"]
    assert off[0][1] == {"text": "ValueError: <i>off</i>"}


def test_a_page_of_its_own(pages):
    page = (pages / "own.html").read_text(encoding="utf-8")
    assert "script-src 'sha256-" in page and "default-src 'none'" in page
    found = moved(page, pages)
    assert [state[1]["text"] for state in found["found"][0]["states"][:4]] == ["1", "25", "4", "1"]


def states(notebook):
    """(cell, SVGs of its states) of every explorable in a notebook's outputs that shows figures."""
    for number, cell in enumerate(json.loads(notebook.read_text(encoding="utf-8"))["cells"]):
        for output in cell.get("outputs", []):
            packed = re.search(r'class="nabla-states(?: nabla-computed)?" type="text/plain">([^<]*)<', "".join(output.get("data", {}).get("text/html", "")))
            if not packed:
                continue
            data = json.loads(gzip.decompress(base64.b64decode(packed[1])))
            svgs = []
            for state in data["states"]:
                lines, at = [], 0
                for start, count, new in state["edits"]:
                    lines += data["base"][state["kind"]][at:start] + new
                    at = start + count
                if state["kind"] == "svg":
                    svgs.append(lines + data["base"]["svg"][at:])
            if svgs:
                yield number + 1, svgs


def ground(svg):
    """What stands still while states change: the card, the frames, the axes and their numbers."""
    return [
        re.sub(r' class="[^"]*"', "", line) for line in svg
        if line.startswith("<svg") or "#8c959f" in line and 'stroke-width="0.8"' not in line or "#e8ebef" in line
        or line.startswith("<text") and "#57606a" in line and 'font-size="11" text-anchor' in line]


def test_frames_of_the_gallery_stand_still(tmp_path):
    cells = json.loads((pathlib.Path(__file__).parents[2] / "notebooks/gallery.ipynb").read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells
            if cell["cell_type"] == "code" and cell["id"].startswith("gallery-explore")]
    result = nabla("run", notebook(tmp_path / "gallery.ipynb", *code), "--output", tmp_path / "done.ipynb")
    assert result.returncode == 0, result.stderr
    found = list(states(tmp_path / "done.ipynb"))
    assert len(found) >= 8
    for cell, svgs in found:
        first = ground(svgs[0])
        assert len(first) > 5 and len(svgs) > 3
        for other in svgs[1:]:
            assert ground(other) == first, f"the explorable of cell {cell} moves"


def test_check_compares_the_states(pages):
    agrees = nabla("check", pages / "done.ipynb")
    assert agrees.returncode == 0, agrees.stdout + agrees.stderr
    text = (pages / "done.ipynb").read_text(encoding="utf-8")
    changed = pages / "changed.ipynb"
    changed.write_text(text.replace("? n : -n", "? n : -2n"), encoding="utf-8")
    differs = nabla("check", changed)
    assert differs.returncode == 1
    assert "the state at n = 1, wave = <img" in differs.stdout + differs.stderr

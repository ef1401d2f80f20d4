"""The texts of figures as a browser lays them out: none leaves the canvas, none covers another.

The figures' own widths are estimates; Chromium measures what a reader sees. Looked at are the committed snapshots and
every figure in the outputs of the notebooks, in the light and in the dark theme.
"""

import html
import json
import os
import pathlib
import re
import shutil
import subprocess
from xml.etree import ElementTree

import nbformat
import pytest

ROOT = pathlib.Path(__file__).parents[2]
# What a box of letters is taller than what is seen of them, at either end.
AIR = 0.22
# Pixels by which boxes may touch.
TOLERANCE = 1.0

MEASURE = """
<script>
const found = [];
for (const figure of document.querySelectorAll("div.figure")) {
  const svg = figure.querySelector("svg");
  const canvas = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")].map((text) => {
    const box = text.getBoundingClientRect();
    return {text: text.textContent, left: box.left - canvas.left, top: box.top - canvas.top,
            right: box.right - canvas.left, bottom: box.bottom - canvas.top,
            ink: getComputedStyle(text).fill};
  });
  found.push({name: figure.dataset.name, width: canvas.width, height: canvas.height, texts,
              card: getComputedStyle(svg.querySelector(":scope > rect")).fill});
}
document.body.textContent = JSON.stringify(found);
</script>
"""


# What must be found, so that finding nothing means something.
PLANTED = """<svg height="50" width="100" xmlns="http://www.w3.org/2000/svg"><rect fill="#ffffff" height="50" width="100"/>
<text x="10" y="20">one</text><text x="20" y="20">two</text><text x="95" y="40">three</text></svg>"""


def figures():
    """(name, svg) of every figure there is."""
    for file in sorted((ROOT / "Tests/FiguresTests/Snapshots").glob("*.svg")):
        yield file.stem, file.read_text(encoding="utf-8")
    for file in sorted([*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "notebooks/solutions").glob("*.ipynb")]):
        notebook = nbformat.read(file, as_version=4)
        for number, cell in enumerate(notebook.cells):
            for place, output in enumerate(cell.get("outputs", [])):
                svg = output.get("data", {}).get("image/svg+xml")
                if svg:
                    yield f"{file.parent.name}/{file.stem} cell {number + 1}.{place + 1}", "".join(svg)


@pytest.fixture(scope="module", params=["light", "dark"])
def measured(request, tmp_path_factory):
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert browser, "these tests need Chromium: apt-get install chromium"
    page = tmp_path_factory.mktemp("figures") / "figures.html"
    parts = ["<!doctype html><meta charset='utf-8'><body>"]
    for name, svg in [("planted", PLANTED), *figures()]:
        parts.append(f"<div class='figure' data-name='{html.escape(name, quote=True)}'>{svg}</div>")
    page.write_text("\n".join(parts) + MEASURE, encoding="utf-8")
    options = ["--blink-settings=preferredColorScheme=0"] if request.param == "dark" else []
    answer = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000", *options,
         "--dump-dom", page.as_uri()],
        capture_output=True, text=True, timeout=300, check=True).stdout
    body = re.search(r"<body>(.*)</body>", answer, re.S).group(1)
    return request.param, json.loads(html.unescape(body))


def seen(box):
    """The part of a box where letters are."""
    height = box["bottom"] - box["top"]
    return {**box, "top": box["top"] + AIR * height, "bottom": box["bottom"] - AIR * height}


def leaving(figure):
    """The texts that are not wholly on the canvas."""
    return [
        f"{figure['name']}: “{box['text']}” at {box['left']:.0f}…{box['right']:.0f} of {figure['width']:.0f}"
        for box in map(seen, (box for box in figure["texts"] if box["text"].strip()))
        if box["left"] < -TOLERANCE or box["top"] < -TOLERANCE or box["right"] > figure["width"] + TOLERANCE
        or box["bottom"] > figure["height"] + TOLERANCE
    ]


def collisions(figure):
    """The pairs of texts that cover each other."""
    found = []
    boxes = sorted((seen(box) for box in figure["texts"] if box["text"].strip()), key=lambda box: box["left"])
    for index, a in enumerate(boxes):
        for b in boxes[index + 1:]:
            if b["left"] >= a["right"] - TOLERANCE:
                break
            if min(a["bottom"], b["bottom"]) - max(a["top"], b["top"]) > TOLERANCE:
                found.append(f"{figure['name']}: “{a['text']}” and “{b['text']}”")
    return found


def test_what_is_planted_is_found(measured):
    planted, *others = measured[1]
    assert len(leaving(planted)) == 1 and len(collisions(planted)) == 1
    assert len(others) > 30


def test_no_text_leaves_the_canvas(measured):
    wrong = [line for figure in measured[1][1:] for line in leaving(figure)]
    assert not wrong, "\n".join(wrong)


def test_no_texts_collide(measured):
    wrong = [line for figure in measured[1][1:] for line in collisions(figure)]
    assert not wrong, "\n".join(wrong)


def channels(colour):
    return [int(value) / 255 for value in re.findall(r"\d+", colour)[:3]]


def luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_card_follows_the_theme(measured):
    theme, found = measured
    for figure in found[1:]:
        assert (luminance(figure["card"]) > 0.5) == (theme == "light"), figure["name"]


# What is in a file

# The namespaces of elements and links.
SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
LARGEST = 250_000


def dangers(svg):
    """What a figure must not have: scripts, handlers, foreign content, references to anything outside the file."""
    for element in ElementTree.fromstring(svg).iter():
        name = element.tag.removeprefix(SVG)
        if name in ("script", "foreignObject", "use", "a", "iframe", "link") or not element.tag.startswith(SVG):
            yield f"<{name}>"
        for key, value in element.attrib.items():
            key = key.removeprefix(XLINK)
            if key == "href":
                reaches = not value.startswith("data:image/png;base64,")
            else:
                reaches = re.search(r"url\((?!#)|javascript:|//", value)
            if reaches or key == "style" or key.startswith("on"):
                yield f"<{name} {key}={value[:40]!r}>"
        if name == "style" and re.search(r"@import|url\(", element.text or ""):
            yield "a style that reaches outside"


def test_what_is_dangerous_is_found():
    for planted in ('<script/>', '<rect onload="x"/>', '<image href="https://example.org/a.png"/>', '<foreignObject/>',
                    '<rect fill="url(https://example.org/a.svg#b)"/>', '<style>@import "a.css"</style>'):
        assert list(dangers(f'<svg xmlns="http://www.w3.org/2000/svg">{planted}</svg>')), planted
    assert not list(dangers(PLANTED))


def test_every_figure_is_valid_small_and_keeps_to_itself():
    count = 0
    for name, svg in figures():
        assert not list(dangers(svg)), (name, list(dangers(svg)))
        assert len(svg.encode()) <= LARGEST, f"{name}: {len(svg.encode())} bytes"
        count += 1
    assert count > 130


# Bytes


def ran(folder, threads):
    """The figures of the gallery as a process draws them: their SVG by cell."""
    folder.mkdir()
    shutil.copy(ROOT / "notebooks/gallery.ipynb", folder)
    subprocess.run(
        ["nabla", "run", "gallery.ipynb", "--inplace"], cwd=folder, check=True, timeout=600,
        env={**os.environ, "NABLA_THREADS": threads})
    notebook = nbformat.read(folder / "gallery.ipynb", as_version=4)
    return {
        f"cell {number + 1}.{place + 1}": "".join(output.data["image/svg+xml"])
        for number, cell in enumerate(notebook.cells)
        for place, output in enumerate(cell.get("outputs", []))
        if "image/svg+xml" in output.get("data", {})
    }


def test_the_gallery_has_the_same_bytes_on_two_runs_and_any_number_of_threads(tmp_path):
    first, again, single = ran(tmp_path / "a", "4"), ran(tmp_path / "b", "4"), ran(tmp_path / "c", "1")
    assert len(first) >= 45
    assert first.keys() == again.keys() == single.keys()
    for name, svg in first.items():
        assert svg == again[name], f"{name}: another run"
        assert svg == single[name], f"{name}: one thread"
        assert not list(dangers(svg)), name
        assert len(svg.encode()) <= LARGEST, name


LARGE = """
seed(3)
A = randn(300, 300)
save("plot.svg", plot(cumsum(randn(20000))))
save("scatter.svg", scatter(randn(5000), randn(5000)))
save("heatmap.svg", heatmap(A * Aᵀ))
save("hist.svg", hist(flatten(A)))
save("field.svg", field((x, y) -> (y, -x), -1..1, -1..1))
"""


def test_large_data_has_the_same_bytes_and_stays_small(tmp_path):
    found = []
    for name, threads in (("a", "4"), ("b", "4"), ("c", "1")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "large.nabla").write_text(LARGE, encoding="utf-8")
        subprocess.run(
            ["nabla", "run", "large.nabla"], cwd=folder, check=True, timeout=300,
            env={**os.environ, "NABLA_THREADS": threads})
        found.append({file.name: file.read_bytes() for file in folder.glob("*.svg")})
    assert len(found[0]) == 5 and found[0] == found[1] == found[2]
    assert all(len(svg) <= LARGEST for svg in found[0].values())

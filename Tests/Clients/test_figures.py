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
    for file in sorted((ROOT / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(file, as_version=4)
        for number, cell in enumerate(notebook.cells):
            for place, output in enumerate(cell.get("outputs", [])):
                svg = output.get("data", {}).get("image/svg+xml")
                if svg:
                    yield f"{file.stem} cell {number + 1}.{place + 1}", "".join(svg)


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
        for box in map(seen, figure["texts"])
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


# Bytes

TEN = """
seed(3)
A = randn(300, 300)
f(x, y) = (1 - x)^2 + 100 * (y - x^2)^2
way = descend(f, (-1.2, 1); method = adam(rate = 0.1), steps = 200)
L(θ; X) = sum(tanh(tanh(X * θ.A) * θ.B)²)
θ = (A = randn(40, 40), B = randn(40, 3))
X = randn(200, 40)
save("plot.svg", plot(cumsum(randn(20000))))
save("scatter.svg", scatter(randn(5000), randn(5000)))
save("hist.svg", hist(flatten(A)))
save("heatmap.svg", heatmap(A * Aᵀ))
save("contour.svg", contour(f, -2..2, -1..3))
save("field.svg", field((x, y) -> (y, -x), -1..1, -1..1))
save("descent.svg", descent(f, way; animate = true))
save("source.svg", gradflow(L, θ; X))
save("graph.svg", gradflow(L, θ; X, view = "graph"))
save("grid.svg", [plot(A[1]) bars([3, 1, 2]); image(abs(A[1:28, 1:28])) spectrum(A[1:40, 1:40])])
"""


def saved(folder, threads):
    """The bytes of ten figures that a process saved."""
    folder.mkdir()
    (folder / "ten.nabla").write_text(TEN, encoding="utf-8")
    subprocess.run(
        ["nabla", "run", "ten.nabla"], cwd=folder, check=True, timeout=300,
        env={**os.environ, "NABLA_THREADS": threads})
    return {file.name: file.read_bytes() for file in folder.glob("*.svg")}


def test_the_same_bytes_on_two_runs_and_any_number_of_threads(tmp_path):
    first, again, single = saved(tmp_path / "a", "4"), saved(tmp_path / "b", "4"), saved(tmp_path / "c", "1")
    assert len(first) == 10
    for name, svg in first.items():
        assert svg == again[name], f"{name}: another run"
        assert svg == single[name], f"{name}: one thread"
        assert len(svg) < 250_000, name

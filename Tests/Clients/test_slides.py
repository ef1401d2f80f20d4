"""Notebooks as pages that present, in a browser without a network: keys and touch move, notes show, paper has all views.

The page stands in a frame of one that presses its keys and looks at it after each.
"""

import html
import json
import re
import shutil
import subprocess

import html5lib
import nbformat
import pytest
from test_command import nabla, notebook

HOST = """<!doctype html><meta charset="utf-8"><body><iframe width="1280" height="720" srcdoc="%s"></iframe><script>
addEventListener("load", () => {
  const frame = document.querySelector("iframe").contentWindow;
  const page = frame.document;
  const seen = (element) => element.checkVisibility({ visibilityProperty: true });
  const look = () => ({
    views: [...page.querySelectorAll(".view")].map((view, place) => seen(view) ? place + 1 : 0).filter(Boolean),
    fragments: [...page.querySelectorAll(".fragment")].filter(seen).length,
    notes: [...page.querySelectorAll(".notes")].filter(seen).length,
    position: page.getElementById("position").textContent,
    figures: [...page.images].filter(seen).map((image) => [image.getBoundingClientRect().width, image.getBoundingClientRect().height, image.naturalWidth]),
  });
  const press = (key, more) => page.body.dispatchEvent(new frame.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
  const swipe = (from, to) => {
    const touch = (x) => new frame.Touch({ identifier: 1, target: page.body, clientX: x, clientY: 300 });
    page.body.dispatchEvent(new frame.TouchEvent("touchstart", { touches: [touch(from)], changedTouches: [touch(from)], bubbles: true }));
    page.body.dispatchEvent(new frame.TouchEvent("touchend", { touches: [], changedTouches: [touch(to)], bubbles: true }));
  };
  const acts = {
    begin: () => {}, right: () => press("ArrowRight"), left: () => press("ArrowLeft"), space: () => press(" "),
    back: () => press(" ", { shiftKey: true }), home: () => press("Home"), end: () => press("End"),
    s: () => press("s"), control: () => press("ArrowRight", { ctrlKey: true }), swipe: () => swipe(600, 300), swipeback: () => swipe(300, 600),
    click: () => page.getElementById("on").click(), link: () => { page.querySelector("a[href='#Last']").click(); },
    field: () => { const field = page.createElement("input"); page.querySelector(".current").append(field);
      field.dispatchEvent(new frame.KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true })); field.remove(); },
  };
  const found = %s.map((act) => { acts[act](); return look(); });
  document.body.textContent = JSON.stringify({
    found, ran: window.ran === true || frame.ran === true,
    fetched: frame.performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => !name.startsWith("data:")),
  });
});
</script>"""


def browser(*options):
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "these tests need Chromium: apt-get install chromium"
    return [program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=20000",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--touch-events=enabled", *options]


def typed(kind):
    return {"slideshow": {"slide_type": kind}}


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slides")
    path = notebook(folder / "a.ipynb", "plot(sin, 0..6)", "1 + 1")
    document = nbformat.read(path, as_version=4)
    document.cells[0].metadata.update(typed("subslide"))
    document.cells[1].metadata.update(typed("fragment"))
    hostile = "<script>parent.ran = true</script> <img src='x' onerror='parent.ran = true'> ![far](https://example.org/far.png)"
    document.cells.insert(0, nbformat.v4.new_markdown_cell("# First\n\n" + hostile, metadata=typed("slide")))
    document.cells.append(nbformat.v4.new_markdown_cell("To be *said*.", metadata=typed("notes")))
    document.cells.append(nbformat.v4.new_markdown_cell("Never", metadata=typed("skip")))
    document.cells.append(nbformat.v4.new_markdown_cell("# Last\n\n[to itself](#Last)", metadata=typed("slide")))
    nbformat.write(document, path)
    assert nabla("run", path, "--slides", folder / "a.html").returncode == 0
    return (folder / "a.html")


def shown(page, folder, *acts):
    host = folder / "host.html"
    host.write_text(HOST % (html.escape(page.read_text(encoding="utf-8")), json.dumps(acts)), encoding="utf-8")
    answer = subprocess.run(browser("--dump-dom", host.as_uri()), capture_output=True, text=True, timeout=120, check=True).stdout
    found = json.loads(html.unescape(re.search(r"<body>(.*)</body>", answer, re.S).group(1)))
    assert not found["ran"] and not found["fetched"]
    return found["found"]


def test_keys_move(page, tmp_path):
    acts = ["begin", "right", "right", "right", "right", "left", "home", "end", "back", "right", "control", "field", "home", "space", "click"]
    found = shown(page, tmp_path, *acts)
    steps = [(look["views"], look["fragments"]) for look in found]
    first, figure, more, last = ([1], 0), ([2], 0), ([2], 1), ([3], 0)
    assert steps == [first, figure, more, last, last, more, first, last, more, last, last, last, first, figure, more]
    assert found[0]["position"] == "1 / 3"


def test_touch_and_links_move(page, tmp_path):
    found = shown(page, tmp_path, "swipe", "swipeback", "swipeback", "end", "link")
    assert [look["views"] for look in found] == [[2], [1], [1], [3], [3]]


def test_notes_show_by_their_key(page, tmp_path):
    assert [look["notes"] for look in shown(page, tmp_path, "right", "s", "right", "home", "end", "left", "s")] == [0, 1, 1, 0, 0, 1, 0]


def test_figures_are_large(page, tmp_path):
    (width, height, natural), = shown(page, tmp_path, "right")[0]["figures"]
    assert natural and width > 1000 and height > 300


def test_paper_has_every_view(page, tmp_path):
    paper = tmp_path / "a.pdf"
    subprocess.run(browser(f"--print-to-pdf={paper}", "--no-pdf-header-footer", page.as_uri()), capture_output=True, timeout=120, check=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes())) == 3


def test_without_its_script_all_views_stand_there(page, tmp_path):
    text = page.read_text(encoding="utf-8")
    other = tmp_path / "still.html"
    # A policy that knows no script.
    other.write_text(re.sub(r"; script-src '[^']*'", "", text), encoding="utf-8")
    answer = subprocess.run(browser("--dump-dom", other.as_uri()), capture_output=True, text=True, timeout=120, check=True).stdout
    assert 'class="presenting"' not in answer and "To be" in answer and answer.count("<section") == 3
    assert "Never" not in answer


def test_the_markup_is_valid(page):
    text = page.read_text(encoding="utf-8")
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    document = parser.parse(text)
    assert not parser.errors, parser.errors[:3]
    identifiers = [element.get("id") for element in document.iter() if element.get("id") is not None]
    assert len(identifiers) == len(set(identifiers))


def test_slides_and_pages_go_to_their_folders(tmp_path):
    files = [notebook(tmp_path / f"{name}.ipynb", "1 + 1") for name in "ab"]
    assert nabla("run", *files, "--jobs", "2", "--slides", tmp_path / "slides", "--html", tmp_path / "pages").returncode == 0
    assert sorted(page.name for page in (tmp_path / "slides").iterdir()) == ["a.html", "b.html"]
    assert sorted(page.name for page in (tmp_path / "pages").iterdir()) == ["a.html", "b.html"]
    result = nabla("run", files[0], "--slides", tmp_path / "x.html", "--html", tmp_path / "x.html")
    assert result.returncode == 2 and "x.html" in result.stderr

"""Notebooks as pages, as a browser without a network lays them out: every formula, every figure, no overflow.

The pages are those of all notebooks, and one that holds what a text can get wrong. They are looked at in the width of a
desk and of a phone, in the light and in the dark theme.
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

# Sees each page in a frame of its own, whose width is that of a window.
HOST = """<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<body>%s<script>
addEventListener("load", () => {
  const found = {};
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument;
    const width = page.documentElement.clientWidth;
    const box = (element) => element.getBoundingClientRect();
    const scrolls = (element) => element && element !== page.body &&
      (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
    page.querySelectorAll("details").forEach((details) => details.open = true);
    found[frame.name] = {
      width, scrolled: page.documentElement.scrollWidth,
      wide: [...page.querySelectorAll("body *")]
        .filter((element) => box(element).right > width + 1 && !scrolls(element.parentElement))
        .map((element) => element.outerHTML.slice(0, 120)),
      formulas: [...page.querySelectorAll("math")].map((math) => [math.getAttribute("alttext"), box(math).width, box(math).height]),
      lengths: [...page.querySelectorAll("span.formula")].map((span) => [span.scrollWidth, span.clientWidth, span.textContent]),
      fraction: [...page.querySelectorAll("mfrac")].map((mfrac) => [...mfrac.children].map((part) => box(part).top)),
      errors: [...page.querySelectorAll("merror")].map((error) => error.textContent),
      pictures: [...page.images].map((image) => [image.alt, image.complete && image.naturalWidth, box(image).width]),
      anchors: [...page.querySelectorAll("a[href^='#']")]
        .filter((link) => !page.getElementById(decodeURIComponent(link.hash.slice(1)))).map((link) => link.hash),
      fetched: frame.contentWindow.performance.getEntriesByType("resource").map((entry) => entry.name)
        .filter((name) => !name.startsWith("data:")),
      ran: frame.contentWindow.ran === true || window.ran === true,
      background: getComputedStyle(page.body).backgroundColor, ink: getComputedStyle(page.body).color,
    };
  }
  document.body.textContent = JSON.stringify(found);
});
</script>"""

HOSTILE = r"""# What a page <b>must</b> bear

<script>parent.ran = ran = true</script> <img src="x" onerror="parent.ran = true">
[run](javascript:parent.ran=true) and ![far](https://example.org/far.png), $\frobnicate{x}$ and $\frac{1}{2}$.

$$\sum_{i=1}^{n} \left( \frac{a_i}{1 + \sqrt{b_i}} \right)^2 = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} + a + b + c + d + e + f + g + h + i + j + k$$

| a | long | table | with | many | columns | that | no | phone | is | wide | enough | for | as | they | are |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
| $x$ | longlong | longlong | longlong | longlong | longlong | longlong | longlong | longlong | longlong | 1 | 2 | 3 | 4 | 5 | 6 |

Averyveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryverylongwordthatdoesnotfit.
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A page, and what was said about it."""
    folder = tmp_path_factory.mktemp("hostile")
    path = notebook(folder / "hostile.ipynb", 'println("<script>parent.ran = true</script>")', "plot(sin, 0..6)", "[1, 2] * [3, 4]")
    document = nbformat.read(path, as_version=4)
    document.cells.insert(0, nbformat.v4.new_markdown_cell(HOSTILE))
    nbformat.write(document, path)
    result = nabla("run", path, "--html", folder / "page.html")
    assert result.returncode == 1
    return (folder / "page.html").read_text(encoding="utf-8"), result.stderr


@pytest.fixture(scope="module")
def pages(executed, hostile):
    """The text of each page by its name."""
    found = {page.stem: page.read_text(encoding="utf-8") for page in sorted(executed.pages.glob("*.html"))}
    assert set(found) == {path.stem for path in executed.notebooks.glob("*.ipynb")}
    return {"hostile": hostile[0], **found}


@pytest.fixture(scope="module", params=[(1280, "light"), (400, "dark")], ids=lambda value: f"{value[0]} {value[1]}")
def seen(request, pages, tmp_path_factory):
    width, theme = request.param
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert browser, "these tests need Chromium: apt-get install chromium"
    frames = "".join(
        f'<iframe name="{html.escape(name)}" width="{width}" height="800" srcdoc="{html.escape(text)}"></iframe>'
        for name, text in pages.items())
    host = tmp_path_factory.mktemp("pages") / "host.html"
    host.write_text(HOST % frames, encoding="utf-8")
    options = ["--blink-settings=preferredColorScheme=0"] if theme == "dark" else []
    answer = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=60000",
         "--host-resolver-rules=MAP * ~NOTFOUND", *options, "--dump-dom", host.as_uri()],
        capture_output=True, text=True, timeout=300, check=True).stdout
    found = json.loads(html.unescape(re.search(r"<body>(.*)</body>", answer, re.S).group(1)))
    assert list(found) == list(pages)
    return width, theme, found


def each(found, check):
    wrong = {name: check(page) for name, page in found.items()}
    assert not any(wrong.values()), {name: what for name, what in wrong.items() if what}


def test_nothing_overflows(seen):
    width, _, found = seen
    each(found, lambda page: page["wide"] if page["scrolled"] > width or page["width"] != width else [])


def test_formulas_are_laid_out(seen):
    found = seen[2]
    each(found, lambda page: [formula for formula in page["formulas"] if formula[1] < 3 or formula[2] < 5])
    # A numerator stands above its denominator only where MathML is understood.
    each(found, lambda page: [parts for parts in page["fraction"] if parts[0] >= parts[1]])
    assert sum(len(page["formulas"]) for page in found.values()) > 100
    assert sum(len(page["fraction"]) for page in found.values()) > 20


def test_formulas_of_the_course_are_understood(seen):
    for name, page in seen[2].items():
        assert page["errors"] == ([r"\frobnicate"] if name == "hostile" else []), name


def test_formulas_of_the_course_fit_on_a_desk(seen):
    width, _, found = seen
    if width < 1000:
        pytest.skip("a phone scrolls them")
    each({name: page for name, page in found.items() if name != "hostile"},
         lambda page: [length for length in page["lengths"] if length[0] > length[1]])


def test_figures_load(seen):
    found = seen[2]
    each(found, lambda page: [picture[0] for picture in page["pictures"] if not picture[1] or picture[2] < 50 or not picture[0]])
    assert sum(len(page["pictures"]) for page in found.values()) > 30


def test_links_on_the_page_lead_somewhere(seen):
    each(seen[2], lambda page: page["anchors"])


def test_nothing_is_fetched_and_nothing_runs(seen):
    each(seen[2], lambda page: page["fetched"] or page["ran"])


def test_the_page_follows_the_theme(seen):
    def brightness(colour):
        return sum(int(value) for value in re.findall(r"\d+", colour)[:3])

    _, theme, found = seen
    for name, page in found.items():
        assert (brightness(page["background"]) > brightness(page["ink"])) == (theme == "light"), name


def test_warnings_name_the_cell_and_the_command(hostile):
    warnings = [line for line in hostile[1].splitlines() if "warning" in line]
    assert len(warnings) == 2
    assert all("hostile.ipynb: text before cell [1]: " in line for line in warnings)
    assert r"\frobnicate is not known" in warnings[1]
    assert "https://example.org/far.png" in warnings[0]


def test_a_failed_run_has_its_page(hostile):
    page, errors = hostile
    assert "ShapeError" in errors
    assert 'class="error"' in page and "ShapeError" in page
    assert "&lt;script&gt;parent.ran" in page


def test_the_markup_is_valid(pages):
    for name, page in pages.items():
        assert page.startswith("<!DOCTYPE html>\n<html>")
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        document = parser.parse(page)
        assert not parser.errors, (name, parser.errors[:3])
        identifiers = [element.get("id") for element in document.iter() if element.get("id") is not None]
        assert len(identifiers) == len(set(identifiers)), name
        assert all(identifier and not re.search(r"\s", identifier) for identifier in identifiers), name


def test_several_pages_go_to_a_folder(tmp_path):
    files = [notebook(tmp_path / f"{name}.ipynb", "1 + 1") for name in "ab"]
    assert nabla("run", *files, "--jobs", "2", "--html", tmp_path / "pages").returncode == 0
    assert sorted(page.name for page in (tmp_path / "pages").iterdir()) == ["a.html", "b.html"]
    assert nabla("run", files[0], "--html", tmp_path / "pages").returncode == 0
    (tmp_path / "c").mkdir()
    other = notebook(tmp_path / "c" / "a.ipynb", "1")
    result = nabla("run", files[0], other, "--html", tmp_path / "pages")
    assert result.returncode == 2 and "a.html" in result.stderr

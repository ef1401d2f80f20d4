"""Explorables whose page computes what it shows between the states: the same digits, lines, marks and texts as Nabla's."""

import base64
import gzip
import html
import json
import random
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest
from test_command import nabla, notebook

VALLEY = "f(x, y) = (1 - x)² + 8(y - x²)²\nwindow = (-2..2, -1..3)\n"


class Case:
    """An explorable with numbers between its stops."""

    def __init__(self, function, ranges, *, before="", exact=True, computed=True):
        self.function, self.ranges, self.before, self.exact, self.computed = function, ranges, before, exact, computed
        self.places = []

    def explore(self):
        """With few stops: five of a slider, three of each of two."""
        ranges = ", ".join(f"{name} = {low}..{high}" for name, low, high in self.ranges)
        return f"{self.before}explore({self.function}; {ranges}, steps = {4 if len(self.ranges) == 1 else 2})"

    def references(self, stops):
        """The same with states at the places themselves, in the frame of all: those of one parameter at once."""
        names = [name for name, _, _ in self.ranges]
        lists = [[sorted({*map(float, own), *(place[i] for place in self.places)}) for i, own in enumerate(stops)]]
        if len(names) > 1:
            lists = [[sorted({*map(float, own), value}) for own, value in zip(stops, place)] for place in self.places]
        return [
            f"{self.before}explore({self.function}; " + ", ".join(f"{name} = {values}" for name, values in zip(names, one)) + ")"
            for one in lists]


def descent(method, start="(-1.2, 1)", steps=200, **more):
    extra = "".join(f", {name} = {value}" for name, value in more.items())
    return f"descent(f, descend(f, {start}; method = {method}, steps = {steps}){extra})"


FIGURES = {
    "momentum": Case("β -> " + descent("momentum(rate = 0.002, β = β)", "[-1.2, 1]", 80), [("β", 0, 0.9)], before=VALLEY),
    "converging": Case("β -> " + descent("momentum(rate = 0.01, β = β)", steps=2000, limits="window"), [("β", 0.3, 0.9)],
        before=VALLEY),
    "sgd": Case("r -> " + descent("sgd(rate = r)", limits="window"), [("r", 0.001, 0.03)], before=VALLEY),
    "nesterov": Case(
        "(r, β) -> " + descent("nesterov(rate = r, β = β)", steps=100, limits="window", title='"rate $r, β = $β <b>"'),
        [("r", 0.001, 0.006), ("β", 0.1, 0.8)], before=VALLEY),
    "adam": Case("r -> " + descent("adam(rate = r)", limits="window"), [("r", 0.01, 0.2)], before=VALLEY, exact=False),
    "start": Case("s -> " + descent("momentum(rate = 0.005)", "(s, 1)", limits="window", color='"blue"', width=3), [("s", -1, 1)], before=VALLEY),
    "path": Case(
        "a -> descend(f, (a, 1); method = sgd(rate = 0.05), steps = 60)", [("a", 0.5, 3)],
        before="f(x, y) = x² + 4 * y² + 1\n"),
    "waves": Case(
        "r -> " + descent("momentum(rate = r, β = 0.5)", "(1, 2)", 50, limits="window"), [("r", 0.01, 0.2)],
        before="window = (-3..3, -3..3)\nf(x, y) = exp(x / 4) + sin(y) * cos(x) + x² / 9\n", exact=False),
}
TEXTS = {
    "tuple": Case("k -> (k², √k, 1 / k - k, -k)", [("k", 1, 5)]),
    "number": Case("(a, b) -> a * b / (a + b)", [("a", 0.5, 7), ("b", 0, 1e6)]),
    "vector": Case("(a, b) -> [a, b, 100a * b, a / b]", [("a", 1, 2), ("b", 3, 4)]),
    "record": Case("x -> (half = x / 2, all = [x, x², 3])", [("x", -4, 4)]),
    "words": Case('a -> "a² is $(a^2) <b>, a = $a; $((a, 2a))"', [("a", 0, 1)], computed=False),
    "text": Case('a -> "a² is $(a^2) <b>, a = $a"', [("a", 0, 1)]),
    "loop": Case(
        "r -> begin\n  x = 1\n  for i in 1:30\n    x = x - r * (x^3 + x)\n  end\n  x\nend", [("r", 0, 0.5)]),
    "slope": Case("x -> (∇f(x), f(x))", [("x", 0.5, 2)], before="f(x) = x³ / (1 + √x)\n"),
    "functions": Case("x -> (exp(x), log(x), sin(x), tanh(x), x^2.5, atan(x))", [("x", 0.1, 3)], exact=False),
}
# What a page cannot compute: it has the states.
STATES = {
    "a surface that changes": Case(
        "c -> begin\n  h(x, y) = c * x² + y²\n  descent(h, descend(h, (2, 1); method = sgd(rate = 0.1), steps = 50))\nend",
        [("c", 1, 5)]),
    "a line search": Case("s -> descent(f, descend(f, (s, 1); method = linesearch(f), steps = 50))", [("s", -1, 1)], before=VALLEY),
    "random numbers": Case("a -> a * rand()", [("a", 0, 1)]),
    "a look at the digits": Case('a -> length("$a")', [("a", 0, 1)]),
    "two paths": Case(
        "r -> descent(f, descend(f, (0, 1); method = sgd(rate = r), steps = 9), descend(f, (1, 0); method = sgd(rate = r), steps = 9))",
        [("r", 0.01, 0.02)], before=VALLEY),
    "a path's numbers": Case(
        "r -> descend(f, (0, 1); method = sgd(rate = r), steps = 9).values[3]", [("r", 0.01, 0.02)], before=VALLEY),
    "halves of numbers": Case("r -> f32(r) * 2", [("r", 0, 1)]),
}
# Where a decision falls otherwise than at the start the nearest state is shown.
BRANCH = Case("x -> x > 0.52 ? 2x : -x", [("x", 0, 1)])

# Sets number fields and tells what is shown then.
HOST = """<!doctype html><meta charset="utf-8"><body><iframe name="page" width="1000" height="900" srcdoc="%s"></iframe><script>
const wanted = %s;
const wait = (time) => new Promise((done) => setTimeout(done, time));
addEventListener("load", async () => {
  const page = document.querySelector("iframe").contentDocument;
  const roots = [...page.querySelectorAll(".nabla-explore")];
  for (let k = 0; k < 200 && roots.some((root) => !root.dataset.live || !root.querySelector("input")); k++) await wait(20);
  const seen = (root) => {
    const [image, words] = [root.querySelector("img"), root.querySelector(".nabla-state pre")];
    const fields = [...root.querySelectorAll("input[type=text]")].map((field) => field.value);
    const sliders = [...root.querySelectorAll("input[type=range]")].map((slider) => [slider.value, slider.getAttribute("aria-valuetext")]);
    const between = root.dataset.between || "";
    return image && !image.hidden
      ? {fields, sliders, between, alt: image.alt, svg: decodeURIComponent(image.src.slice(image.src.indexOf(",") + 1))}
      : {fields, sliders, between, text: words.textContent};
  };
  const found = roots.map((root, k) => wanted[k].map((values) => {
    const fields = [...root.querySelectorAll("input[type=text]")];
    fields.forEach((field, i) => {
      field.value = String(values[i]);
      field.dispatchEvent(new Event("change"));
    });
    return seen(root);
  }));
  const sliders = roots.map((root) => {
    const slider = root.querySelector("input[type=range]");
    const key = (name, more = {}) => {
      const event = new KeyboardEvent("keydown", {key: name, bubbles: true, cancelable: true, ...more});
      slider.dispatchEvent(event);
      return event.defaultPrevented;
    };
    const states = [slider.step];
    slider.value = 1.37;
    slider.dispatchEvent(new Event("input"));
    states.push(seen(root));
    const stopped = [key("ArrowRight"), key("ArrowRight", {shiftKey: true}), key("a")];
    states.push(seen(root));
    slider.value = 1.37;
    slider.dispatchEvent(new Event("input"));
    key("ArrowLeft");
    states.push(seen(root));
    return {states, stopped};
  });
  document.body.textContent = JSON.stringify({found, sliders, ran: !!(window.ran || frames[0] && frames[0].ran)});
});
</script>"""


def chromium(page, wanted, folder):
    host = folder / "host.html"
    host.write_text(HOST % (html.escape(page, quote=True), json.dumps(wanted)), encoding="utf-8")
    result = subprocess.run(
        [shutil.which("chromium"), "--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=60000",
         f"--user-data-dir={folder / 'profile'}", "--dump-dom", host.as_uri()],
        capture_output=True, text=True, timeout=300)
    return json.loads(html.unescape(re.search(r"<body>(.*)</body>", result.stdout, re.DOTALL)[1]))


def explorable(bundle):
    packed = re.search(r'<script class="nabla-states[^>]*>([^<]*)<', "".join(bundle["text/html"]))[1]
    return json.loads(gzip.decompress(base64.b64decode(packed)))


def bundles(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell["outputs"][0]["data"] for cell in cells if cell["cell_type"] == "code"]


def run(folder, name, *cells, page=False):
    path = notebook(folder / f"{name}.ipynb", *cells)
    done = folder / f"{name}-done.ipynb"
    arguments = ["--html", folder / f"{name}.html"] if page else []
    result = subprocess.run(
        ["nabla", "run", path, "--output", done, *arguments], capture_output=True, text=True, timeout=600,
        stdin=subprocess.DEVNULL)
    assert result.returncode == 0, result.stderr + result.stdout
    return bundles(done)


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """For each case what the page shows at ten places, and what Nabla does."""
    folder = tmp_path_factory.mktemp("recompute")
    cases = {**FIGURES, **TEXTS, **STATES, "branch": BRANCH}
    dice = random.Random(14)
    for case in cases.values():
        case.places = [
            [round(low + (high - low) * dice.uniform(0.02, 0.98), 5) for _, low, high in case.ranges]
            for _ in range(10 if len(case.ranges) == 1 else 3)]
    BRANCH.places = [[0.11], [0.519], [0.5311], [0.887]]
    outputs = run(folder, "all", *[case.explore() for case in cases.values()], page=True)
    page = (folder / "all.html").read_text(encoding="utf-8")
    seen = chromium(page, [case.places for case in cases.values()], folder)
    data = {name: explorable(bundle) for name, bundle in zip(cases, outputs)}
    expected = {}
    for name in [*FIGURES, *TEXTS]:
        case = cases[name]
        here = run(folder, f"here-{name}", *case.references([parameter["stops"] for parameter in data[name]["parameters"]]))
        states = [explorable(bundle) for bundle in here]
        expected[name] = [state(states[min(k, len(states) - 1)], place) for k, place in enumerate(case.places)]
    return dict(
        seen=dict(zip(cases, seen["found"])), sliders=dict(zip(cases, seen["sliders"])), ran=seen["ran"], expected=expected,
        data=data, page=page, folder=folder)


def state(data, place):
    index = 0
    for parameter, value in zip(data["parameters"], place):
        index = index * len(parameter["stops"]) + [float(stop) for stop in parameter["stops"]].index(value)
    found = data["states"][index]
    lines = list(data["base"][found["kind"]])
    for start, count, new in reversed(found["edits"]):
        lines[start:start + count] = new
    return dict(alt=found["alt"], text="\n".join(lines))


def elements(svg):
    """The shapes and texts of a picture by their geometry and paint, without their classes."""
    found = []
    for element in ElementTree.fromstring(svg).iter():
        tag = element.tag.split("}")[1]
        if tag in ("path", "circle", "text"):
            kept = {name: value for name, value in element.attrib.items() if name != "class"}
            found.append((tag, tuple(sorted(kept.items())), element.text))
    return found


def axes(found):
    return {one for one in found if dict(one[1]).get("stroke") == "#8c959f" and dict(one[1]).get("stroke-width") is None}


def overlay(svg):
    return elements('<svg xmlns="http://www.w3.org/2000/svg">' + svg[svg.rindex("<style>"):])


def turns(drawn):
    """The moves of a drawn line after its first point, which stands where the frame puts it."""
    return [float(number) for number in re.findall(r"-?\d*\.?\d+", drawn[2:] if drawn.startswith("M") else drawn)][2:]


def is_drawn(line, lines):
    """Whether one of the lines has the same paint and the same moves, each to two tenths of a pixel: the frame of the
    reference may stand elsewhere, and both round to tenths."""
    paint, moves = (line.get("stroke"), line.get("stroke-width")), turns(line["d"])
    return any(
        (other.get("stroke"), other.get("stroke-width")) == paint and len(turns(other["d"])) == len(moves)
        and all(abs(a - b) < 0.25 for a, b in zip(moves, turns(other["d"])))
        for other in lines)


def dots(found, line):
    """How many round marks of each paint and size stand at the first point of a line: where it starts."""
    x, y = [float(number) for number in re.findall(r"-?\d*\.?\d+", line["d"])[:2]]
    circles = [dict(attributes) for tag, attributes, _ in found if tag == "circle"]
    return {(one.get("r"), one.get("fill"), one.get("stroke")) for one in circles
            if abs(float(one["cx"]) - x) < 0.25 and abs(float(one["cy"]) - y) < 0.25}


@pytest.mark.parametrize("name", FIGURES)
def test_a_descent_is_drawn_as_nabla_draws_it(shown, name):
    """With a state at the place itself the table's columns and the room for names may be wider, and with them the frame
    stands elsewhere: lines are compared by their moves, the table by its words."""
    assert "recomputed" in shown["data"][name]
    for place, seen, expected in zip(FIGURES[name].places, shown["seen"][name], shown["expected"][name]):
        assert seen["between"] == " ".join(str(value) for value in place), place
        # Every number that the picture stands for: how it ended, loss and gradient norm.
        assert seen["alt"] == expected["alt"], place
        assert "<desc id" in seen["svg"] and seen["alt"].replace("<", "&lt;").replace(">", "&gt;") in seen["svg"]
        drawn, nabla_draws = overlay(seen["svg"]), elements(expected["text"])
        lines = [dict(attributes) for tag, attributes, _ in nabla_draws if tag == "path"]
        mine = [dict(attributes) for tag, attributes, _ in drawn if tag == "path"]
        assert len(mine) >= 4
        # With a state at the place the axes of the curves may be others, and in these three the plane is smaller then.
        if axes(nabla_draws) != axes(elements(seen["svg"])):
            mine = [] if name in ("converging", "start", "waves") else mine[:2]
        # In the five others the way in the plane is always compared.
        assert len(mine) >= (0 if name in ("converging", "start", "waves") else 2)
        for line in mine:
            assert is_drawn(line, lines), (place, line["d"])
        if mine:
            assert dots(drawn, mine[0]) <= dots(nabla_draws, next(one for one in lines if is_drawn(mine[0], [one]))), place
        words = [text for tag, attributes, text in drawn if tag == "text" and dict(attributes).get("font-size") == "11"]
        there = {text for tag, _, text in nabla_draws if tag == "text"}
        assert len(words) >= 5 and set(words) <= there, (place, sorted(set(words) - there))


@pytest.mark.parametrize("name", TEXTS)
def test_text_between_the_states(shown, name):
    case = TEXTS[name]
    if not case.computed:
        assert "recomputed" not in shown["data"][name]
        return
    assert "recomputed" in shown["data"][name]
    for place, seen, expected in zip(case.places, shown["seen"][name], shown["expected"][name]):
        assert seen["between"] == " ".join(str(value) for value in place)
        if case.exact:
            assert seen["text"] == expected["text"], place
        else:
            numbers = [[float(x) for x in re.findall(r"-?[\d.]+(?:e-?\d+)?", one["text"])] for one in (seen, expected)]
            assert numbers[0] == pytest.approx(numbers[1], rel=1e-12, abs=0), place


@pytest.mark.parametrize("name", STATES)
def test_where_there_are_only_states(shown, name):
    data = shown["data"][name]
    assert "recomputed" not in data
    stops = data["parameters"][0]["stops"]
    assert shown["sliders"][name]["states"][0] == "1"
    for seen in shown["seen"][name]:
        assert seen["between"] == "" and seen["fields"][0] in stops


def test_another_decision_shows_the_nearest_state(shown):
    data, seen = shown["data"]["branch"], shown["seen"]["branch"]
    assert "recomputed" in data
    # The start is at 0, where the other branch is taken.
    assert [one["text"] for one in seen[:2]] == ["-0.11", "-0.519"]
    for place, one in zip(BRANCH.places[2:], seen[2:]):
        value = float(one["fields"][0])
        assert one["fields"][0] in data["parameters"][0]["stops"] and abs(value - place[0]) <= 0.125
        assert float(one["text"]) == (2 * value if value > 0.52 else -value) and one["between"] == ""


def test_the_slider_is_continuous_and_keys_go_to_the_stops(shown):
    stops = [float(stop) for stop in shown["data"]["momentum"]["parameters"][0]["stops"]]
    states, stopped = shown["sliders"]["momentum"]["states"], shown["sliders"]["momentum"]["stopped"]
    assert states[0] == "0.01"
    between, right, left = states[1:]
    assert stops[1] < float(between["fields"][0]) < stops[2]
    assert between["sliders"][0] == ["1.37", f"β = {between['fields'][0]}"]
    assert float(right["fields"][0]) == stops[2] and right["between"] == ""
    assert float(left["fields"][0]) == stops[1]
    assert stopped == [True, False, False]
    # At a stop it is the picture that Nabla has drawn.
    assert left["svg"] == state(shown["data"]["momentum"], [stops[1]])["text"]


def test_labels_with_markup_stay_text(shown):
    assert not shown["ran"]
    for seen in shown["seen"]["nesterov"]:
        assert "<b>" not in seen["svg"] and "&lt;b&gt;" in seen["svg"]
    assert "<b>" in shown["seen"]["text"][0]["text"]


def test_the_same_bytes_and_how_many(shown):
    again = run(shown["folder"], "again", FIGURES["momentum"].explore())
    data = explorable(again[0])
    assert data == shown["data"]["momentum"]
    without = {key: value for key, value in data.items() if key != "recomputed"}
    size = [len(gzip.compress(json.dumps(one).encode())) for one in (data, without)]
    assert size[0] < 1.3 * size[1]


def test_a_page_of_its_own_allows_its_script(shown):
    folder = shown["folder"]
    path = notebook(folder / "own.ipynb", VALLEY + 'save("own.html", ' + FIGURES["momentum"].explore().split("\n")[-1] + ")")
    assert nabla("run", path).returncode == 0
    page = (folder / "own.html").read_text(encoding="utf-8")
    seen = chromium(page, [[[0.4321]]], folder)
    assert seen["found"][0][0]["between"] == "0.4321"


def test_check_still_compares_the_states(shown):
    folder = shown["folder"]
    result = nabla("check", folder / "all-done.ipynb")
    assert result.returncode == 0, result.stdout + result.stderr

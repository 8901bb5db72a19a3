"""The page in a real browser: nothing overflows, nothing is fetched, every picture shows, no script errs."""

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import axe_core_python
import pytest
from synthetic import write_study

from designopt.records.files.lock import lock
from designopt.report.formats import pdf
from designopt.report.page import write_report

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(pdf.browser() is None, reason="no Chromium or Chrome is installed"),
]
FOREIGN = "hodoscope <x/\u03b3>"
THEIRS = ("cma-es", "position resolution (mm)", "depth", "pitch", "absorber")
"""Names of an optimiser, a metric, a side limit, a variable and an item of the cost that get such letters too."""
LOOK = """<script>
const faults = [];
window.addEventListener("error", event => faults.push(String(event.message)));
window.addEventListener("load", () => parent.postMessage({
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  blank: [...document.images].filter(image => !image.complete || !image.naturalWidth).length,
  fetched: performance.getEntriesByType("resource").map(entry => entry.name).filter(name => !name.startsWith("data:")),
  unnamed: [...document.images].filter(image => !image.alt).length,
  ink: getComputedStyle(document.body).color, paper: getComputedStyle(document.body).backgroundColor,
  words: document.body.innerText.slice(0, 3000), faults: faults,
}, "*"));
</script>"""
FRAME = """<!doctype html><title>waiting</title><iframe src="page.html" style="width:{width}px;height:900px"></iframe>
<script>window.addEventListener("message", event => {{
  document.body.innerHTML = "<pre>"; document.querySelector("pre").textContent = JSON.stringify(event.data);
}});</script>"""


AXE = f"""<script>{Path(axe_core_python.__file__).with_name("axe.min.js").read_text("utf-8")}</script><script>
window.addEventListener("load", () => axe.run().then(found => parent.postMessage({{
  passes: found.passes.length,
  faults: found.violations.map(one => [one.impact, one.id, one.nodes[0].html.slice(0, 200)]),
}}, "*")));
</script>"""
"""The rules for pages that everybody can read, blind or on a keyboard: axe by Deque."""


def looked_at(page, folder, width, *options, script=LOOK):
    """What the page says of itself inside a frame of a width, in pixels."""
    (folder / "page.html").write_text(page.read_text(encoding="utf-8").replace("</head>", script + "</head>"), "utf-8")
    (folder / "frame.html").write_text(FRAME.format(width=width))
    words = [
        pdf.browser(), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}", *options,
        "--window-size=1600,1000", "--virtual-time-budget=20000", "--dump-dom", (folder / "frame.html").as_uri(),
    ]  # fmt: skip
    done = subprocess.run(words, capture_output=True, text=True, timeout=600)
    return json.loads(html.unescape(re.search(r"<pre>(.*)</pre>", done.stdout, re.DOTALL)[1]))


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Of a study, of two budgets with runs that broke, of a foreign detector whose names HTML must not read, and of a
    study of which a run is being written.
    """
    names = ("adam", "cma-es", "reference-uniform")
    one = write_study(tmp_path_factory.mktemp("one"), seeds=3, names=names)
    two = write_study(write_study(tmp_path_factory.mktemp("two"), seeds=3), seeds=3, budget=700.0)
    foreign = shutil.copytree(one, tmp_path_factory.mktemp("foreign") / "run")
    for path in (foreign / "ledger").iterdir():
        text = path.read_text().replace('"calorimeter-segmentation-v1"', json.dumps(FOREIGN))
        for name in THEIRS:
            text = text.replace(json.dumps(name), json.dumps(f"{name} <x/\u03b3>"))
        path.write_text(text)
    going = write_study(tmp_path_factory.mktemp("going"), seeds=3, names=("adam", "bayesian-gp", "reference-uniform"))
    written = {"one": write_report(one), "two": write_report(two), "foreign": write_report(foreign)}
    with (going / "ledger" / "calorimeter-segmentation-v1@500--bayesian-gp--2.jsonl").open("rb") as file:
        lock(file.fileno(), "somebody else writes it")
        written["going"] = write_report(going)
    return written


@pytest.mark.parametrize("width", [360, 1400])
@pytest.mark.parametrize("name", ["one", "two", "foreign", "going"])
def test_a_page_fits_shows_its_pictures_and_fetches_nothing(pages, tmp_path, name, width):
    seen = looked_at(pages[name], tmp_path, width)
    assert seen["wide"] <= 0
    assert (seen["blank"], seen["unnamed"], seen["fetched"], seen["faults"]) == (0, 0, [], [])
    assert (FOREIGN in seen["words"]) == (name == "foreign")
    assert ("cma-es <x/\u03b3>" in seen["words"]) == (name == "foreign")
    assert ("The study is still running: 1 run is not compared yet" in seen["words"]) == (name == "going")


def test_in_the_dark_the_page_is_dark(pages, tmp_path):
    light = looked_at(pages["one"], tmp_path, 1400)
    dark = looked_at(pages["one"], tmp_path, 1400, "--blink-settings=preferredColorScheme=0")
    brightness = {key: sum(map(int, re.findall(r"\d+", text)[:3])) for key, text in dark.items() if key in LIGHT}
    assert brightness["paper"] < 150 < 500 < brightness["ink"]
    assert light["paper"] == "rgb(255, 255, 255)"


LIGHT = ("ink", "paper")


@pytest.mark.parametrize("scheme", ["1", "0"], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["one", "two", "foreign", "going"])
def test_a_page_has_no_fault_of_accessibility(pages, tmp_path, name, scheme):
    seen = looked_at(pages[name], tmp_path, 1400, f"--blink-settings=preferredColorScheme={scheme}", script=AXE)
    assert seen["passes"] > 10
    assert seen["faults"] == []


HEIGHT = """<script>window.addEventListener("load", () => parent.postMessage({
  highest: Math.max(...[...document.querySelectorAll("figure svg, figure img")].map(
    one => one.getBoundingClientRect().height)),
  millimetre: 96 / 25.4,
}, "*"));</script>"""


def test_no_figure_is_higher_than_a_printed_page(tmp_path):
    """One of many metrics was cut in two, and the page before it held a heading alone."""
    run = write_study(tmp_path / "run", seeds=1, broken=False)
    for path in (run / "ledger").iterdir():
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        lines[-1]["metrics"] = {f"sigma(E)/E at {energy} GeV": 1.0 + energy for energy in range(1, 21)}
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    page = write_report(run)
    page.write_text(page.read_text("utf-8").replace("@media print", "@media screen"), "utf-8")
    seen = looked_at(page, tmp_path, 700, script=HEIGHT)
    assert 150 < seen["highest"] / seen["millimetre"] < 230  # of 297 less margins, with a heading and a caption


def test_the_browser_prints_it(pages):
    assert pdf.print_page(pages["one"]).read_bytes().startswith(b"%PDF")

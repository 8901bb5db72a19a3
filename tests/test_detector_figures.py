"""Every detector's page has its five parts and a figure that code draws, whose caption says what is found."""

import re
from pathlib import Path

import pytest
from validation import NAMES, validated
from validation.drawing import write

PAGES = Path(__file__).parents[1] / "docs" / "detectors"
PARTS = ("Model", "Range", "Validation", "Limits", "Prices")
QUICK = {"hadron", "interferometer", "spectrometer"}


def directive(name: str) -> tuple[str, str]:
    """Words for who cannot see the figure of a page, and its caption, on one line."""
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    pattern = rf"```{{figure}} \.\./_build/validation/{name}\.png\n:alt: (.+)\n\n((?:.+\n)+)```"
    (found,) = re.findall(pattern, page)
    return found[0], " ".join(found[1].split())


def test_every_page_has_a_figure_and_every_figure_a_page():
    assert sorted(page.stem for page in PAGES.glob("*.md")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_its_five_parts_and_one_figure(name):
    headings = re.findall(r"^## (.+)$", (PAGES / f"{name}.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [part for part in PARTS if headings.count(part) != 1] == []
    words, caption = directive(name)
    assert len(words) > 80
    assert re.search(r"fitted", caption), "it does not say whether anything was fitted"


@pytest.mark.parametrize("name", [pytest.param(n, marks=() if n in QUICK else pytest.mark.slow) for n in NAMES])
def test_a_caption_says_what_its_figure_shows(name, tmp_path):
    found, (_, caption) = validated(name), directive(name)
    said = [*found.counts, *(claim.said for claim in found.claims)]
    assert [words for words in said if words not in caption] == []
    for claim in found.claims:
        assert 0.5 * claim.bound <= claim.found <= claim.bound, claim  # a bound that is too wide says nothing
    assert all(axes.get_ylabel() or axes.get_yticklabels() for axes in found.figure.axes)
    assert found.figure.axes[-1].get_xlabel()
    path = tmp_path / "figures" / f"{name}.png"
    write(found.figure, path)
    written = path.stat()
    assert written.st_size > 10_000
    write(found.figure, path)
    assert path.stat().st_mtime_ns == written.st_mtime_ns
    assert path.stat().st_ino == written.st_ino

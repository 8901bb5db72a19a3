"""A few hundred inputs through every door, and every input that was once answered wrongly."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fuzz.campaign import Tally, block, report
from tests.fuzz.doors import designs, options, prices
from tests.fuzz.faults import answer, not_finite
from tests.fuzz.mutations import ERROR, Changed

pytestmark = pytest.mark.usefixtures("types_unchecked")
ROOT = Path(__file__).parents[2]
KEPT = ROOT / "tests" / "data" / "fuzz"
COUNTS = {"prices": 200, "studies": 300, "ledgers": 150}
"""Inputs of the doors that simulate nothing; the others are tried problem by problem."""
SEEDS = {"prices": "20001", "studies": "130001", "ledgers": "340001"}
"""Other seeds may let the library that draws inputs want gigabytes: 13 of the prices does."""


@pytest.mark.parametrize("door", COUNTS)
def test_a_door_answers_in_sentences(door):
    """In a process of its own: what is drawn depends on the modules that are loaded, and may want gigabytes there."""
    words = ["-m", "tests.fuzz.campaign", "--door", door, "--count", str(COUNTS[door]), "--seed", SEEDS[door]]
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{COUNTS[door]} inputs, 0 different faults" in done.stdout


def test_designs_are_read_or_refused_in_sentences():
    tally = Tally()
    for problem in ("tracker-layout-v1", "spectrometer-layout-v1", "hadron-calorimeter-v1", "muon-shield-72-v1"):
        read = designs.of(problem).filter(lambda case: not case.whole)
        block(read, designs.check, 60, 13, tally)
    assert not tally.faults, report(tally, "designs")


def test_options_are_taken_or_refused_in_sentences():
    tally = Tally()
    for problem in ("plane-spacing-v1", "spectrometer-layout-v1"):
        block(options.of(problem), options.check, 30, 13, tally)
    assert not tally.faults, report(tally, "options")


def kept(name):
    return [json.loads(line) for line in (KEPT / name).read_text().splitlines()]


@pytest.mark.parametrize("one", kept("designs.jsonl"), ids=lambda one: f"{one['problem']}: {one['done']}"[:60])
def test_designs_that_were_answered_wrongly(one):
    case = designs.Case(one["problem"], Changed(one["design"], one["done"], one["owed"]), whole=False)
    assert designs.check(case) == []


@pytest.mark.parametrize("one", kept("options.jsonl"), ids=lambda one: f"{one['problem']}: {one['options']}"[:60])
def test_options_that_were_answered_wrongly(one):
    assert options.check(options.Case(one["problem"], one["options"], str(one["options"]), options.ERROR)) == []


@pytest.mark.parametrize("one", kept("prices.jsonl"), ids=lambda one: one["text"][:60])
def test_price_books_that_were_answered_wrongly(one):
    assert prices.check(prices.Book(one["text"].encode(), one["text"], ERROR)) == []


def test_faults_are_seen():
    """The checks themselves fail where they should."""
    assert [one.kind for one in answer(lambda: {}["x"]).faults] == ["traceback"]
    assert [one.kind for one in answer(lambda: int("x")).faults] == ["traceback"]
    assert [one.kind for one in answer(lambda: [None for _ in iter(int, 1)], seconds=0.1).faults] == ["hang"]
    assert [one.kind for one in answer(lambda: time.sleep(60.0), seconds=0.1).faults] == ["hang"]
    assert [one.kind for one in not_finite({"a": [1.0, {"b": float("nan")}]})] == ["not finite"]
    silent = designs.Case(
        "spectrometer-layout-v1", Changed(designs.documents.SPECTROMETERS[0], "nothing", ERROR), False
    )
    assert [one.kind for one in designs.check(silent)] == ["silence"]

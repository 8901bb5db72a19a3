"""Equal values have the same fingerprint in every process, others another, and what is not known has none."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


BEGIN = """
import designopt as do
do.prepare()
from designopt.fingerprint import fingerprint, NotKnown
"""


def said(program: str) -> list[str]:
    """Lines that a process of its own prints; types are not checked there, as they are in these tests."""
    run = subprocess.run([sys.executable, "-c", BEGIN + program], capture_output=True, text=True, check=True, cwd=ROOT)
    return run.stdout.split("\n")[:-1]


PRINTED = """
LAYOUT = "spectrometer-layout-v1"
for name, options in [(LAYOUT, {}), (LAYOUT, {"stations": 5}), ("plane-spacing-v1", {})]:
    print(fingerprint(do.make(name, **options)))
"""


def test_a_problem_has_one_fingerprint_in_all_processes_and_others_have_another():
    first, second = said(PRINTED), said(PRINTED)
    assert first == second
    assert len(set(first)) == 3


@pytest.mark.parametrize("name", ["calorimeter-segmentation-v2", "tracker-layout-v1", "muon-shield-v1"])
def test_problems_that_jax_simulates_are_known(name):
    (line,) = said(f"print(fingerprint(do.make({name!r})))")
    assert len(line) == 32


@pytest.mark.parametrize(
    "change",
    [
        "from designopt.detectors.spectrometer import magnet; magnet.EXTRA = 1.0",
        "from designopt.detectors import materials; materials.NAMES = (*materials.NAMES, 'unobtainium')",
        "from designopt.design import numbers; numbers.shown = numbers.whole",
    ],
)
def test_what_somebody_changed_in_the_process_counts(change):
    before, after = said(f"p = do.make('plane-spacing-v1')\nprint(fingerprint(p))\n{change}\nprint(fingerprint(p))")
    assert before != after


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("lambda x: x", "<lambda>"),
        ("type('Theirs', (), {})()", "Theirs"),
        ("[holder := [], holder.append(holder)]", "holds itself"),
        ("open", "builtin_function_or_method"),
        ("__import__('numpy').array([object()])", "objects"),
    ],
)
def test_what_nothing_tells_from_others_has_no_fingerprint(value, why):
    (line,) = said(f"try: print(fingerprint({value}))\nexcept NotKnown as error: print(error)")
    assert why in line


def test_a_function_of_somebody_else_in_our_place_is_not_known():
    (line,) = said(
        "from designopt.design import numbers\nnumbers.shown = lambda value: ''\n"
        "try: print(fingerprint(1.0))\nexcept NotKnown as error: print(error)"
    )
    assert "designopt.design.numbers.shown" in line


def test_a_package_that_changed_since_it_was_loaded_is_not_known():
    (line,) = said(
        "import designopt.fingerprint as f\nf.LOADED = 0\n"
        "try: print(fingerprint(1.0))\nexcept NotKnown as error: print(error)"
    )
    assert "changed since" in line


def test_closures_keys_and_shapes_count():
    lines = said(
        "import jax, jax.numpy as jnp, numpy as np\nfrom functools import partial\n"
        "from designopt.problem.as_built import held_cost\n"
        "values = [1, 1.0, True, '1', None, np.ones(2), np.ones((2, 1)), np.ones(2, int), jnp.zeros(2)]\n"
        "values += [jax.random.key(0), jax.random.key(1), (1,), [1], {'a': 1}, {'a': 2}, {1}]\n"
        "values += [held_cost, partial(held_cost, 1), jax.vmap(held_cost)]\n"
        "for value in values: print(fingerprint(value))"
    )
    assert len(lines) == len(set(lines)) == 19

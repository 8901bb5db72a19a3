"""Local and global surrogates against Bayesian search on a simulator that is a program, with equal evaluations.

The program tracks particles through four planes in plain Python, 1000 tracks an evaluation; its scores are noisy and
have no gradient. All numbers are assumed. `designopt run studies/any_program.py`
"""

import sys

import jax.numpy as jnp

import designopt as do
from designopt.optimisers import BayesianSearch, GlobalSurrogate, LocalSurrogate, RandomSearch
from designopt.units import mm, um

SIMULATE = """
import json, math, random, sys
told = json.load(sys.stdin); design, draw = told["design"], random.Random(told["seed"])
places = [0.0]
for gap in design["gap"]: places.append(places[-1] + gap)
middle = sum(places) / 4; lever = sum((z - middle) ** 2 for z in places); errors = []
for _ in range(told["events"]):
    y = slope = 0.0; seen = []
    for k, z in enumerate(places):
        y += slope * (z - places[k - 1]) if k else 0.0
        seen.append(y + draw.gauss(0.0, design["pitch"][k] / math.sqrt(12)))
        slope += draw.gauss(0.0, 13.6e-3 / 5.0 * math.sqrt(0.004))
    mean = sum(seen) / 4; fitted = sum((z - middle) * s for z, s in zip(places, seen)) / lever
    errors.append(mean + fitted * (places[-1] + 100e3 - middle) - y - slope * 100e3)
square = sum(e * e for e in errors) / len(errors)
print(json.dumps({"error": math.sqrt(square), "error_error": math.sqrt(square / (2 * len(errors)))}))
"""
"""Lengths in micrometres: the error of a straight line, 100 mm behind the last plane."""


def cost(design):
    """kCHF: strips of 100 mm planes at 10 CHF, and 0.1 kCHF a millimetre of frame."""
    strips = (100 * mm / design["pitch"]).sum()
    return {"strips": 0.01 * strips, "frame": 0.1 * design["gap"].sum() / mm}


def telescope(budget: float = 120.0) -> do.Problem:
    """Pitches and gaps of four planes that point to a target behind them."""
    detector = do.CommandDetector(
        command=[sys.executable, "-S", "-c", SIMULATE], response={"error": "um"}, events=1000, seed=1, cost=cost,
        variables=[do.Real("gap", 10 * mm, 400 * mm, unit=um, count=3, label="um"),
                   do.Real("pitch", 20 * um, 500 * um, unit=um, count=4, label="um")],
    )  # fmt: skip
    return do.problem(
        "pointing-v1", detector=detector, objective=lambda response: jnp.log(response["error"]), budget=budget
    )


def study(quick: bool = False) -> do.Study:
    """Four families, 48 evaluations each; three seeds."""
    entrants = [RandomSearch(8), BayesianSearch(), LocalSurrogate(), GlobalSurrogate()]
    return do.Study("any-program", [telescope()], entrants, range(1 if quick else 3), do.Allowance(48_000))

"""Does any stack of few kinds beat the best equal one of `calorimeter-segmentation-v2`? An annealing over built stacks.

Values only, no relaxation: every stack that is looked at could be built, costs no more than the budget and keeps every
limit. It begins from the best equal stack and is no optimiser of the package. Every option that is named `--without` is
switched off, for what a requirement costs: `--without low_energy`. `--tiles` leaves silicon out.
"""

from designopt import prepare

prepare()

import argparse
import math
import time

import numpy as np

from designopt import make
from designopt.detectors.calorimeter.review.kinds import PITCH, PLATE, SENSORS
from designopt.detectors.calorimeter.review.stacks import Kind, Stack, design_of, stack_of_design
from designopt.detectors.calorimeter.review.uniform import prices_of, score_and_limit
from designopt.detectors.materials import material

FIRST, LAST = 0.01, 0.0005
"""Temperatures in ln sigma(m)/m."""


def sized(kind: Kind, actives: tuple[str, ...], random: np.random.Generator) -> Kind:
    """One size, material or sensor of a kind changed."""
    low, high, step = SENSORS[kind.active]
    match random.integers(5):
        case 0:
            return kind._replace(plate=round(float(np.clip(kind.plate * random.lognormal(0, 0.1), *PLATE)), 1))
        case 1:
            more = kind.sensor + step * random.integers(-5, 6)
            return kind._replace(sensor=round(float(np.clip(more, low, high)), 4))
        case 2:
            more = kind.pitch * random.lognormal(0, 0.15)
            return kind._replace(pitch=round(2 * float(np.clip(more, *PITCH))) / 2)
        case 3:
            other = str(random.choice(["W", "Pb", "Fe", "Cu"]))
            depth = kind.plate / material(kind.absorber).radiation_length * material(other).radiation_length
            return kind._replace(absorber=other, plate=round(float(np.clip(depth, *PLATE)), 1))
        case _:
            other = str(random.choice(actives))
            return kind._replace(active=other, sensor=SENSORS[other][1])


def moved(stack: Stack, most: int, slots: int, actives: tuple[str, ...], random: np.random.Generator) -> Stack:
    """A neighbour: a kind changed, layers added, taken or given to the next kind, a kind split in two or left out."""
    rows = list(stack)
    place = int(random.integers(len(rows)))
    number, kind = rows[place]
    draw = random.random()
    if draw < 0.6:
        rows[place] = (number, sized(kind, actives, random))
    elif draw < 0.75:
        rows[place] = (number + int(random.choice([-1, 1])), kind)
    elif draw < 0.88 and len(rows) > 1:
        other = place - 1 if place else 1
        rows[place], rows[other] = (number - 1, kind), (rows[other][0] + 1, rows[other][1])
    elif len(rows) < most and number > 1:
        first = int(random.integers(1, number))
        rows[place : place + 1] = [(first, kind), (number - first, sized(kind, actives, random))]
    elif len(rows) > 1:
        rows.pop(place)
    rows = [row for row in rows if row[0] > 0]
    return rows if rows and sum(n for n, _ in rows) <= slots else stack


def anneal(name: str, options: dict, seed: int, stacks: int) -> None:
    """One annealing; prints the best stack."""
    problem = make(name, **options, uniform=False)
    asked = make(name)
    detector, random, began = problem.detector, np.random.default_rng(seed), time.process_time()
    space, slots = problem.space, problem.space["present"].count or 1

    def score(stack: Stack) -> float:
        design = design_of(stack, space, detector.absorbers, detector.actives)
        if float(prices_of(detector, {k: v[None] for k, v in design.items()})[0]) > problem.budget:
            return math.inf
        value, limit = score_and_limit(detector, problem.objective, design)
        return float(value) if float(limit) <= 0 else math.inf

    here: Stack = stack_of_design(asked.references["best uniform"], asked.detector.absorbers, asked.detector.actives)
    value = begun = score(here)
    best, least = here, value
    for step in range(stacks):
        temperature = FIRST * (LAST / FIRST) ** (step / stacks)
        other = moved(here, space["pitch"].count or 1, slots, detector.actives, random)
        found = value if other == here else score(other)
        if found < value or random.random() < math.exp(min(0.0, (value - found) / temperature)):
            here, value = other, found
        if value < least:
            best, least = here, value
    text = ", ".join(
        f"{n} x ({k.plate:g} mm {k.absorber}, {k.sensor:g} mm {k.active}, {k.pitch:g} mm)" for n, k in best
    )
    seconds = time.process_time() - began
    off = ", ".join(f"{option} {value}" for option, value in options.items()) or "as asked"
    print(f"{off}, seed {seed}: {begun:.4f} -> {least:.4f} ({seconds:.0f} s of CPU): {text}", flush=True)


def main() -> None:
    """Every seed, with the options that are named switched off."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--without", nargs="*", default=[], help="options to switch off")
    parser.add_argument("--tiles", action="store_true", help="no silicon")
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--stacks", type=int, default=3000)
    parser.add_argument("--quick", action="store_true", help="100 stacks, one seed: that it runs")
    given = parser.parse_args()
    for seed in [0] if given.quick else given.seeds:
        off = dict.fromkeys(given.without, None) | ({"actives": ["scintillator"]} if given.tiles else {})
        anneal("calorimeter-segmentation-v2", off, seed, 100 if given.quick else given.stacks)


if __name__ == "__main__":
    main()

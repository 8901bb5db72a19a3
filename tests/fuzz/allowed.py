"""Designs that nobody can object to: references and random built ones of every problem raise no note about units.

`python -m tests.fuzz.allowed --count 1000 --seed 1`: so many random designs within the side limits of every problem
whose designs people write down, and as many blocks of crystals, glass and liquids. Prints a line a problem; the exit
code counts those where a note about units was seen.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from designopt.runtime import prepare

prepare()

import jax  # noqa: E402
import numpy as np  # noqa: E402

from designopt import Problem, make  # noqa: E402
from designopt.analysis.written import written  # noqa: E402
from designopt.detectors.calorimeter.response.media import CONSTANT, NOISE_CELL, YIELD  # noqa: E402
from designopt.detectors.materials import RADIATION_LENGTH, index_of  # noqa: E402
from designopt.problem.constraints import MET  # noqa: E402
from tests.fuzz.doors import designs  # noqa: E402

UNITS = re.compile(r"\blooks? like\b|\bunits?\b")
"""What every note about units says."""
BLOCKS = "blocks"
AT_A_TIME = 50
MOST = 40
"""Random designs that are looked at for one that is asked for; few are within all limits of some problems."""


def notes_of(problem: str, document: Any) -> list[str]:
    """Notes of the reading part of a written design, as JSON brings it."""
    notes = designs.family(problem).notes
    assert notes is not None
    return notes(json.loads(json.dumps(document)))


def allowed(problem: Problem, count: int, seed: int) -> Iterator[Any]:
    """The references, then so many random built designs within the side limits, each as its detector writes it.

    Random points of the cube, and, as those within all limits may be rare, points between them and the references.
    """
    for reference in problem.references.values():
        yield written(problem, reference)
    random, found = np.random.default_rng(seed), 0
    known = [problem.space.encode_unchecked(one) for one in problem.references.values()]
    places = np.stack([np.asarray(one) for one in known] or [np.full(problem.size, 0.5)])

    def built(u: Any) -> Any:
        design = problem.build(u)
        return design, problem.constraints(design)

    many = jax.jit(jax.vmap(built))
    for _ in range(0, MOST * count, AT_A_TIME):
        points, part = random.random((AT_A_TIME, problem.size)), random.random((AT_A_TIME, 1))
        part = np.where(random.random((AT_A_TIME, 1)) < 0.5, part**2, 1.0)
        points = part * points + (1.0 - part) * places[random.integers(len(places), size=AT_A_TIME)]
        made, limits = jax.tree.map(np.asarray, many(points))
        kept = np.all([excess <= MET for excess in limits.values()] or [[True] * AT_A_TIME], axis=0)
        for place in np.flatnonzero(kept):
            if found == count:
                return
            found += 1
            yield written(problem, {name: values[place] for name, values in made.items()})


def blocks(count: int, seed: int) -> Iterator[Any]:
    """Homogeneous calorimeters: one medium, 14 to 30 radiation lengths in 1 to 6 slabs, cells of 5 to 100 mm."""
    random, media = np.random.default_rng(seed), sorted(name for name in YIELD if name not in NOISE_CELL)
    for number in range(count):
        medium = media[number % len(media)]
        depth = random.uniform(14.0, 30.0) * float(RADIATION_LENGTH[index_of(medium)])
        slabs = int(random.integers(1, 7))
        layer = {"absorber": None, "active": medium, "active_thickness": depth / slabs, "repeat": slabs}
        energies = sorted(random.uniform(0.1, 250.0, size=3).round(3).tolist())
        constant = {"readout": {"constant_term": CONSTANT.get(medium, 0.005)}} if number % 2 else {}
        yield {"layers": [{**layer, "pitch": random.uniform(5.0, 100.0)}], "energies": energies, **constant}


def told(name: str, count: int, seed: int, options: Mapping[str, Any] | None = None) -> tuple[int, Counter[str]]:
    """How many designs of one problem were read, and how often which note was given; numbers in it are N."""
    of, documents = (
        ("calorimeter-segmentation-v1", blocks(count, seed))
        if name == BLOCKS
        else (name, allowed(make(name, **options or {}), count, seed))
    )
    seen, read = Counter[str](), 0
    for document in documents:
        read += 1
        seen.update(re.sub(r"-?\d[\d.,e+-]*", "N", note) for note in notes_of(of, document))
    return read, seen


def about_units(seen: Counter[str]) -> dict[str, int]:
    """Of the notes those about units."""
    return {note: times for note, times in seen.items() if UNITS.search(note)}


def main() -> int:
    """Print what was told of every problem; returns of how many it was about units."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="random designs of every problem")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--of", nargs="+", help="some of them alone", default=[*designs.problems(), BLOCKS])
    chosen, wrong = parser.parse_args(), 0
    for name in chosen.of:
        read, seen = told(name, chosen.count, chosen.seed)
        units = about_units(seen)
        wrong += bool(units)
        sys.stdout.write(f"{name}: {read} designs, {sum(units.values())} notes about units\n")
        for note, times in seen.most_common():
            sys.stdout.write(f"    {'UNITS ' if note in units else ''}{times} times: {note[:160]}\n")
        sys.stdout.flush()
    return wrong


if __name__ == "__main__":
    sys.exit(main())

"""How much of what `hadron-calorimeter-v2` gains is left with two, three or four thicknesses of plate?

Searches give every tile a plate of its own. Here tiles stand in groups behind equal plates: steps of single tiles from
group to group, and of 8 to 0.5 mm of steel, as long as one gains, on the showers that searches read, within money and
limits. Prints numbers and thicknesses, the score there and of the held-out showers.
"""

from designopt import prepare

prepare()

import argparse
from collections.abc import Iterator

import jax
import numpy as np

from designopt import make
from designopt.design.space import Design
from designopt.detectors.hadron.review.uniform import Equal, design_of
from designopt.detectors.hadron.simulation.measure import held_out

STEPS = (8.0, 4.0, 2.0, 1.0, 0.5)
"""Of a plate, mm."""
RATIOS = (2.0, 3.0, 5.0)
"""Of the last plate to the first, at the start."""
Groups = tuple[tuple[int, float], ...]
"""So many tiles behind plates of so many mm, front to back."""


def near(groups: Groups, step: float) -> Iterator[Groups]:
    """One plate thicker or thinner, one tile more or less, or one tile moved to a neighbour."""
    for place, (number, gap) in enumerate(groups):
        for thicker in (-step, step):
            yield (*groups[:place], (number, gap + thicker), *groups[place + 1 :])
        for more in (-1, 1):
            yield (*groups[:place], (number + more, gap), *groups[place + 1 :])
            for other in (place - 1, place + 1):
                if 0 <= other < len(groups):
                    moved = list(groups)
                    moved[place] = (number + more, gap)
                    moved[other] = (groups[other][0] - more, groups[other][1])
                    yield tuple(moved)


def main(most: int) -> None:
    """The best of one group to `most` of them, from the one before and from 36 tiles in geometric series."""
    problem = make("hadron-calorimeter-v2", kinds=most)
    detector, slots = problem.as_built_detector, problem.space["present"].count or 1
    reviewed = jax.jit(lambda d: (problem.objective(detector.response(d)), detector.constraints(d), detector.cost(d)))
    fresh = jax.jit(lambda d: problem.objective(held_out(detector.sensors(d))))

    def design(groups: Groups) -> Design:
        return design_of([Equal(*group, "3 mm tile") for group in groups], slots, most, detector.on_offer)

    seen: dict[Groups, float] = {}

    def score(groups: Groups) -> float:
        if groups not in seen:
            fits = all(n > 0 and gap >= 1 for n, gap in groups) and sum(n for n, _ in groups) <= slots
            seen[groups] = np.inf
            if fits:
                value, limits, cost = reviewed(design(groups))
                kept = max(map(float, limits.values())) <= 0 and sum(map(float, cost.values())) <= problem.budget
                seen[groups] = float(value) if kept else np.inf
        return seen[groups]

    def climbed(groups: Groups) -> Groups:
        for step in STEPS:
            while score(better := min(near(groups, step), key=score)) < score(groups):
                groups = better
        return groups

    best: Groups = ((40, 43.5),)
    for count in range(1, most + 1):
        starts = [best]
        for ratio in RATIOS if count > 1 else ():
            gaps = np.geomspace(1.0, ratio, count)
            numbers = [len(part) for part in np.array_split(np.arange(36), count)]
            starts.append(
                tuple((n, round(1600 / float(np.dot(numbers, gaps)) * g)) for n, g in zip(numbers, gaps, strict=True))
            )
        best = min(map(climbed, starts), key=score)
        text = ", ".join(f"{number} x {gap:g} mm" for number, gap in best)
        print(f"{count}: {text}; score {score(best):.4f}, held-out {float(fresh(design(best))):.4f}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two groups at most")
    main(2 if parser.parse_args().quick else 4)

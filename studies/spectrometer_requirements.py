"""What does each requirement of `spectrometer-layout-v2` cost? The best layout with all, and with each taken away.

Every case is searched by sequential quadratic programming with the same allowance. The price of a requirement is the
score with it minus the score without: 0.1 is 10 % of the significance. Without the aperture every place costs the same,
so that this line compares two ways to pay. Each run takes one to two CPU minutes.
"""

from designopt import prepare

prepare()

import argparse

from designopt import Allowance, Evaluator, make
from designopt.optimisers.gradient.methods import Slsqp

NAME = "spectrometer-layout-v2"


def found(seeds: int, calls: int, **options) -> float:
    """The best score of a few seeds."""
    problem, scores = make(NAME, **options), []
    for seed in range(seeds):
        evaluator = Evaluator(problem, Allowance(events=calls * problem.events))
        Slsqp().run(evaluator, seed)
        if evaluator.best is not None and evaluator.best.score is not None:
            scores.append(evaluator.best.score)
    return min(scores)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--calls", type=int, default=4000, help="losses' worth of events for each run")
    parser.add_argument("--quick", action="store_true", help="one seed, a quarter of the events")
    asked = parser.parse_args()
    seeds, calls = (1, asked.calls // 4) if asked.quick else (asked.seeds, asked.calls)
    everything = found(seeds, calls)
    print(f"{'all requirements':<20} {everything:8.4f}")
    for option in dict.fromkeys(one.option for one in make(NAME).requirements):
        free = found(seeds, calls, **{option: None})
        print(f"without {option:<12} {free:8.4f}   price {everything - free:7.4f}")


if __name__ == "__main__":
    main()

"""Where should thin sensors stand in a steel block, and how thick should they be, to measure pions?

The problem of the reinforcement-learning study arXiv 2412.10237, at the money and the number of sensors of its layouts:
42 sensors (gamma) and 56 (alpha, beta). Every family places as many sensors as the money buys, of three thicknesses;
training reads Geant4 showers in soft windows, the final score held-out showers in hard ones.

    designopt run studies/hadron_calorimeter.py [--quick]
"""

from designopt import Allowance, Study, make
from designopt.optimisers.lineup import default_lineup
from detectors.hadron.problem import NAME

SENSORS = (42, 56)


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick`: 42 sensors, few seeds and a small allowance."""
    small = make(NAME)
    problems = [make(NAME, budget=small.budget * number / SENSORS[0]) for number in SENSORS[: 1 if quick else 2]]
    calls = 300 if quick else 4000
    return Study(
        name="hadron-calorimeter",
        problems=problems,
        optimisers=default_lineup(quick),
        seeds=range(2 if quick else 10),
        allowance=Allowance(events=calls * small.events),
    )


if __name__ == "__main__":
    study().run("runs/hadron-calorimeter")

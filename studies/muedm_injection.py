"""Which settings store most muons in a solenoid for a fixed sum, and which search finds them from nothing?

Four families set kick, correction coils, injection and channel of `muedm-injection-v1`. With them is the published
method, a Gaussian process that asks for batches of eight after a quasi-random (Sobol) start. Once the coils may have
2000 ampere-turns, and once 100 (assumed), which only correct.
`python studies/muedm_injection.py` then begins all searches at a design without a kick, where the count of stored
muons is flat, without designs made by hand, and says by how many seeds each gets out: stores a tenth of all muons.
`--quick` has few seeds and a small allowance.
"""

from designopt import prepare

prepare()

import sys
from collections import Counter
from dataclasses import replace

from designopt import Allowance, Design, Problem, Study, load, make
from designopt.detectors.muon_edm.cost import Prices
from designopt.optimisers import Adam, Auto, CmaEs, GradientBayes, Lbfgs, RandomSearch, SimulatedAnnealing

BATCHES = GradientBayes(gradients=False, batch=8, first_side=2.0)
CALLS, TENTH, LIMITS = 100, 2.303, (2000.0, 100.0)  # -ln 0.1; ampere-turns


def study(quick: bool = False) -> Study:
    """Five families from designs made by hand; `quick` has two seeds and a small allowance."""
    problems = [make("muedm-injection-v1", muons=100, steps=250, most_current=most) for most in LIMITS]
    return Study(
        "muedm-injection",
        problems=problems,
        optimisers=[Auto(), Lbfgs(), SimulatedAnnealing(), CmaEs(), BATCHES],
        seeds=range(2 if quick else 10),
        allowance=Allowance(events=(40 if quick else CALLS) * problems[0].events),
    )


def without_kick(known: Problem, design: Design) -> Design:
    """The design without a kick, and with all money that is left in the channel."""
    none = {**design, "kick_field": 0.0 * design["kick_field"], "channel_radius": 0.0 * design["kick_field"]}
    return {**none, "channel_radius": ((known.budget - known.cost(none)) / Prices().bore) ** 0.5}


def from_nothing(quick: bool = False) -> Study:
    """From a design without a kick, whose money is all in the channel, and no other help."""
    problems, start = [], None
    for most in LIMITS:
        known = make("muedm-injection-v1", muons=100, steps=250, most_current=most)
        start = without_kick(known, known.references["by hand"])
        problems.append(replace(known, references={}, compare_with=None))
    searches = [RandomSearch(), Adam(), Lbfgs(), BATCHES, CmaEs()]
    seeds, allowance = range(2 if quick else 10), Allowance(events=(40 if quick else CALLS) * known.events)
    return Study("muedm-from-nothing", problems, searches, seeds, allowance, start_from=[start])


if __name__ == "__main__":
    short = "--quick" in sys.argv
    study(short).run("runs/muedm-injection")
    from_nothing(short).run("runs/muedm-from-nothing")
    found = load("runs/muedm-from-nothing")
    for card in found.problems:
        ended = [(run.entrant, run.best) for run in found.runs if run.header["problem"] == card]
        out = [name for name, best in ended if best is not None and best.score is not None and best.score < TENTH]
        print(f"at most {card['options']['most_current']:g} ampere-turns, a tenth at least stored:", dict(Counter(out)))

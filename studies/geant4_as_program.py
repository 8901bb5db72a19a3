"""Our Geant4 session as a program like any other: a stack of lead and scintillator in, its resolution out as JSON.

`designopt run studies/geant4_as_program.py --quick` needs `designopt[geant4]`. The program alone:
`echo '{"design": {"lead": 4, "tile": 4, "layers": 20}, "seed": 1, "events": 100}' | python FILE`, FILE this one.
Prices are assumed.
"""

import json
import sys

import designopt as do
from designopt.units import mm

ENERGY = 1.0  # GeV
HALF_WIDTH = 150 * mm


def simulate(asked: dict, child: list[str]) -> dict:
    """Resolution of the summed signal of electrons, and its error, both in %; `child` is the command of the session."""
    from designopt.detectors.geant4.job import stack_job
    from designopt.detectors.geant4.session import CHILD, Session
    from designopt.detectors.geant4.spread import relative_spread

    design = asked["design"]
    stack = [("G4_Pb", design["lead"]), ("G4_PLASTIC_SC_VINYLTOLUENE", design["tile"])] * design["layers"]
    job = stack_job(stack, ENERGY, seed=asked["seed"], half_width=HALF_WIDTH)
    found = Session(child=child or CHILD).run(job, asked["events"])
    resolution, error = relative_spread(found.values[:, 1::2].sum(axis=1))
    return {"resolution": 100 * resolution, "resolution_error": 100 * error}


def cost(design):
    """kCHF: 0.05 a mm of lead and 0.1 a mm of scintillator in every layer, 0.5 for its read-out."""
    return {"layers": design["layers"] * (0.05 * design["lead"] + 0.1 * design["tile"] + 0.5)}


def study(quick: bool = False, child: tuple[str, ...] = (), cache: str | None = None) -> do.Study:
    """Two models of values and random points; quick: twelve stacks of 100 electrons each."""
    detector = do.CommandDetector(
        [sys.executable, __file__, *child],
        [do.Real("lead", 1 * mm, 10 * mm, unit=mm, label="mm"), do.Real("tile", 1 * mm, 10 * mm, unit=mm, label="mm"),
         do.Integer("layers", 5, 40)],
        {"resolution": "%"}, events=100 if quick else 1000, cost=cost, workers=2, time_limit=600.0, cache=cache,
    )  # fmt: skip
    problem = do.problem("lead-scintillator-v1", detector=detector, objective=lambda r: r["resolution"], budget=30.0)
    searches = ["RandomSearch"] if quick else ["RandomSearch", "GlobalSurrogate", "BayesianSearch"]
    return do.Study("geant4-as-program", [problem], searches, [0], do.Allowance((12 if quick else 60) * problem.events))


if __name__ == "__main__":
    print(json.dumps(simulate(json.load(sys.stdin), sys.argv[1:])))

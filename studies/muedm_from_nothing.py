"""From ten designs that store nothing, with coils that only correct: which search gets out, by how much computing?

    python studies/muedm_from_nothing.py

`studies/muedm_injection.py` begins all seeds at one design without a kick, so that ten seeds of a descent are one run.
Here angle, radius, time and width are drawn ten times, always without a kick and with all other money in the channel;
coils carry 100 ampere-turns at most. Out is who stores a tenth of the muons. Four minutes of CPU.
"""

from designopt import prepare

prepare()

from dataclasses import replace

import numpy as np
from muedm_injection import without_kick

from designopt import Allowance, Study, load, make
from designopt.optimisers import Adam, CmaEs, Lbfgs
from designopt.units import mm, mrad

STARTS, CALLS, OUT = 10, (100, 400), 10.0


def starts(known) -> list:
    """Designs without a kick."""
    random, hand = np.random.default_rng(1), known.references["by hand"]
    found = []
    for _ in range(STARTS):
        one = {**hand, "injection_angle": random.uniform(20, 100) * mrad}
        one |= {"injection_radius": hand["injection_radius"] + random.uniform(-3, 3) * mm}
        one |= {"kick_time": hand["kick_time"] + random.uniform(-8, 8), "kick_width": random.uniform(3, 8)}
        found.append(without_kick(known, one))
    return found


if __name__ == "__main__":
    known = make("muedm-injection-v1", muons=100, steps=250, most_current=100.0)
    problem = replace(known, references={}, compare_with=None)
    for calls in CALLS:
        stored: dict[str, list[float]] = {}
        for number, start in enumerate(starts(known)):
            folder = f"runs/muedm-from-nothing-{calls}-{number}"
            Study(
                f"muedm-from-nothing-{calls}-{number}", [problem], [Adam(), Lbfgs(), CmaEs()], range(1),
                Allowance(events=calls * problem.events), start_from=[start],
            ).run(folder)  # fmt: skip
            for run in load(folder).runs:
                best = run.best.score if run.best is not None and run.best.score is not None else np.inf
                stored.setdefault(run.entrant, []).append(round(100 * float(np.exp(-best)), 1))
        for name, shares in stored.items():
            print(
                f"{calls} evaluations' worth, {name}: {sum(s > OUT for s in shares)} out; stored (%) {sorted(shares)}"
            )

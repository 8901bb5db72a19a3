"""How many muons do settings store that a person improves one number at a time, and do winners of searches beat them?

    python studies/muedm_by_hand.py [runs/muedm-injection]

Injection angle, width, strength and time of the kick and radius of the injection are changed in turn, from the settings
in closed form, on 1000 fresh muons; the channel takes what money is left. The end is then held against those settings
and the best winner of every optimiser, on 20,000 other muons: stored fraction, 95 % intervals (binomial).
"""

import sys

from designopt import prepare

prepare()

import jax
import jax.numpy as jnp
import numpy as np

from designopt import load, make
from designopt.detectors.muon_edm.cost import Prices
from designopt.detectors.muon_edm.reference import by_hand
from designopt.units import mm, mrad

COILS, BLOCKS, SURE = 2, 20, 1.96
STEPS = 5 * mrad, 1.0, 0.05, 1.0, 0.5 * mm
"""Of angle, width of the kick (ns), strength of the kick, its time (ns), radius."""


def main(folder: str | None) -> None:
    """Climb, then compare."""
    problem = make("muedm-injection-v1", muons=1000, steps=250)
    cost = jax.jit(problem.cost)
    stored = jax.jit(lambda design, key: problem.as_built_detector.response(design, key)["stored"])

    def drawn(angle: float, width: float, strength: float, later: float, outward: float):
        made = dict(by_hand(problem.detector, COILS, problem.budget, angle))
        made |= {"kick_field": strength * made["kick_field"] * made["kick_width"] / width}
        made |= {"kick_width": jnp.asarray(width), "kick_time": made["kick_time"] + later}
        made |= {"injection_radius": made["injection_radius"] + outward}
        left = problem.budget - float(cost({**made, "channel_radius": jnp.asarray(0.0)}))
        return {**made, "channel_radius": jnp.asarray(max(left, 0.0) / Prices().bore) ** 0.5}

    def good(numbers: tuple) -> float:
        made = problem.space.encode(drawn(*numbers))
        if np.any(made < -1e-9) or np.any(made > 1 + 1e-9):
            return 0.0
        return float(stored(drawn(*numbers), jax.random.key(5)))

    here, before = (60 * mrad, 5.0, 1.0, 0.0, 0.0), None
    while here != before:
        before = here
        for place, step in enumerate(STEPS):
            for sign in (1, -1):
                near = tuple(round(v + sign * step * (i == place), 4) for i, v in enumerate(here))
                while good(near) > good(here):
                    here, near = near, tuple(round(v + sign * step * (i == place), 4) for i, v in enumerate(near))
    print(f"by hand: angle {here[0]:g} rad, width {here[1]:g} ns, kick x {here[2]:g}, {here[3]:+g} ns, {here[4]:+g} mm")
    designs = {**problem.references, "improved by hand": drawn(*here)}
    for run in load(folder).runs if folder else []:
        if run.winner is not None and run.role != "reference":
            name = f"{run.entrant}, at most {run.header['problem']['options']['most_current']:g} ampere-turns"
            known = designs.get(name, (np.inf, None))
            designs[name] = min(known, (run.winner["score"], run.winner["design"]), key=lambda one: one[0])
    for name, design in designs.items():
        made = design[1] if isinstance(design, tuple) else design
        made = {key: jnp.asarray(value) for key, value in made.items()}
        share = np.mean([float(stored(made, key)) for key in jax.random.split(jax.random.key(6), BLOCKS)])
        half = SURE * np.sqrt(share * (1 - share) / (BLOCKS * 1000))
        print(f"{name}: {100 * share:.2f} +- {100 * half:.2f} %, {float(cost(made)):.3f} kCHF", flush=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)

"""How fast is the muon shield? Ratios from one run on this machine, CPU time of one process.

Prints: a step of a muon against plain numpy with the same random numbers; hits with their gradient against hits alone;
the memory of the gradient for twice the steps and twice the muons; muons per second against Geant4 in the same iron.
"""

from designopt import prepare

prepare()

import dataclasses
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import jax
import numpy as np

from designopt import make
from designopt.detectors.muon_shield.magnets.row import Magnets
from designopt.detectors.muon_shield.muons.beam import Bands
from designopt.detectors.muon_shield.muons.hits import soft_hits
from designopt.detectors.muon_shield.muons.sample import frozen_sample
from designopt.detectors.muon_shield.reference import challenge_baseline
from designopt.detectors.muon_shield.simulation.truth import plain_exit
from designopt.detectors.muon_shield.transport.shield import HARD, Settings, draw_noise, shield_exit
from designopt.detectors.muon_shield.transport.step import Physics

GEANT4 = Path(__file__).parents[1] / "tests" / "data" / "geant4_muons_holdout.json"
MUONS, MAGNETS, STEPS = 20_000, 7, 25
STEP = 0.2  # m, of the largest magnet


def nanoseconds(call: Callable[[], Any], repeats: int = 3) -> float:
    """CPU time of a call for each muon and step, the best of some, after one that compiles."""
    jax.block_until_ready(call())
    times = []
    for _ in range(repeats):
        begun = time.process_time()
        jax.block_until_ready(call())
        times.append(time.process_time() - begun)
    return min(times) / (MUONS * MAGNETS * STEPS) * 1e9


def main() -> None:
    """Measure and print."""
    magnets, sample = Magnets.from_table(challenge_baseline()), frozen_sample(0, MUONS, Bands(), MAGNETS, STEPS)
    muons, noise = sample.muons, sample.noise
    exit = jax.jit(shield_exit)
    mean = dataclasses.replace(HARD, steps=STEPS, saturation=False, physics=Physics(straggling=False, stopped=0.1))
    plain = nanoseconds(partial(plain_exit, challenge_baseline(), muons, noise, np.float32), 1)
    simple = nanoseconds(partial(exit, magnets, muons, noise, mean))
    full = nanoseconds(partial(exit, magnets, muons, noise, dataclasses.replace(HARD, steps=STEPS)))
    drawn = nanoseconds(
        partial(jax.jit(draw_noise, static_argnums=(1, 2, 3)), jax.random.key(0), MUONS, MAGNETS, STEPS)
    )
    print(f"a step of a muon, mean loss: numpy {plain:.0f} ns, here {simple:.1f} ns, {plain / simple:.0f} x faster")
    print(f"with straggling {full:.1f} ns; its four random numbers {drawn:.1f} ns, drawn once for all designs")

    soft = Settings(steps=STEPS)
    value = nanoseconds(partial(jax.jit(soft_hits), magnets, muons, noise, soft))
    slope = nanoseconds(partial(jax.jit(jax.value_and_grad(soft_hits)), magnets, muons, noise, soft))
    print(f"soft hits {value:.1f} ns; with all 105 derivatives {slope:.1f} ns, {slope / value:.2f} x")
    problem = make("muon-shield-v1")
    baseline = problem.references["baseline"]
    value = nanoseconds(partial(jax.jit(problem.loss), baseline))
    slope = nanoseconds(partial(jax.jit(jax.value_and_grad(problem.loss)), baseline))
    print(f"loss of {problem.name} with its gradient: {slope / value:.2f} x, charged as {problem.gradient_price} x")
    for count, steps in ((MUONS, STEPS), (2 * MUONS, STEPS), (MUONS, 2 * STEPS), (100_000, 45)):
        shapes = jax.eval_shape(partial(frozen_sample.__wrapped__, 0, count, Bands(), MAGNETS, steps))
        settings = Settings(steps=steps)
        program = jax.jit(jax.value_and_grad(soft_hits)).lower(magnets, shapes.muons, shapes.noise, settings)
        size = program.compile().memory_analysis()
        here, there = size.temp_size_in_bytes / 1e6, size.argument_size_in_bytes / 1e6
        print(f"gradient of {count} muons, {MAGNETS * steps} steps: {here:.0f} MB beside {there:.0f} MB of sample")

    for row in json.loads(GEANT4.read_text())["rows"]:
        if row["iron_m"] == 8 or (row["iron_m"], row["p_gev"]) == (15, 150):
            geant4, crossings = row["sec_per_event_all_lengths"], row["iron_m"] / STEP
            here, shared = (full + drawn) * 1e-9 * crossings, full * 1e-9 * crossings
            print(
                f"{row['p_gev']:g} GeV, {row['iron_m']:g} m of iron: {1 / here:,.0f} muons a second and core,", end=" "
            )
            print(f"{geant4 / here:,.0f} x Geant4; {geant4 / shared:,.0f} x with random numbers that are there already")


if __name__ == "__main__":
    main()

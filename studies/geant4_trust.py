"""Do learned surrogates of Geant4 state their own errors rightly, and may their gradient be trusted?

Learns ln sigma(E)/E of all designs that `geant4_surrogate.py` asked for (their showers are in the cache). Every eighth
is predicted from the others: how many lie within 68 and 95 % of the predicted errors? Then, around equal layers and
half-way to the best design, differences of Geant4 with three times the showers: their cosine with the surrogates'
gradients, and the information that the surrogates' error costs (designopt/surrogates/accuracy.py), as found, by chance,
and as they expect it themselves.

    python studies/geant4_trust.py [--runs runs/geant4-surrogate]        half an hour; needs designopt[geant4]
"""

from designopt import prepare

prepare()

import argparse

import jax
import jax.numpy as jnp
import numpy as np

from designopt.detectors.calorimeter.simulation.problem import calorimeter_geant4
from designopt.optimisers.common.subspace import Subspace
from designopt.records.study_record import load
from designopt.surrogates.accuracy import TRUSTED, alignment, expected_loss, lost_information
from designopt.surrogates.base import AbstractSurrogate
from designopt.surrogates.ensemble import fit_ensemble
from designopt.surrogates.gaussian import fit_gaussian_process

KNOTS, FOLDS, HALF_STEP, BEAM, SHOWERS, MORE = 4, 8, 0.2, (0.5,), 300, 3
NORMAL = (1.0, 1.96)  # standard deviations that hold 68 and 95 %


def counted(points: np.ndarray, showers: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """ln sigma(E)/E of designs and its standard error."""
    problem = calorimeter_geant4(energies=BEAM, showers=showers, seed=seed)
    found = jax.jit(lambda u: problem.detector.response(problem.build(u)))
    responses = [found(jnp.asarray(u)) for u in points]
    value, error = (np.array([float(a[name][0]) for a in responses]) for name in ("resolution", "resolution_error"))
    return np.log(value), error / value


def predicted(model: AbstractSurrogate, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, how unsure it is, and gradient."""
    mean, unsure, _ = jax.vmap(model.predict)(jnp.asarray(points))
    return np.asarray(mean), np.asarray(unsure), np.asarray(jax.vmap(jax.grad(lambda u: model.predict(u)[0]))(points))


def main() -> None:
    """Collect, count, learn, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", default="runs/geant4-surrogate")
    problem = calorimeter_geant4(energies=BEAM, showers=SHOWERS)
    small = Subspace(problem, KNOTS)
    points = [trial.u for run in load(parser.parse_args().runs).runs for trial in run.trials]
    points = np.random.default_rng(1).permutation(np.unique(points, axis=0))
    values, found = counted(points, SHOWERS, seed=1)
    points, errors = small.nearest(points), np.full(len(points), np.sqrt(np.mean(found**2)))
    print(
        f"ln sigma(E)/E of {len(points)} designs: {values.mean():.2f} +- {values.std():.2f}, the noise {errors[0]:.3f}"
    )
    equal = small.nearest(np.asarray(problem.space.encode(problem.references["uniform"])))
    shifts = HALF_STEP * np.eye(equal.size)
    checks = {}
    for place, centre in {
        "equal layers": equal,
        "half-way to the best": (equal + points[np.argmin(values)]) / 2,
    }.items():
        probes = np.clip(centre + np.concatenate([shifts, -shifts]), 0, 1)
        truth, unsure = counted(small.lift(probes), MORE * SHOWERS, seed=12)
        slope, slope_error = -np.diff(np.split(truth, 2), axis=0)[0], np.hypot(*np.split(unsure, 2))
        print(f"{place}, Geant4:", *(f"{s:+.3f}+-{e:.3f}" for s, e in zip(slope, slope_error, strict=True)), flush=True)
        checks[place] = (centre, probes, truth, unsure, slope, slope_error)
    for name, fit in (("Gaussian process", fit_gaussian_process), ("ensemble", fit_ensemble)):
        pulls = np.zeros(len(points))
        for fold in range(FOLDS):
            held = np.arange(len(points)) % FOLDS == fold
            mean, own, _ = predicted(fit(points[~held], values[~held], errors[~held]), points[held])
            pulls[held] = np.abs(values[held] - mean) / np.hypot(own, errors[held])
        print(
            f"{name}:", *(f"{100 * np.mean(pulls < bound):.1f} %" for bound in NORMAL), "within 68 and 95 %", flush=True
        )
        model = fit(points, values, errors)
        for place, (centre, probes, truth, unsure, slope, slope_error) in checks.items():
            mean, own, gradients = predicted(model, probes)
            cosine, cosine_error = alignment(predicted(model, centre[None])[2][0], slope, slope_error)
            noise = errors[: len(probes)]
            lost = lost_information(mean - truth, noise, gradients)
            chance, expected = (expected_loss(error, noise, gradients) for error in (unsure, own))
            print(f"{place}: cosine {cosine:.2f} +- {cosine_error:.2f}, nats {lost:.2f}, {chance:.2f} by chance, "
                  f"{expected:.2f} expected; trusted: {expected < TRUSTED}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()

"""Do learned surrogates of Geant4 know what they do not know, and may their gradient be trusted?

The calorimeter of `geant4_surrogate.py` at Sobol points of the small cube, designs that no search chose, 300 showers
each. Every eighth is predicted from the others: how many lie within 68 and 95 % of the predicted errors? Then, around
equal layers, differences of Geant4 with eight times the showers: their cosine with the surrogates' gradients, and the
information that the surrogates' error costs (designopt/surrogates/accuracy.py), less what the noise of the check makes.

    python studies/geant4_trust.py        half an hour; needs designopt[geant4]
"""

import jax
import jax.numpy as jnp
import numpy as np
from scipy.stats import qmc

from designopt.optimisers.starts import Subspace
from designopt.surrogates.accuracy import TRUSTED, alignment, lost_information
from designopt.surrogates.base import AbstractSurrogate
from designopt.surrogates.ensemble import fit_ensemble
from designopt.surrogates.gaussian import fit_gaussian_process
from detectors.calorimeter.simulated import calorimeter_geant4

KNOTS, DESIGNS, FOLDS, HALF_STEP, BEAM, SHOWERS, MORE = 4, 128, 8, 0.15, (0.5,), 300, 8
NORMAL = (1.0, 1.96)  # standard deviations that hold 68 and 95 %


def counted(points: np.ndarray, showers: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """ln sigma(E)/E of the designs of small points, and its standard error."""
    problem = calorimeter_geant4(energies=BEAM, showers=showers, seed=seed)
    found = jax.jit(lambda u: problem.detector.response(problem.build(u)))
    answers = [found(jnp.asarray(u)) for u in Subspace(problem, KNOTS).wish(points)]
    value, error = (np.array([float(a[name][0]) for a in answers]) for name in ("resolution", "resolution_error"))
    return np.log(value), error / value


def predicted(model: AbstractSurrogate, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, how unsure it is, and gradient."""
    mean, unsure, _ = jax.vmap(model.predict)(jnp.asarray(points))
    return np.asarray(mean), np.asarray(unsure), np.asarray(jax.vmap(jax.grad(lambda u: model.predict(u)[0]))(points))


def main() -> None:
    """Count, learn, compare."""
    problem = calorimeter_geant4(energies=BEAM)
    middle = Subspace(problem, KNOTS).nearest(np.asarray(problem.space.encode(problem.references["uniform"])))
    points = qmc.Sobol(middle.size, rng=np.random.default_rng(1)).random(DESIGNS)
    values, found = counted(points, SHOWERS, seed=11)
    errors = np.full(DESIGNS, np.sqrt(np.mean(found**2)))
    print(f"ln sigma(E)/E of {DESIGNS} designs: {values.mean():.2f} +- {values.std():.2f}, the noise {errors[0]:.3f}")
    shifts = HALF_STEP * np.eye(middle.size)
    probes = np.clip(middle + np.concatenate([shifts, -shifts]), 0, 1)
    truth, unsure = counted(probes, SHOWERS * MORE, seed=12)
    slope, slope_error = -np.diff(np.split(truth, 2), axis=0)[0], np.hypot(*np.split(unsure, 2))
    print("differences of Geant4:", *(f"{s:+.3f}+-{e:.3f}" for s, e in zip(slope, slope_error, strict=True)))
    for name, fit in (("Gaussian process", fit_gaussian_process), ("ensemble", fit_ensemble)):
        pulls = np.zeros(DESIGNS)
        for fold in range(FOLDS):
            held = np.arange(DESIGNS) % FOLDS == fold
            mean, own, _ = predicted(fit(points[~held], values[~held], errors[~held]), points[held])
            pulls[held] = np.abs(values[held] - mean) / np.hypot(own, errors[held])
        model = fit(points, values, errors)
        mean, _, gradients = predicted(model, probes)
        cosine, cosine_error = alignment(predicted(model, middle[None])[2][0], slope, slope_error)
        lost = lost_information(mean - truth, errors[: len(probes)], gradients)
        chance = 0.5 * middle.size * np.mean(unsure**2) / errors[0] ** 2
        inside = " and ".join(f"{100 * np.mean(pulls < bound):.0f}" for bound in NORMAL)
        print(f"{name}: {inside} % within 68 and 95 %; cosine {cosine:.2f} +- {cosine_error:.2f}; lost {lost:.2f} nat, "
              f"{chance:.2f} of it noise of the check; trusted: {lost - chance < TRUSTED}")  # fmt: skip


if __name__ == "__main__":
    main()

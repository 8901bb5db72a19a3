"""The calorimeter against thirty stacks in Geant4, of which ten set its constants, and thirteen published blocks."""

import csv
from typing import Any, NamedTuple

import jax
import numpy as np
from numpy.typing import ArrayLike

from designopt.detectors.calorimeter.evaluate import evaluate_design
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.shower.longitudinal import Longitudinal, longitudinal
from designopt.detectors.calorimeter.simulation.truth import Stack, read_geant4
from designopt.report.figures.palette import COLOURS, GREY
from validation.drawing import DATA, FITTED, PREDICTED, Claim, Validation, level, named, panels, plain, worst

SLOTS = 220
CALIBRATION = read_geant4(DATA / "geant4_calorimeter.json")
HOLDOUT = read_geant4(DATA / "geant4_holdout.json")
FIT_TO = 5.0
"""GeV: to resolutions up to here the sampling law was fitted, in the ten stacks."""

MOST = 5
"""Energies at most of a published block."""

_shower = jax.jit(longitudinal, static_argnames="beam")


def shower_in(cells: list[dict[str, Any]], energies: ArrayLike, beam: str = "electron") -> Longitudinal:
    """A shower in a stack, padded with absent layers so that all stacks share one program.

    Args:
        cells: as `Layers.from_cells` takes them.
        energies: GeV.
        beam: "electron" or "photon".
    """
    return _shower(Layers.from_cells(cells, slots=SLOTS), np.asarray(energies, dtype=float), beam=beam)


def comparison(stack: Stack) -> dict[str, np.ndarray]:
    """Model against Geant4 at each energy: relative errors, but `contained` absolute, `profile` rms over the peak."""
    energies = [point.energy for point in stack.points]
    padded = energies + [50.0] * (4 - len(energies))
    beam = shower_in(stack.cells, padded, stack.beam)
    rows = []
    for k, point in enumerate(stack.points):
        model = np.asarray(beam.layer_energy[k])[: len(stack.cells)]
        shape, truth = model / model.sum(), point.profile / point.profile.sum()
        spread = np.asarray(beam.deviations[k]).sum(axis=-1)
        sigma = np.sqrt((spread**2).sum() + float(beam.sampling_variance[k].sum())) / model.sum()
        rows.append(
            (
                np.sqrt(np.mean((shape - truth) ** 2)) / truth.max(),
                float(beam.contained[k]) - point.contained,
                model.sum() / point.visible - 1,
                sigma / point.resolution - 1,
            )
        )
    return dict(zip(("profile", "contained", "visible", "sigma"), np.array(rows).T, strict=True))


class Block(NamedTuple):
    """A published homogeneous calorimeter: whether it sets its medium's light and constant term, and its cores in %."""

    detector: str
    calibrates: bool
    published: np.ndarray
    found: np.ndarray


def blocks() -> list[Block]:
    """Homogeneous calorimeters that were published, and what the model says of them at the same energies."""
    found = []
    for row in csv.DictReader((DATA / "homogeneous_published.csv").read_text().splitlines()):
        block = {"active": row["medium"], "active_thickness": float(row["depth_mm"]), "pitch": float(row["pitch_mm"])}
        energies = [float(word) for word in row["energies_gev"].split()]
        spec = {
            "layers": [{"absorber": None, **block}],
            "energies": energies + [100.0] * (MOST - len(energies)),  # as many in all rows: compiled once
            "readout": {"noise": 0.0 if row["tubes"] == "yes" else 1.0},
        }
        core = 100 * np.array(evaluate_design(spec)["resolution_core"])[: len(energies)]
        published = np.array([float(word) for word in row["published_pct"].split()])
        found.append(Block(row["detector"], row["calibrates"] == "yes", published, core))
    return found


def validation() -> Validation:
    """Layer profiles of two stacks, resolutions of all stacks that sample, and those of published blocks."""
    sampled = [[stack for stack in stacks if not stack.homogeneous] for stacks in (CALIBRATION, HOLDOUT)]
    found = {stack.name: comparison(stack) for stack in [*CALIBRATION, *HOLDOUT]}
    ranked = sorted(HOLDOUT, key=lambda stack: found[stack.name]["profile"].max())
    off: list[list[float]] = [[], []]
    published = blocks()
    with panels(3, 7.0, (1, 1.15, 1), share=False) as (figure, (profile, resolution, homogeneous)):
        for stack, colour, word in (
            (ranked[len(ranked) // 2], COLOURS[0], "median"),
            (ranked[-1], COLOURS[1], "worst"),
        ):
            energy = int(np.argmax(found[stack.name]["profile"]))
            point, layer = stack.points[energy], np.arange(1, len(stack.cells) + 1)
            beam = shower_in(stack.cells, [one.energy for one in stack.points] + [50.0], stack.beam)
            model = np.asarray(beam.layer_energy[energy])[: len(stack.cells)]
            profile.plot(layer, 100 * model / model.sum(), color=colour)
            profile.errorbar(layer, 100 * point.profile / point.profile.sum(), color=colour, **PREDICTED)
            name = f"{word} of the twenty:\n{stack.name.replace('_', ' ')}, {point.energy:g} GeV"
            named(profile, colour, name)
        profile.set(xlabel="Layer", ylabel="Share of the signal (%)", ylim=(0, 25))
        profile.legend(frameon=False, fontsize=8.5, loc="upper right")
        for which, stacks in enumerate(sampled):
            for stack in stacks:
                for point, sigma in zip(stack.points, found[stack.name]["sigma"], strict=True):
                    low = point.energy <= FIT_TO
                    look = PREDICTED if which or not low else FITTED
                    colour = (COLOURS[0], COLOURS[1])[which] if low else GREY
                    resolution.errorbar(
                        100 * point.resolution, 100 * sigma, 100 * point.resolution_error / point.resolution,
                        color=colour, alpha=1.0 if low else 0.5, zorder=2 + low, **look,
                    )  # fmt: skip
                    if low:
                        off[which].append(100 * sigma)
        looks = ((COLOURS[0], FITTED, "1 and 5 GeV, fitted"), (COLOURS[1], PREDICTED, "1 and 5 GeV, never fitted"),
                 (GREY, PREDICTED, "20 and 50 GeV, few showers"))  # fmt: skip
        for colour, look, label in looks:
            resolution.errorbar([], [], [], color=colour, label=label, **look)
        level(resolution)
        resolution.set(xscale="log", xlabel="sigma(E)/E in Geant4 (%)", ylabel="Model over Geant4, less 1 (%)")
        plain(resolution, (1, 2, 5, 10, 20, 30))
        resolution.legend(frameon=False, fontsize=8.5, loc="lower left")
        for block in published:
            colour, look = (COLOURS[0], FITTED) if block.calibrates else (COLOURS[1], PREDICTED)
            homogeneous.errorbar(block.published, 100 * (block.found / block.published - 1), color=colour, **look)
        level(homogeneous)
        homogeneous.set(xscale="log", xlabel="Published core of sigma(E)/E, blocks (%)")
        homogeneous.set_ylabel("Model over published,\nless 1 (%)")
        plain(homogeneous, (0.5, 1, 2, 5, 10))
    profiles = [100 * found[stack.name]["profile"].max() for stack in HOLDOUT]
    blind = [block for block in published if not block.calibrates]
    wrong = [[100 * (block.found / block.published - 1) for block in published if block.calibrates == one]
             for one in (True, False)]  # fmt: skip
    counts = (
        f"{len(off[0])} points of {len(sampled[0])} stacks",
        f"{len(off[1])} of {len(sampled[1])} others",
        f"{len(published) - len(blind)} blocks that calibrate",
        f"{len(blind)} others",
    )
    return Validation(figure, counts, (
        Claim("within {} % of the peak", 6.5, worst(profiles)),
        Claim("{} % where fitted", 10.5, worst(off[0])),
        Claim("{} % where not", 15.5, worst(off[1])),
        Claim("within {} % for", 12.5, worst(np.concatenate(wrong[0]))),
        Claim("{} % at worst", 45, worst(np.concatenate(wrong[1]))),
    ))  # fmt: skip

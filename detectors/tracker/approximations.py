"""Which approximations a layout allows: parabola or helix, and whose thickness stands in the scattering logarithm."""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from designopt.design.variables import Number
from designopt.detectors.tracker.layout.surfaces import Layout
from designopt.detectors.tracker.resolution.crossing import Tracks, crossing
from designopt.detectors.tracker.resolution.scattering import FIXED, finely_cut, understated
from designopt.stored import StoredJit
from designopt.written import choice_of, number_of

TRAJECTORIES = ("auto", "parabola", "helix")
LOGS = ("auto", "layer", "fixed", "total")
MASSES = {"muon": 0.1056584, "pion": 0.1395704, "kaon": 0.493677, "proton": 0.9382721, "massless": 0.0}
CURLING = math.pi / 2
"""Turning angle in rad up to the last hit from which on "auto" takes the helix."""
NOTICEABLE = 0.02  # difference that is told
SIGMAS = ("sigma_pt_over_pt", "sigma_d0_um", "sigma_z0_um", "sigma_phi_rad", "sigma_cot_theta")
LABELS = dict(zip(SIGMAS, ("sigma(pT)", "sigma(d0)", "sigma(z0)", "sigma(phi)", "sigma(cot theta)"), strict=True))


def mass_of(value: Any) -> float:
    """The mass in GeV of a particle's name, a number, or a number as text. Raises ValueError for anything else."""
    if isinstance(value, str) and value in MASSES:
        return MASSES[value]
    try:
        number = float(value) if isinstance(value, str) else value
    except ValueError:
        return MASSES[choice_of(value, "The mass", MASSES)]
    return number_of(number, "The mass", 0.0, 1000.0, "GeV", small=f"Name it, if you like: {', '.join(MASSES)}.")


def mass_asked(value: Any, what: str) -> Any:
    """A mass as a design states it, unchanged. Raises ValueError for what `mass_of` does not read."""
    mass_of(value)
    return value


def log_asked(value: Any, what: str) -> Any:
    """A 'log' as a design states it, unchanged. Raises ValueError for what `logarithm_of` does not read."""
    logarithm_of(value, np.zeros(1))
    return value


@partial(StoredJit, quickly=True)
def turning_angle(layout: Layout, tracks: Tracks, field: Number) -> Float[Array, " track"]:
    r"""Angle in rad by which each track has turned at its last hit, $s/R$ of the exact helix; 0 without a hit.

    Args:
        layout: surfaces, mm.
        tracks: pt in GeV, cot(theta), z of the vertex in mm.
        field: T.
    """

    def one(track: Tracks) -> Float[Array, ""]:
        met = crossing(layout, track, field)
        return 2 * jnp.max(met.there * layout.measures * met.turn, initial=0.0)

    return jax.vmap(one)(tracks)


def logarithm_of(value: Any, material: Float[np.ndarray, " surface"]) -> Any:
    """What `scattering.kick` takes: None for each layer's own thickness, "total", or a number (x/X0).

    `value` is one of `LOGS` or a number. "auto" is each layer's own, as published tools do, but "total" where the
    material (x/X0 of every surface) is cut finely. Raises ValueError for anything else.
    """
    try:
        number = float(value)
    except OverflowError:
        number = np.inf
    except (TypeError, ValueError):
        word = choice_of(value, "'log'", LOGS)
        if word == "auto":
            word = "total" if finely_cut(material) else "layer"
        return {"layer": None, "fixed": FIXED, "total": "total"}[word]
    return number_of(value if isinstance(value, bool) else number, "'log'", 1e-9, 100.0)


def logarithm_notes(chosen: Any, asked: Any, material: Float[np.ndarray, " surface"]) -> list[str]:
    """What the logarithm does in finely cut material; nothing where it is not cut finely.

    Args:
        chosen: what stands in the logarithm.
        asked: what was asked to stand there.
        material: x/X0 of every surface.
    """
    if not finely_cut(material) or (chosen is not None and asked != "auto"):
        return []
    lost = f"{100 * understated(material):.0f} %"
    thin = (
        "The material is cut finely; with each layer's own thickness in its logarithm the scattering formula would "
        f"lose {lost} of the angle in the thin layers"
    )
    if chosen is None:
        return [f"{thin}, and does here: --log total takes the thickness of all that a track meets."]
    return [f"{thin}. The thickness of all that a track meets is taken instead (--log total)."]


def trajectory_notes(
    exact: Sequence[bool],
    turns: Sequence[float],
    parabola: Sequence[Mapping[str, Any]],
    helix: Sequence[Mapping[str, Any]],
) -> list[str]:
    """Which momenta have the helix (`exact`) and which turn by how much; how far off the parabola is at the others."""
    found = []
    if any(exact):
        slow = sorted({point["pt_gev"] for point, curls in zip(helix, exact, strict=True) if curls})
        found.append(
            f"Tracks of {_listed(slow)} GeV turn by up to {math.degrees(max(turns)):.0f} degrees: their errors are "
            "those of the exact helix, the others those of the parabola of published tools."
        )
    off = [
        (*_difference(flat, round_), flat["pt_gev"])
        for flat, round_, curls in zip(parabola, helix, exact, strict=True)
        if not curls
    ]
    if wrong := [entry for entry in off if abs(entry[0]) > NOTICEABLE]:
        worst, name, _ = max(wrong, key=lambda entry: abs(entry[0]))
        found.append(
            f"Tracks of {_listed(sorted({entry[2] for entry in wrong}))} GeV turn noticeably: the parabola gives a "
            f"{name} that is up to {100 * abs(worst):.0f} % too {'large' if worst > 0 else 'small'}. "
            "--trajectory helix is exact."
        )
    return found


def _difference(flat: Mapping[str, Any], exact: Mapping[str, Any], keys: Sequence[str] = SIGMAS) -> tuple[float, str]:
    """The largest relative difference of an error on the parabola from that on the helix, and which error it is."""
    pairs = [(flat[key] / exact[key] - 1, LABELS[key]) for key in SIGMAS if flat[key] and exact[key]]
    return max(pairs, key=lambda pair: abs(pair[0]), default=(0.0, ""))


def _listed(values: Sequence[float]) -> str:
    few = [f"{value:g}" for value in values[:4]]
    return ", ".join(few) + (" and more" if len(values) > 4 else "")

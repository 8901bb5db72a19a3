"""The calorimeter as a detector: from the variables of a design to resolution, cost, limits and a drawing."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.space import Design
from designopt.detectors.calorimeter.cost import CostModel
from designopt.detectors.calorimeter.draw import draw_stack
from designopt.detectors.calorimeter.gdml import HEADINGS, stack_geometry, written_stack
from designopt.detectors.calorimeter.lateral.footprint import footprint_of
from designopt.detectors.calorimeter.lateral.position import position_resolution
from designopt.detectors.calorimeter.lateral.separation import opening_distance, pion_energies, resolving_probability
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.response.blind import Sight
from designopt.detectors.calorimeter.response.readout import Readout
from designopt.detectors.calorimeter.response.resolution import ALL_TERMS, energy_resolution
from designopt.detectors.calorimeter.response.settings import settings_of
from designopt.detectors.calorimeter.shower.longitudinal import NODES, Longitudinal, longitudinal
from designopt.detectors.calorimeter.shower.medium import medium_of, ratio
from designopt.detectors.materials import MATERIALS, index_of
from designopt.problem.detector import AbstractDetector, CostBreakdown, Response

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from designopt.geometry import Geometry

THICKNESS_OF = {"Si": "silicon_thickness", "scintillator": "scintillator_thickness"}
"""Variable that holds the thickness of each sensor a slot may have."""
READOUT = ("noise", "light", "miscalibration", "uniformity")


class Calorimeter(AbstractDetector):
    """A stack of up to so many layers; each slot has an absorber, a sensor behind it, a pitch and a gate.

    Design variables, one value a slot: `absorber_thickness`, one thickness for each kind of sensor (`THICKNESS_OF`),
    `pitch` (mm), `present` (0..1), and the weights of `absorber` and `active` materials where there is a choice.
    A mixture is the sum of its materials, each with its weight times its thickness times the gate.
    """

    prices: CostModel
    readout: Readout
    absorbers: tuple[str, ...] = eqx.field(static=True)
    actives: tuple[str, ...] = eqx.field(static=True)
    energies: tuple[float, ...] = eqx.field(static=True)
    depth_limit: float = eqx.field(static=True)
    channel_limit: float = eqx.field(static=True)
    pitch_limits: tuple[float, float] = eqx.field(static=True)

    def layers(self, design: Design) -> tuple[Layers, Float[Array, "slot material"]]:
        """The stack of a design, and which sensor each slot holds (weights times the gate)."""
        gate = design["present"][:, None]
        absorber = design.get("absorber", jnp.ones_like(gate)) * gate
        active = design.get("active", jnp.ones_like(gate)) * gate
        thicknesses = jnp.stack([design[THICKNESS_OF[name]] for name in self.actives], axis=-1)
        stack = Layers(
            absorber=absorber * design["absorber_thickness"][:, None] @ _rows(self.absorbers),
            active=active * thicknesses @ _rows(self.actives),
            pitch=design["pitch"],
            present=design["present"],
        )
        return stack, active @ _rows(self.actives)

    def showers(self) -> int:
        """Simulated showers of one evaluation: quadrature nodes times energies, photons of the pions included."""
        return NODES * (len(self.energies) + pion_energies()[0].size)

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        r"""Resolution and its terms, containment and position resolution at each energy; pions resolved.

        Axis `energy` is `energies`. `pions_resolved` is the mean probability over $\pi^0$ of 5-40 GeV, flat in
        ln E. With a key the fluctuations of the showers are drawn afresh instead of integrated. A stack without a
        sensor resolves nothing (`response.blind`).
        """
        sight = Sight.of(self.layers(design)[0])
        layers = sight.layers
        beam, photons = electrons_and_pions(layers, self.energies, key)
        resolution = energy_resolution(beam, layers, self.readout)
        measured = {
            "resolution": resolution["resolution"],
            **resolution["terms"],
            "contained": beam.contained,
            "position_resolution": position_resolution(footprint_of(layers, beam, self.readout), beam.energies),
            "pions_resolved": resolved(layers, photons, self.readout),
        }
        return sight.response(measured)

    def cost(self, design: Design) -> CostBreakdown:
        """Money by item in kCHF: absorber, active, channels, mechanics."""
        gate = design["present"][:, None]
        absorber = design.get("absorber", jnp.ones_like(gate)) * gate
        active = design.get("active", jnp.ones_like(gate)) * gate
        thicknesses = jnp.stack([design[THICKNESS_OF[name]] for name in self.actives], axis=-1)
        return self.prices.items_of_choices(
            self.absorbers,
            absorber * design["absorber_thickness"][:, None],
            self.actives,
            active * thicknesses,
            active,
            design["pitch"],
            design["present"],
        )

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """Depth, channels, lateral envelope (two Molière radii of the whole stack, gaps included) and pitch limits."""
        layers, share = self.layers(design)
        sight = Sight.of(layers)
        channels = jnp.sum(jnp.sum(share, axis=-1) * self.prices.area / layers.pitch**2)
        finest, coarsest = self.pitch_limits
        return {
            "depth": jnp.sum(layers.absorber + layers.active) / self.depth_limit - 1,
            "channels": channels / self.channel_limit - 1,
            "envelope": sight.found(2 * medium_of(sight.layers).moliere_radius / self.prices.envelope) - 1,
            "finest pitch": jnp.max(layers.present * finest / layers.pitch) - 1,
            "coarsest pitch": jnp.max(layers.present * layers.pitch / coarsest) - 1,
        }

    def draw(self, design: Design, axes: "Axes") -> None:
        """Side view with the mean profile of the lowest and of the highest energy."""
        draw_with_profiles(self.layers(design)[0], self.energies, axes)

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """Resolution and position at each energy, pions resolved, and what the highest energy leaks."""
        at = [f"{energy:g} GeV" for energy in self.energies]
        resolution = {f"sigma(E)/E at {e} (%)": 100 * response["resolution"][i] for i, e in enumerate(at)}
        position = {f"position at {e} (mm)": response["position_resolution"][i] for i, e in enumerate(at)}
        pions = {"pi0 of 5-40 GeV resolved (%)": 100 * response["pions_resolved"]}
        return resolution | position | pions | {f"leakage at {at[-1]} (%)": 100 * (1 - response["contained"][-1])}

    def better(self, label: str) -> int:
        """More pions resolved is better; less of all else."""
        return better(label)

    def written(self, design: Design) -> dict[str, Any]:
        """The stack as `designopt evaluate` reads it."""
        readout = settings_of(self.readout)
        return written_stack(design, self.absorbers, self.actives, self.energies, readout=readout)

    def geometry(self, written: Mapping[str, Any]) -> "Geometry":
        """Squares along the beam."""
        return stack_geometry(written, float(self.prices.area))

    def headings(self) -> Mapping[str, str]:
        """Units of a written stack."""
        return HEADINGS

    def settings(self) -> dict[str, Any]:
        """Everything that tells this calorimeter from another, as JSON values; prices in kCHF, mm."""
        prices = {f.name: np.asarray(getattr(self.prices, f.name)).tolist() for f in fields(self.prices)}
        readout = {name: float(getattr(self.readout, name)) for name in READOUT}
        names = ("absorbers", "actives", "energies", "depth_limit", "channel_limit", "pitch_limits")
        plain = {name: list(v) if isinstance(v := getattr(self, name), tuple) else v for name in names}
        return {"model": "calorimeter-1", "terms": list(ALL_TERMS), "readout": readout, "prices": prices, **plain}


def draw_with_profiles(layers: Layers, energies: tuple[float, ...], axes: "Axes") -> None:
    """Side view of a stack with the mean profile of the lowest and of the highest energy (GeV)."""
    draw_stack(layers, axes, energy_density(showers_to_draw(layers, jnp.asarray([energies[0], energies[-1]]))))


def better(label: str) -> int:
    """Which way a metric of a calorimeter is better: more pions resolved, less of all else."""
    return 1 if "resolved" in label else -1


def energy_density(shower: Longitudinal) -> dict[str, np.ndarray]:
    """Energy left around each layer, in per cent of the beam energy per X0, by the energy's label.

    Args:
        shower: of the beam energies, GeV.
    """
    deposit = ratio(shower.layer_energy, shower.sampling_fraction) / shower.energies[:, None]
    density = np.asarray(100 * ratio(deposit, shower.medium.thickness + 0 * deposit))
    return {f"{energy:g} GeV": row for energy, row in zip(np.asarray(shower.energies), density, strict=True)}


showers_to_draw = jax.jit(longitudinal)
"""Compiled once for all drawings."""


def simulated(
    layers: Layers, energies: Float[Array, " energy"], key: PRNGKeyArray | None, beam: str = "electron"
) -> Longitudinal:
    """Showers in a stack whose layers may be there in part.

    A layer that is there by the part g samples like the whole layer in a part g of the events: variance and
    signal scale with g. Taken for a layer of thickness g t, it would sample as finely for g of the money.

    Args:
        layers: the stack, from the front; thicknesses and pitches in mm.
        energies: of the beam, GeV.
        key: None for the quadrature, a JAX key for fresh events.
        beam: "electron" or "photon".
    """
    shower = longitudinal(layers, energies, key, beam)
    return eqx.tree_at(lambda s: s.sampling_variance, shower, ratio(shower.sampling_variance, layers.present))


def resolved(layers: Layers, photons: Longitudinal, readout: Readout) -> Float[Array, ""]:
    r"""Mean probability to resolve $\pi^0$ of 5-40 GeV, flat in ln E, from the showers of half their energies.

    Args:
        layers: the stack, from the front; thicknesses and pitches in mm.
        photons: showers of half the energies of the pions, GeV.
        readout: noise and light of every active material.
    """
    energies, weights = pion_energies()
    pairs = footprint_of(layers, photons, readout)
    # Two photons leave twice what one does.
    pairs = eqx.tree_at(lambda f: f.energy, pairs, 2 * pairs.energy)
    return resolving_probability(pairs, opening_distance(energies)) @ weights


def electrons_and_pions(
    layers: Layers, energies: tuple[float, ...], key: PRNGKeyArray | None
) -> tuple[Longitudinal, Longitudinal]:
    """Showers of the beam energies, and of the photons of the pions: one simulation.

    Args:
        layers: the stack, from the front; thicknesses and pitches in mm.
        energies: of the beam, GeV.
        key: None for the quadrature, a JAX key for fresh events.
    """
    both = simulated(layers, jnp.asarray([*energies, *(pion_energies()[0] / 2)]), key)
    beam, photons = (_rows_of(both, rows) for rows in np.split(np.arange(both.energies.size), [len(energies)]))
    return beam, photons


def _rows(names: tuple[str, ...]) -> Float[np.ndarray, "choice material"]:
    """One row a chosen material, with a one at its place in the table."""
    return np.eye(len(MATERIALS))[[index_of(name) for name in names]]


def _rows_of(shower: Longitudinal, rows: np.ndarray) -> Longitudinal:
    """The showers of some of the energies."""
    parts = {f.name: getattr(shower, f.name) for f in fields(shower)}
    return Longitudinal(**{name: part if name == "medium" else part[rows] for name, part in parts.items()})

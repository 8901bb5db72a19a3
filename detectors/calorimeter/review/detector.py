"""The reviewed calorimeter as a detector: kinds of layer, boards, noise by size, limits that a board sets."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from designopt.design.space import Design
from designopt.detectors.calorimeter.cost import CostModel
from designopt.detectors.calorimeter.detector import (
    better,
    draw_with_profiles,
    electrons_and_pions,
    resolved,
    simulated,
)
from designopt.detectors.calorimeter.gdml import HEADINGS, stack_geometry, written_stack
from designopt.detectors.calorimeter.lateral.footprint import footprint_of
from designopt.detectors.calorimeter.lateral.position import position_resolution
from designopt.detectors.calorimeter.lateral.separation import pion_energies
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.calorimeter.response.blind import Sight
from designopt.detectors.calorimeter.response.front_end import FrontEnd
from designopt.detectors.calorimeter.response.readout import Readout
from designopt.detectors.calorimeter.response.resolution import ALL_TERMS, energy_resolution
from designopt.detectors.calorimeter.response.settings import settings_of
from designopt.detectors.calorimeter.review.boards import MIX, behind, with_boards
from designopt.detectors.calorimeter.review.goal import PHOTON, RADIUS, mass_resolution
from designopt.detectors.calorimeter.review.kinds import THICKNESS_OF, lead_of, sensors_of, stack_of
from designopt.detectors.calorimeter.review.limits import (
    LOW,
    Limits,
    low_energy_name,
    signal_to_noise,
    too_coarse,
    too_few,
    worst,
)
from designopt.detectors.calorimeter.shower.longitudinal import NODES
from designopt.detectors.calorimeter.shower.medium import medium_of
from designopt.detectors.few_kinds import further_systems, membership, used
from designopt.problem.detector import AbstractDetector, CostBreakdown, Response

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from designopt.geometry import Geometry

STARTS = 3  # conversion depths of a photon's quadrature
NAMES_OF_SENSORS = {"Si": "silicon", "scintillator": "tile"}


class ReviewedCalorimeter(AbstractDetector):
    """A stack of a few kinds of layer with a board in each, behind some dead material.

    Design variables: `review.kinds`. `board` is the thickness of board and cooling of a layer (mm), `cladding` that
    of the steel on each side of a lead plate (mm), `dead` the radiation lengths in front of the first, `kind_charge`
    the money that every kind costs besides its layers (kCHF), `second_readout` that of a read-out system beyond the
    first.
    """

    prices: CostModel
    readout: Readout
    limits: Limits
    absorbers: tuple[str, ...] = eqx.field(static=True)
    actives: tuple[str, ...] = eqx.field(static=True)
    energies: tuple[float, ...] = eqx.field(static=True)
    board: float
    cladding: float
    dead: float
    kind_charge: float
    second_readout: float

    @property
    def front_end(self) -> FrontEnd:
        """Noise and light by the size of a cell."""
        return self.readout.front_end or FrontEnd(None, None)

    def whole(self, design: Design) -> Layers:
        """The stack of a design with its boards."""
        stack, share = stack_of(design, self.absorbers, self.actives)
        return with_boards(stack, self.board, share, self.cladding, lead_of(design, self.absorbers))

    def layers(self, design: Design) -> tuple[Layers, Float[Array, "slot material"]]:
        """Boards and dead material included: what a shower meets; and which sensor each slot holds.

        Args:
            design: values by name of variable, in internal units (mm).
        """
        stack = behind(self.whole(design), self.dead)
        assert stack.share is not None
        return stack, stack.share

    def showers(self) -> int:
        """Simulated showers of one evaluation: quadrature nodes times energies, photons included."""
        return NODES * (len(self.energies) + pion_energies()[0].size + STARTS)

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        r"""Electrons at `energies`, one photon of 67.7 GeV, the mass of a pair of them, pions resolved.

        Axis `energy` is `energies`. With a key the fluctuations of the showers are drawn afresh instead of integrated.
        """
        sight = Sight.of(self.layers(design)[0])
        layers = sight.layers
        beam, halves = electrons_and_pions(layers, self.energies, key)
        resolution = energy_resolution(beam, layers, self.readout)
        photon = simulated(layers, jnp.asarray([PHOTON]), key, "photon")
        of_photon = energy_resolution(photon, layers, self.readout)
        place = position_resolution(footprint_of(layers, photon, self.readout, beam="photon"), photon.energies)
        measured = {
            "resolution": resolution["resolution"],
            **resolution["terms"],
            "contained": beam.contained,
            "position_resolution": position_resolution(footprint_of(layers, beam, self.readout), beam.energies),
            "pions_resolved": resolved(layers, halves, self.readout),
            "photon_resolution": of_photon["resolution"][0],
            "photon_constant": of_photon["terms"]["constant"][0],
            "photon_position": place[0],
            "mass_resolution": mass_resolution(of_photon["resolution"][0], place[0]),
        }
        return sight.response(measured)

    def cost(self, design: Design) -> CostBreakdown:
        """Money by item in kCHF: absorber, active, channels, mechanics (boards and cooling in it), kinds, read-out."""
        items = self.prices.items(*stack_of(design, self.absorbers, self.actives))
        present, member = design["present"], membership(design, "pitch")
        further = further_systems(present, member @ sensors_of(design, self.actives))
        return {
            **items,
            "kinds": self.kind_charge * jnp.sum(used(present[:, None] * member)),
            "second read-out": self.second_readout * further,
        }

    def constraints(self, design: Design) -> dict[str, Float[Array, ""]]:
        """Depth, channels, envelope (two Molière radii, boards included), pitch, noise, pi0, soft electrons."""
        layers, limits = self.whole(design), self.limits
        assert layers.share is not None
        channels = jnp.sum(jnp.sum(layers.share, axis=-1) * self.prices.area / layers.pitch**2)
        sight = Sight.of(self.layers(design)[0])
        seen = sight.layers
        finest, coarsest = limits.pitch
        use = used(design["present"][:, None] * membership(design, "pitch"))
        pitch = design["pitch"]
        found = {
            "depth": jnp.sum(layers.absorber + layers.active) / limits.depth - 1,
            "channels": channels / limits.channels - 1,
            "envelope": sight.found(2 * medium_of(seen).moliere_radius / self.prices.envelope) - 1,
            "finest pitch": jnp.max(layers.present * finest / layers.pitch) - 1,
            "coarsest pitch": jnp.max(layers.present * layers.pitch / coarsest) - 1,
        }
        if limits.snr is not None:
            for column, name in enumerate(self.actives):
                ratio = signal_to_noise(design[THICKNESS_OF[name]], pitch, _material(name), self.front_end)
                share = sensors_of(design, self.actives)[:, column]
                found[f"{NAMES_OF_SENSORS[name]} signal to noise"] = worst(use * share, ratio, limits.snr)
        if limits.pions is not None:
            pairs = resolved(seen, electrons_and_pions(seen, self.energies, None)[1], self.readout)
            found["pi0 resolved"] = too_few(sight.found(pairs), limits.pions)
        if limits.low_energy is not None:
            energies = jnp.asarray(LOW)
            soft = energy_resolution(simulated(seen, energies, None), seen, self.readout)["resolution"]
            excess = too_coarse(sight.errors(soft), energies, limits.low_energy)
            found |= dict(zip(map(low_energy_name, LOW), excess, strict=True))
        return found

    def draw(self, design: Design, axes: "Axes") -> None:
        """Side view with the mean profile of the lowest and of the highest energy."""
        draw_with_profiles(self.layers(design)[0], self.energies, axes)

    def metrics(self, response: Response) -> dict[str, Float[Array, ""]]:
        """The mass, resolution and position at each energy, pions resolved, and what the highest energy leaks."""
        at = [f"{energy:g} GeV" for energy in self.energies]
        return {
            "sigma(m)/m of H to two photons (%)": 100 * response["mass_resolution"],
            **{f"sigma(E)/E at {e} (%)": 100 * response["resolution"][i] for i, e in enumerate(at)},
            **{f"position at {e} (mm)": response["position_resolution"][i] for i, e in enumerate(at)},
            "pi0 of 5-40 GeV resolved (%)": 100 * response["pions_resolved"],
            f"constant term of a photon of {PHOTON:.1f} GeV (%)": 100 * response["photon_constant"],
            f"leakage at {at[-1]} (%)": 100 * (1 - response["contained"][-1]),
        }

    def better(self, label: str) -> int:
        """More pions resolved is better; less of all else."""
        return better(label)

    def written(self, design: Design) -> dict[str, Any]:
        """The stack as `designopt evaluate` reads it, without boards and dead material, which the problem adds."""
        readout = settings_of(self.readout)
        return written_stack(design, self.absorbers, self.actives, self.energies, readout=readout)

    def geometry(self, written: Mapping[str, Any]) -> "Geometry":
        """Squares along the beam, with the board of every layer and the dead material in front."""
        return stack_geometry(written, float(self.prices.area), self.board, self.dead, self.cladding)

    def headings(self) -> Mapping[str, str]:
        """Units of a written stack."""
        return HEADINGS

    def settings(self) -> dict[str, Any]:
        """Everything that tells this calorimeter from another, as JSON values; prices in kCHF, mm."""
        limits = {f.name: getattr(self.limits, f.name) for f in fields(self.limits)}
        front_end = None if self.readout.front_end is None else self.readout.front_end.settings()
        return {
            "model": "calorimeter-3",
            "terms": list(ALL_TERMS),
            "readout": {**settings_of(self.readout), "plate_tolerance": self.readout.plate_tolerance},
            "front_end": front_end,
            "prices": {f.name: np.asarray(getattr(self.prices, f.name)).tolist() for f in fields(self.prices)},
            "limits": {name: list(v) if isinstance(v, tuple) else v for name, v in limits.items()},
            "absorbers": list(self.absorbers),
            "actives": list(self.actives),
            "energies": list(self.energies),
            "board": {"thickness": self.board, **MIX},
            "cladding": self.cladding,
            "dead": self.dead,
            "kind_charge": self.kind_charge,
            "second_readout": self.second_readout,
            "photon": PHOTON,
            "radius": RADIUS,
        }


def _material(sensor: str) -> str:
    """The table's name of a sensor."""
    return {"Si": "Si", "scintillator": "PS"}[sensor]

"""Simulate and price a muon shield as a user writes it down: a table of magnets, every error one sentence."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

import jax
import numpy as np
from jaxtyping import Array

from designopt.detectors.muon_shield.cost import CostModel, masses
from designopt.detectors.muon_shield.count import PLANES, SECOND, Count, again, count_hits, honest, understood
from designopt.detectors.muon_shield.description import FORM as FORM
from designopt.detectors.muon_shield.description import KEYS as KEYS
from designopt.detectors.muon_shield.description import ROOM
from designopt.detectors.muon_shield.detector import REPORTED
from designopt.detectors.muon_shield.limits import LimitModel
from designopt.detectors.muon_shield.magnets.field import peak_fields
from designopt.detectors.muon_shield.magnets.row import Magnets
from designopt.detectors.muon_shield.magnets.units_check import check_units, field_hint, length_hint, unit_notes
from designopt.detectors.muon_shield.reference import challenge_baseline
from designopt.detectors.muon_shield.transport.shield import PLANE, Settings
from designopt.detectors.muon_shield.transport.step import Physics
from designopt.detectors.output_tables import notes
from designopt.problem.written.result import below_zero, common_part
from designopt.stored import StoredJit
from designopt.units import MCHF, MeV, T, cm, m, t
from designopt.written import Entry

BUDGET = 8 * MCHF  # the Challenge's limit
STEEL = 3.0 * T  # needs 700 kA/m already
FEWEST, MOST = 100, 100_000_000
STEPS = 25
Muons = Annotated[int, "Muons that are simulated, 100 to 100,000,000."]
SeedOf = Annotated[int, "Seed of the muons."]
Saturation = Annotated[bool, "Iron saturates; --no-saturation is the Challenge's own field."]
Straggling = Annotated[bool, "The energy loss fluctuates; --no-straggling takes its mean."]
StepsOf = Annotated[int, "Steps in a magnet, 1 to 1000."]
TRUSTED = 0.1  # largest share of the hits that a single muon may have


def evaluate_design(
    spec: Any,
    muons: Muons = 800_000,
    seed: SeedOf = 0,
    saturation: Saturation = True,
    hard_edges: Annotated[bool, "Hard edges of iron; --no-hard-edges is the blurred shield of gradients."] = True,
    straggling: Straggling = True,
    steps: StepsOf = STEPS,
) -> dict[str, Any]:
    """Hits, length, mass, cost, fields and side limits of one shield, in plain numbers: m, t, kCHF, T.

    `spec` is `{"magnets": [[15 numbers], ...]}`, cm and T in the order of the public Muon Shield Challenge. `muons`
    are simulated, more of those that may leak than the spectrum has, and weighted back; hits are per 1e7 muons.
    `hits_interval_95` is where they lie at 95 % (`muons.interval`); where `muons` have too few effective hits for an
    error, it counts a second, larger sample beside them, and `hits_interval` says what it rests on.
    `saturation` False is the Challenge's field; `hard_edges` False the blurred shield that gradients see;
    `straggling` False takes the mean energy loss; `steps` are per magnet.
    Raises ValueError, in a sentence, for anything that is not such a shield.
    """
    magnets = read_shield(spec, saturation)
    check_count(muons, seed, steps)
    settings = Settings(
        softness=None if hard_edges else 10.0,
        saturation=saturation,
        steps=steps,
        physics=Physics(straggling=straggling, stopped=100 * MeV),
    )
    key = jax.random.key(seed)
    count = count_hits(magnets, settings, muons, key)
    whole = understood(count, lambda: again(count, magnets, settings, key))
    items = CostModel().items(magnets)
    limits = {name: float(value) for name, value in LimitModel().of(magnets).items()}
    limits["cost"] = float(sum(items.values())) / BUDGET - 1
    return {
        **hits_found(count),
        **honest(count, whole),
        **sizes(magnets, saturation),
        "constraints": limits,
        "muons": muons,
        "seed": seed,
        "saturation": saturation,
        "hard_edges": hard_edges,
        "straggling": straggling,
        **common_part(items, warnings(count, whole, magnets, saturation), below_zero(limits)),
    }


def example() -> dict[str, Any]:
    """The start of the public Muon Shield Challenge, seven magnets."""
    return {"name": "Challenge baseline", "magnets": challenge_baseline().tolist()}


def hits_found(count: Count) -> dict[str, Any]:
    """The hits of a sample, all and by kind, with their errors."""

    def pair(name: str) -> dict[str, float]:
        return dict(zip(("hits", "error"), count.pair(name), strict=True))

    hits, error = count.pair("all")
    return {
        "hits_per_1e7": hits,
        "hits_error": error,
        "hits_by_momentum": {f"{a}-{b} GeV": pair(f"{a}-{b}") for a, b in REPORTED},
        "hits_by_charge": {"+": pair("+"), "-": pair("-")},
        "hits_on_plane": {name: pair(name) for name in PLANES},
        "largest_weight": count.largest,
        "stopped_fraction": count.stopped,
    }


def sizes(magnets: Magnets, saturation: bool) -> dict[str, Any]:
    """Everything that needs no muon."""
    fields, mass = _sizes(magnets, saturation)
    peaks = {name: np.asarray(values / T).tolist() for name, values in fields.items()}
    return {
        "length_m": float(magnets.length / m),
        "iron_mass_t": float(np.sum(mass) / t),
        "magnet_mass_t": np.asarray(mass / t).tolist(),
        "peak_field_t": max(max(values) for values in peaks.values()),
        "peak_field_by_block_t": peaks,
    }


@partial(StoredJit, quickly=True)
def _sizes(magnets: Magnets, saturation: bool) -> tuple[dict[str, Array], Array]:
    return peak_fields(magnets, saturation), masses(magnets)


def read_shield(spec: Any, saturation: bool) -> Magnets:
    """The magnets of a spec; ValueError, in a sentence, for anything that is no shield."""
    magnets = Magnets.from_table(Entry.read(spec, FORM)["magnets"])
    check_units(magnets)
    for name, label in (("window", "gap"), ("middle", "midGap")):
        widest = np.maximum(getattr(magnets, f"{name}_in"), getattr(magnets, f"{name}_out"))
        if np.any(widest > ROOM):
            i = int(np.argmax(widest))
            raise ValueError(
                f"Magnet {i}: {label} is {widest[i] / cm:g} cm, but the cavern is only {ROOM / cm:g} cm wide on either "
                "side of the beam. Give a smaller gap."
            )
    if float(magnets.length) >= PLANE:
        raise ValueError(
            f"The shield is {float(magnets.length) / m:.1f} m long, but the muons are counted at {PLANE / m:g} m. "
            f"Shorten it.{length_hint(float(magnets.length))}"
        )
    if saturation and (over := np.flatnonzero(np.abs(magnets.field) > STEEL)).size:
        i = int(over[0])
        raise ValueError(
            f"Magnet {i}: B is {float(magnets.field[i]):g} T, beyond the reach of steel ({STEEL:g} T). Give a smaller "
            f"field, or take --no-saturation for the Challenge's unlimited one.{field_hint(float(magnets.field[i]))}"
        )
    return magnets


def check_count(muons: int, seed: int, steps: int) -> None:
    """Refuse what cannot be simulated, in a sentence."""
    if not FEWEST <= muons <= MOST:
        raise ValueError(f"--muons is {muons}. Give a number from {FEWEST} to {MOST:,}.")
    if seed < 0:
        raise ValueError(f"--seed is {seed}. Give a whole number that is not negative.")
    if not 1 <= steps <= 1000:
        raise ValueError(f"--steps is {steps}. Give 1 to 1000 steps a magnet.")


def warnings(count: Count, whole: Count, magnets: Magnets, saturation: bool) -> list[str]:
    """What a reader of the count and of the shield should know."""
    found = unit_notes(magnets)
    if whole is not count:
        found.append(
            f"The {count.muons:,} muons had {count.effective:.1f} effective hits, too few for an error: "
            f"{SECOND * count.muons:,} more were simulated, and the interval is that of all of them."
        )
    hits = count.sums["all"][0]
    if hits == 0:
        found.append(
            f"No muon of the first {count.muons:,} hit the plane: that is no zero, the interval says what it is."
        )
    elif count.largest > TRUSTED * hits:
        found.append(
            f"One muon carries {count.largest / hits:.0%} of the hits: the error is a guess, the interval is not; "
            "simulate more (--muons) for a shorter one."
        )
    peak = max(float(np.max(values)) for values in _sizes(magnets, saturation)[0].values())
    if peak > 2.05 * T:
        found.append(
            f"Some iron carries {peak / T:.1f} T, which no steel does: for comparison with the Challenge only."
        )
    return found


def render_table(result: Mapping[str, Any]) -> Any:
    """A result for people: hits by momentum, the magnets, the limits. A rich renderable."""
    from rich.console import Group
    from rich.table import Table

    hits = Table(
        "", "hits per 1e7 muons", "error", title="Muons at z = 82 m, |x| < 2 m, |y| < 3 m", title_justify="left"
    )
    hits.add_row("all", f"{result['hits_per_1e7']:.1f}", f"{result['hits_error']:.1f}", style="bold")
    (low, high), whole = result["hits_interval_95"], result["hits_interval"]
    if whole["second_sample"]:
        both = f"  with a second sample, {whole['muons']:,} muons in all"
        hits.add_row(both, f"{whole['hits_per_1e7']:.1f}", f"{whole['error']:.1f}")
    hits.add_row("  95 % interval", f"{low:.1f} to {high:.1f}", "")
    rows = result["hits_by_momentum"] | {f"mu{charge}": row for charge, row in result["hits_by_charge"].items()}
    rows |= {f"plane 10 % {name}": row for name, row in result["hits_on_plane"].items()}
    for name, row in rows.items():
        hits.add_row(f"  {name}", f"{row['hits']:.1f}", f"{row['error']:.1f}")
    size = f"{result['length_m']:.2f} m, {result['iron_mass_t']:.1f} t, {result['cost']['iron'] / 1e3:.3f} MCHF of iron"
    magnets = Table("magnet", "iron (t)", "core (T)", "side yoke (T)", "top yoke (T)", title=size, title_justify="left")
    peaks = result["peak_field_by_block_t"]
    for i, mass in enumerate(result["magnet_mass_t"]):
        magnets.add_row(str(i), f"{mass:.2f}", *(f"{peaks[name][i]:.2f}" for name in ("core", "side", "top")))
    limits = Table("limit", "value", "", title="Limits, met when not positive", title_justify="left")
    for name, value in result["constraints"].items():
        limits.add_row(name, f"{value:+.4f}", "met" if value <= 0 else "broken")
    return Group(hits, magnets, limits, *notes(result["warnings"]))

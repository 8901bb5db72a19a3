"""The command `designopt transport`: single muons through a block of magnetised iron."""

import json
import math
import sys
from typing import Annotated, Any

import typer

LEVELS = {"median": 0.5, "q16": 0.16, "q84": 0.84}
MOST_MUONS = 4_000_000
CHECKED = {"iron": (0.5, 15.0, "m"), "momentum": (2.0, 300.0, "GeV"), "field": (-2.0, 2.0, "T")}
STEEL = 3.0  # T: needs 700 kA/m already, and no coil gives more


def transport(
    iron: Annotated[float, typer.Option(help="Length of iron along the beam, m.")],
    momentum: Annotated[float, typer.Option(help="Momentum of the muons, GeV.")],
    field: Annotated[float, typer.Option(help="Magnetic field along y, T.")] = 0.0,
    muons: Annotated[int, typer.Option(help="Number of muons.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Seed of the random numbers.")] = 0,
    straggling: Annotated[bool, typer.Option(help="Let the energy loss fluctuate; without, all lose the mean.")] = True,
    scattering: Annotated[bool, typer.Option(help="Let the muons scatter.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Send single muons (mu+, along z) through a block of iron and say how they leave it.

    `bend` is the angle in the bending plane, positive towards -x, where a positive field turns a mu+; `angle` and
    `displacement` are across it, along y.

    Example: `designopt transport --iron 5 --field 1.7 --momentum 30 --muons 20000 --json`
    """
    result = transport_muons(iron, field, momentum, muons, seed, straggling, scattering)
    if as_json:
        sys.stdout.write(json.dumps(result, indent=2, allow_nan=False) + "\n")
    else:
        _show(result)


def transport_muons(
    iron: float,
    field: float,
    momentum: float,
    muons: int = 20_000,
    seed: int = 0,
    straggling: bool = True,
    scattering: bool = True,
) -> dict[str, Any]:
    """What the command prints: m, T, GeV, mrad, mm. Raises ValueError, in a sentence, for what cannot be simulated.

    Every distribution is over the muons that leave; without any its numbers are None.
    """
    _check(iron, field, momentum, muons, seed)
    import jax
    import numpy as np

    from designopt.detectors.muon_shield.transport.slab import through_slab
    from designopt.detectors.muon_shield.transport.step import Physics
    from designopt.units import GeV, m, mm, mrad

    physics = Physics(straggling=straggling, scattering=scattering)
    out = through_slab(iron * m, field, momentum * GeV, muons, jax.random.key(seed), physics)
    leaves = np.asarray(out.leaves)
    units = {
        "momentum_gev": (out.momentum, GeV),
        "bend_mrad": (out.bend, mrad),
        "angle_mrad": (out.angle, mrad),
        "bend_displacement_mm": (out.bend_displacement, mm),
        "displacement_mm": (out.displacement, mm),
    }

    def summary(values: np.ndarray) -> dict[str, float | None]:
        if not values.size:
            return dict.fromkeys(("mean", *LEVELS))
        at = {name: float(np.quantile(values, level)) for name, level in LEVELS.items()}
        return {"mean": float(values.mean()), **at}

    distributions = {key: summary(np.asarray(v, float)[leaves] / unit) for key, (v, unit) in units.items()}
    return {
        "iron_m": iron,
        "field_t": field,
        "incident_momentum_gev": momentum,
        "muons": muons,
        "seed": seed,
        "straggling": straggling,
        **distributions,
        "stopped_fraction": float(1 - leaves.mean()),
        "warnings": _warnings({"iron": iron, "momentum": momentum, "field": field}),
    }


def _check(iron: float, field: float, momentum: float, muons: int, seed: int) -> None:
    from designopt.detectors.muon_shield.magnets.units_check import field_hint

    for name, value in (("iron", iron), ("field", field), ("momentum", momentum)):
        if not math.isfinite(value):
            raise ValueError(f"--{name} is {value}. Give a finite number.")
    if iron < 0:
        raise ValueError(f"The iron is {iron:g} m long. A length is not negative; give metres of iron.")
    if iron > 100:
        raise ValueError(
            f"The iron is {iron:g} m long. The longest block is 100 m; no muon of interest crosses more. "
            "The length is in m, not in cm or mm."
        )
    if not 0.2 <= momentum <= 1000:
        raise ValueError(
            f"The momentum is {momentum:g} GeV. Muons from 0.2 to 1000 GeV can be simulated; 2 to 300 GeV were checked."
            " The momentum is in GeV, not in MeV or eV."
        )
    if abs(field) > STEEL:
        raise ValueError(
            f"The field is {field:g} T, but steel carries no more than {STEEL:g} T. Give a smaller field."
            f"{field_hint(field)}"
        )
    if not 1 <= muons <= MOST_MUONS:
        raise ValueError(f"--muons is {muons}. Give a number from 1 to {MOST_MUONS:,}.")
    if seed < 0:
        raise ValueError(f"--seed is {seed}. Give a whole number that is not negative.")


def _warnings(values: dict[str, float]) -> list[str]:
    return [
        f"The model was checked for {name} of {CHECKED[name][0]:g} to {CHECKED[name][1]:g} {CHECKED[name][2]}, "
        f"not for {value:g} {CHECKED[name][2]}."
        for name, value in values.items()
        if value and not CHECKED[name][0] <= value <= CHECKED[name][1]
    ]


def _show(result: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    title = (
        f"{result['muons']:,} mu+ of {result['incident_momentum_gev']:g} GeV behind {result['iron_m']:g} m of iron "
        f"in {result['field_t']:g} T; {100 * result['stopped_fraction']:.2f} % stop"
    )
    table = Table("", "mean", *LEVELS, title=title, title_justify="left")
    for name, row in result.items():
        if isinstance(row, dict):
            words = name.rsplit("_", 1)
            unit = {"gev": "GeV"}.get(words[1], words[1])
            numbers = ("-" if value is None else f"{value:.4g}" for value in row.values())
            table.add_row(f"{words[0].replace('_', ' ')} ({unit})", *numbers)
    console = Console()
    console.print(table)
    for sentence in result["warnings"]:
        console.print(f"Note: {sentence}", style="yellow")

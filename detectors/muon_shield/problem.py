"""The muon-shield problems: the public Challenge's 30 and 72 free numbers, and the same with coils and electricity."""

from collections.abc import Mapping
from typing import Any, TypeVar

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from designopt.design.space import Design, DesignSpace
from designopt.design.variables import Real
from designopt.detectors.muon_shield.cost import CostModel
from designopt.detectors.muon_shield.detector import MuonShield
from designopt.detectors.muon_shield.limits import LENGTH, LimitModel
from designopt.detectors.muon_shield.magnets.field import SATURATION
from designopt.detectors.muon_shield.magnets.row import COLUMNS, UNITS
from designopt.detectors.muon_shield.muons.beam import Bands
from designopt.detectors.muon_shield.muons.sample import frozen_sample
from designopt.detectors.muon_shield.objective import Name, Objective
from designopt.detectors.muon_shield.reference import challenge_baseline
from designopt.detectors.muon_shield.transport.shield import Settings
from designopt.detectors.muon_shield.transport.step import Physics
from designopt.problem.detector import AbstractDetector
from designopt.problem.problem import Problem
from designopt.units import MCHF, MeV, T, cm, mm

BUDGET = 8 * MCHF  # the Challenge's limit; iron alone
SHIP_BUDGET = 13 * MCHF  # iron, coils and electricity; lfpc/BlackBoxOptimization
MUONS = 20_000
STOPPED = 100 * MeV  # kinetic energy
STEPS = 25  # per magnet: 20 cm at most in the largest
STEADINESS = 2.0  # eight times the steepest slope of the blurred acceptance, 1/(4 edge)
# Loss with its gradient against the loss, in CPU time on the baseline (studies/benchmark_muon_shield.py).
GRADIENT_PRICE = 5.3

# The Challenge's bounds in cm and T, configs/easy.json and configs/hard.json; magnet 0 is fixed.
EASY = {
    "half_length": (100, 350),
    "core_in": (5, 250),
    "core_out": (5, 250),
    "window_in": (2, 150),
    "window_out": (2, 150),
}
HARD = EASY | {
    "gap": (10, 50),
    "height_in": (5, 250),
    "height_out": (5, 250),
    "yoke_in": (5, 250),
    "yoke_out": (5, 250),
    "middle": (0, 150),
    "field": (-2, 2),
}
Shield = TypeVar("Shield", bound=AbstractDetector)
FREE_OF_CHARGE = ("gap", "middle", "field")


def muon_shield(
    budget: float = BUDGET,
    length: float = LENGTH,
    saturation: bool = True,
    straggling: bool = True,
    muons: int = MUONS,
    sample: int = 0,
    objective: Name = "hits",
    edge: float = 150 * mm,
    softness: float = 10 * mm,
    steps: int = STEPS,
) -> Problem:
    """The easy problem of the public Muon Shield Challenge: lengths, cores and coil windows of six magnets.

    30 free numbers; yokes, heights, polarities and the hadron absorber stay at the baseline. At most `budget` kCHF of
    iron (8 CHF/kg) and `length` mm. The score is ln(1 + hits per 1e7 muons) at z = 82 m, |x| < 2 m, |y| < 3 m.
    `saturation=False` is the Challenge's own field. `muons` are simulated per evaluation, those of the seed `sample`.
    `objective`: "hits", "chi" or "fcn" (2018). `edge` and `softness` blur the acceptance and the iron in the loss, mm.
    """
    options = locals()
    return _problem("muon-shield-v1", EASY, CostModel(), LimitModel(float(length), cavern=False), options)


def muon_shield_72(
    budget: float = BUDGET,
    length: float = LENGTH,
    saturation: bool = True,
    straggling: bool = True,
    muons: int = MUONS,
    sample: int = 0,
    objective: Name = "hits",
    edge: float = 150 * mm,
    softness: float = 10 * mm,
    steps: int = STEPS,
) -> Problem:
    """The hard problem of the Challenge: gaps, all sizes and fields of six magnets, 72 numbers, and the cavern.

    Top yokes are as thick as side yokes and middle gaps straight. Options as in `muon-shield-v1`.
    """
    options = locals()
    return _problem("muon-shield-72-v1", HARD, CostModel(), LimitModel(float(length)), options)


def muon_shield_ship(
    budget: float = SHIP_BUDGET,
    length: float = LENGTH,
    saturation: bool = True,
    straggling: bool = True,
    muons: int = MUONS,
    sample: int = 0,
    objective: Name = "chi",
    edge: float = 150 * mm,
    softness: float = 10 * mm,
    steps: int = STEPS,
) -> Problem:
    """The shield as it would be paid for: coils and electricity in the budget, yokes and windows that can be built.

    The 72 free numbers of the hard problem, and the magnets' currents. Further limits: yokes and cores within a factor
    3 of each other at half length, windows with room for their coils. Fields above 3 T (`prices`) would be
    superconducting; the bounds of +-2 T keep them out until iron around them is modelled.
    """
    options = locals()
    reach = SATURATION if saturation else None
    limits = LimitModel(float(length), buildable=True, saturation=reach)
    return _problem("muon-shield-ship-v1", HARD, CostModel(coils=True, limit=reach), limits, options)


def _problem(
    name: str, box: Mapping[str, tuple[float, float]], prices: CostModel, limits: LimitModel, options: dict[str, Any]
) -> Problem:
    """A problem of the family: the free numbers of magnets 1-6 in `box`, the rest from the Challenge's baseline."""
    _check(options)
    rows = challenge_baseline()
    count = len(rows) - 1
    space = DesignSpace([variable(number, low, high, count) for number, (low, high) in box.items()])
    bands, steps, muons = Bands(), options["steps"], options["muons"]
    relaxed = MuonShield(
        rows=jnp.asarray(rows * UNITS),
        sample=frozen_sample(options["sample"], muons, bands, len(rows), steps),
        flight=Settings(
            softness=float(options["softness"]),
            steps=steps,
            saturation=options["saturation"],
            physics=Physics(straggling=options["straggling"], stopped=STOPPED),
            steadiness=STEADINESS / options["edge"],
        ),
        objective=Objective(options["objective"], float(options["edge"])),
        prices=prices,
        limits=limits,
        bands=bands,
    )
    return Problem(
        name=name,
        detector=relaxed,
        built_detector=hard_edged(relaxed),
        space=space,
        objective=lambda response: response["objective"],
        budget=float(options["budget"]),
        spend_on={number: 1 for number in box if number not in FREE_OF_CHARGE},
        spend="at most",
        events=muons,
        gradient_price=GRADIENT_PRICE,
        references={"baseline": design_of(rows, space)},
        compare_with="baseline",
        options={option: value for option, value in options.items() if option != "budget"},
    )


def variable(name: str, lower: float, upper: float, count: int) -> Real:
    """The series of one number of the magnets, bounds in cm or T."""
    unit, label = (T, "T") if name == "field" else (cm, "cm")
    return Real(name, lower * unit, upper * unit, unit=unit, label=label, count=count)


def hard_edged(shield: Shield) -> Shield:
    """The same shield as it is judged: hard edges of iron, field and acceptance."""
    return eqx.tree_at(lambda s: s.flight.softness, shield, None, is_leaf=lambda leaf: leaf is None)


def design_of(table: Float[np.ndarray, "magnet number"], space: DesignSpace) -> Design:
    """The free numbers of a table in cm and T."""
    columns = dict(zip(COLUMNS, (table * UNITS).T, strict=True)) | {"middle": table[:, 12] * cm}
    return {variable.name: jnp.asarray(columns[variable.name][1:]) for variable in space.variables}


def _check(options: Mapping[str, Any]) -> None:
    for option in ("length", "softness", "edge"):
        if not (np.isfinite(options[option]) and options[option] > 0):
            raise ValueError(f"The option {option} is {options[option]:g} mm. Give a positive length.")
    if options["steps"] < 1:
        raise ValueError(f"A magnet is crossed in {options['steps']} steps. Give at least one; 25 are usual.")

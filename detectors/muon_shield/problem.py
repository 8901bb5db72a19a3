"""The muon-shield problems: the public Challenge's 30 and 72 free numbers, and the same with coils and electricity."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar, cast

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from designopt.design.declared import declared
from designopt.design.space import Design, DesignSpace
from designopt.design.variables import Real
from designopt.detectors.muon_shield.cost import CostModel
from designopt.detectors.muon_shield.detector import MuonShield
from designopt.detectors.muon_shield.family import Family
from designopt.detectors.muon_shield.limits import LENGTH, LimitModel
from designopt.detectors.muon_shield.magnets.field import SATURATION
from designopt.detectors.muon_shield.magnets.row import COLUMNS, UNITS
from designopt.detectors.muon_shield.muons.beam import FAST, Bands
from designopt.detectors.muon_shield.muons.sample import frozen_sample
from designopt.detectors.muon_shield.objective import WORDS, Name, Objective
from designopt.detectors.muon_shield.reference import challenge_baseline, published_best
from designopt.detectors.muon_shield.transport.shield import Settings
from designopt.detectors.muon_shield.transport.step import Physics
from designopt.detectors.option_ranges import EventCount, Length, Seed, ShieldLength, Steps
from designopt.detectors.price_draws import price_factors
from designopt.problem.detector import AbstractDetector
from designopt.problem.problem import Problem
from designopt.units import MCHF, MeV, T, cm, m, mm

BUDGET = 8 * MCHF  # the Challenge's limit; iron alone
SHIP_BUDGET = 13 * MCHF  # iron, coils and electricity; lfpc/BlackBoxOptimization
MUONS = 20_000
STOPPED = 100 * MeV  # kinetic energy
SHORTEST = 2.41 * m  # the hadron absorber, which stays
STEPS = 25  # per magnet: 20 cm at most in the largest
STEEPEST_WEIGHT = 2.0  # eight times the steepest slope of the blurred acceptance, 1/(4 edge)
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
BASELINE = {"baseline": challenge_baseline}
FREE_OF_CHARGE = ("gap", "middle", "field")


def _maker(family: Family, docstring: str) -> Callable[..., Problem]:
    """The function that makes the problems of a family; `designopt list` reads its docstring here."""

    first = cast(Name, family.objective)

    def make(
        budget: float = family.budget,
        length: ShieldLength = LENGTH,
        saturation: bool = True,
        straggling: bool = True,
        muons: EventCount = MUONS,
        sample: Seed = 0,
        objective: Name = first,
        edge: Length = 150 * mm,
        softness: Length = 10 * mm,
        steps: Steps = STEPS,
    ) -> Problem:
        options = {
            "length": length, "saturation": saturation, "straggling": straggling, "muons": muons, "sample": sample,
            "objective": objective, "edge": edge, "softness": softness, "steps": steps,
        }  # fmt: skip
        return problem_of(family, float(budget), options)

    make.__name__ = make.__qualname__ = family.name.removesuffix("-v1").replace("-", "_")
    make.__doc__ = docstring
    return declared(make)


muon_shield = _maker(
    Family(
        "muon-shield-v1",
        EASY,
        BUDGET,
        "hits",
        lambda _: CostModel(),
        lambda z, _: LimitModel(z, cavern=False),
        {"published best": published_best},
    ),
    docstring="""The easy problem of the public Muon Shield Challenge: lengths, cores and coil windows of six magnets.

    30 free numbers; yokes, heights, polarities and the hadron absorber stay at the baseline. At most `budget` kCHF of
    iron (8 CHF/kg) and `length` mm. The score is ln(1 + hits per 1e7 muons) at z = 82 m, |x| < 2 m, |y| < 3 m.
    `saturation=False` is the Challenge's own field. `muons` are simulated per evaluation, those of the seed `sample`.
    `objective`: "hits", "chi" or "fcn" (2018). `edge` and `softness` blur the acceptance and the iron in the loss, mm.
    """,
)

muon_shield_72 = _maker(
    Family(
        "muon-shield-72-v1",
        HARD,
        BUDGET,
        "hits",
        lambda _: CostModel(),
        lambda z, _: LimitModel(z),
        {"published best": published_best},
    ),
    docstring="""The hard problem of the Challenge: gaps, sizes and fields of six magnets, 72 numbers, and the cavern.

    Top yokes are as thick as side yokes and middle gaps straight. Options as in `muon-shield-v1`.
    """,
)

muon_shield_ship = _maker(
    Family(
        "muon-shield-ship-v1",
        HARD,
        SHIP_BUDGET,
        "chi",
        lambda reach: CostModel(coils=True, limit=reach),
        lambda z, reach: LimitModel(z, buildable=True, saturation=reach),
    ),
    docstring="""The shield as it would be paid for: coils and electricity in the budget, magnets that can be built.

    The 72 free numbers of the hard problem, and the magnets' currents. Further limits: yokes and cores within a factor
    3 of each other at half length, windows with room for their coils. Fields above 3 T (`prices`) would be
    superconducting; the bounds of +-2 T keep them out until iron around them is modelled.
    """,
)


def problem_of(family: Family, budget: float, options: dict[str, Any]) -> Problem:
    """A problem of the family with the options that all of them share."""
    _check(options)
    rows, bands, steps, muons = challenge_baseline(), Bands(), options["steps"], options["muons"]
    space = DesignSpace([variable(number, *bounds, len(rows) - 1) for number, bounds in family.box.items()])
    reach = SATURATION if options["saturation"] else None
    relaxed = MuonShield(
        rows=jnp.asarray(rows * UNITS),
        sample=frozen_sample(options["sample"], muons, bands, len(rows), steps),
        flight=Settings(
            softness=float(options["softness"]),
            steps=steps,
            saturation=options["saturation"],
            physics=Physics(straggling=options["straggling"], stopped=STOPPED),
            largest_cotangent=STEEPEST_WEIGHT / options["edge"],
            **family.flight,
        ),
        objective=Objective(options["objective"], float(options["edge"]), **family.goal),
        prices=family.prices(reach),
        limits=family.limits(float(options["length"]), reach),
        bands=bands,
    )
    book = family.book
    drawn = None
    if book is not None:
        drawn = price_factors(book, lambda one: replace(relaxed, prices=CostModel.from_book(one, reach)).cost)
    return Problem(
        name=family.name,
        price_factors=drawn,
        detector=relaxed,
        built_detector=hard_edged(relaxed),
        space=space,
        objective=WORDS[options["objective"]],
        budget=budget,
        spend_on={number: 1 for number in family.box if number not in FREE_OF_CHARGE},
        spend="at most",
        events=muons,
        references={name: design_of(table(), space) for name, table in {**BASELINE, **family.references}.items()},
        **{"compare_with": "baseline", "gradient_price": GRADIENT_PRICE, "options": options, **family.more},
    )


def variable(name: str, lower: float, upper: float, count: int) -> Real:
    """The series of one number of the magnets, bounds in cm or T."""
    unit, label = (T, "T") if name == "field" else (cm, "cm")
    return Real(name, lower * unit, upper * unit, unit=unit, label=label, count=count)


def hard_edged(shield: Shield) -> Shield:
    """The same shield as built: hard edges of iron, field and acceptance."""
    return eqx.tree_at(lambda s: s.flight.softness, shield, None, is_leaf=lambda leaf: leaf is None)


def design_of(table: Float[np.ndarray, "magnet number"], space: DesignSpace) -> Design:
    """The free numbers of a table in cm and T as values (mm, T) of the variables of `space`."""
    columns = dict(zip(COLUMNS, (table * UNITS).T, strict=True)) | {"middle": table[:, 12] * cm}
    return {variable.name: jnp.asarray(columns[variable.name][1:]) for variable in space.variables}


def focused(
    problem: Problem, points: Sequence[Float[np.ndarray, " coordinate"]], seed: int, samples: int = 10
) -> Problem:
    """The same problem whose fresh muons are drawn where the count of hits is most uncertain (`Bands.focused`).

    The hits of the designs of some points tell where, each on `samples` samples of `events` fresh muons (`seed`),
    which no evaluator charges. For a search that goes on near these points; it is ranked on other muons than the
    problem itself. Returns a `Problem`; shares of the bands are without unit.
    """
    shield = cast(MuonShield, problem.as_built_detector)
    squares = jax.jit(lambda u, key: shield.hit_squares(problem.decode(u), key))
    keys = jax.random.split(jax.random.fold_in(jax.random.key(seed), 12), len(points) * samples)
    seen = [squares(jnp.asarray(points[i % len(points)]), key) for i, key in enumerate(keys)]
    bands = shield.bands.focused(np.sum(np.asarray(seen), axis=0))
    return replace(problem, detector=_drawn(problem.detector, bands), built_detector=_drawn(shield, bands))


def trained_on_fast(problem: Problem) -> Problem:
    """The same problem whose loss counts only muons above 22 GeV (`FAST`), for descents; scores count all of them.

    Four fifths of the baseline's hits are fast muons, and their derivatives are those of the mean. Slow muons fly
    chaotic paths through yokes and windows: their leaks are known by counting alone. Near a design that stops them
    they stay few, so tether the descent there (`RenewedDescent`).
    """
    return replace(problem, detector=_drawn(problem.detector, FAST))


def _drawn(shield: AbstractDetector, bands: Bands) -> MuonShield:
    shield = cast(MuonShield, shield)
    magnets, steps, muons = shield.sample.noise.angle_x.shape
    return replace(shield, bands=bands, sample=frozen_sample(0, muons, bands, magnets, steps))


def _check(options: Mapping[str, Any]) -> None:
    for option in ("length", "softness", "edge"):
        if not (np.isfinite(options[option]) and options[option] > 0):
            raise ValueError(f"The option {option} is {options[option]:g} mm. Give a positive length.")
    if options["length"] < SHORTEST:
        raise ValueError(
            f"The option length is {options['length']:g} mm, but the hadron absorber alone is {SHORTEST / m:g} m long. "
            f"The option is in mm: for metres, write {options['length']:g} * m with designopt.units."
        )
    if options["steps"] < 1:
        raise ValueError(f"A magnet is crossed in {options['steps']} steps. Give at least one; 25 are usual.")

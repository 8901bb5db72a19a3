"""Door: designs that people write down, read by `evaluate_design` of every kind of detector."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import strategies as st

from designopt.detectors.array.description import read_array
from designopt.detectors.calorimeter import evaluate as calorimeter
from designopt.detectors.calorimeter.cost import CostModel
from designopt.detectors.calorimeter.response import doubts
from designopt.detectors.hadron import evaluate as hadron
from designopt.detectors.hadron import evaluate_v2 as hadron_v2
from designopt.detectors.hadron.review.description import read_layout
from designopt.detectors.hadron.simulation.sensors import foreign
from designopt.detectors.interferometer.description import read_interferometer
from designopt.detectors.interferometer.plausible import unit_notes as interferometer_notes
from designopt.detectors.muon_edm.description import read_injection
from designopt.detectors.muon_edm.plausible import unit_notes as injection_notes
from designopt.detectors.muon_shield import evaluate as shield
from designopt.detectors.muon_shield.magnets.units_check import unit_notes
from designopt.detectors.neutrino_telescope.description import read_telescope
from designopt.detectors.neutrino_telescope.plausible import unit_notes as telescope_notes
from designopt.detectors.prices import read_prices
from designopt.detectors.spectrometer import evaluate as spectrometer
from designopt.detectors.spectrometer.description import read_spectrometer
from designopt.detectors.tomography.description import read_panels
from designopt.detectors.tracker import evaluate as tracker
from designopt.detectors.tracker import evaluate_v2 as tracker_v2
from designopt.problem.plugins import EVALUATIONS, BrokenPlugin, announced
from designopt.problem.registry import evaluation as module_of
from designopt.written import Entry
from tests.fuzz.doors import documents
from tests.fuzz.faults import Fault, answer, not_finite
from tests.fuzz.mutations import ANYTHING, ERROR, SAID, Changed, Kind, changed


@dataclass(frozen=True)
class Family:
    """One kind of detector: its designs, what is known of their fields, and how they are read without simulating.

    Attributes:
        notes: the reading part alone, with its notes; None where a whole evaluation is as cheap.
        options: of the whole evaluation, to keep it short.
    """

    documents: Sequence[Mapping[str, Any]]
    kind: Kind
    notes: Callable[[Any], list[str]] | None = None
    options: Mapping[str, Any] | None = None


def _hadron_notes(spec: Any) -> list[str]:
    sensors, entry = hadron._read(spec)
    return entry.notes + hadron._warnings(sensors, foreign(spec["sensors"]), "held-out")


def _reviewed_hadron_notes(spec: Any) -> list[str]:
    entry = Entry.read(spec, hadron_v2.FORM)
    rows = entry.rows("sensors")
    sensors, kinds = read_layout(rows)
    return [*entry.notes, *hadron_v2._warnings(kinds, float(sensors.depth), foreign(rows))]


def _calorimeter_notes(spec: Any) -> list[str]:
    layers, energies, _, _ = calorimeter.read_spec(spec, None)
    return [*doubts._out_of_range(layers, energies), *doubts._free(layers, CostModel.from_book(read_prices()))]


def _tracker_notes(spec: Any) -> list[str]:
    design = Entry.read(spec, tracker_v2.FORM)
    return [*design.notes, *tracker.unit_notes(*tracker._read(design))]


def _spectrometer_notes(spec: Any) -> list[str]:
    read = read_spectrometer(spec)
    return [*read.notes, *spectrometer.unit_notes(read)]


def _interferometer_notes(spec: Any) -> list[str]:
    optics, grid, entry = read_interferometer(spec)
    return [*entry.notes, *interferometer_notes(optics, grid)]


def _injection_notes(spec: Any) -> list[str]:
    read = read_injection(spec, 500)
    return [*read.notes, *injection_notes(read)]


def _telescope_notes(spec: Any) -> list[str]:
    read = read_telescope(spec)
    return [*read.notes, *telescope_notes(read, [0.0] * len(read.events))]


FAMILIES = {
    "calorimeter": Family(documents.CALORIMETERS, Kind(free=frozenset({"noise", "light"})), _calorimeter_notes),
    "hadron-calorimeter-v2": Family(documents.REVIEWED_HADRONS, Kind(), _reviewed_hadron_notes),
    "hadron": Family(documents.HADRONS, Kind(), _hadron_notes),
    "tracker": Family(documents.TRACKERS, Kind(words=frozenset({"name", "log", "mass"})), _tracker_notes),
    "spectrometer": Family(
        documents.SPECTROMETERS,
        Kind(signed=frozenset({"z_mm", "centre_mm", "vertex_mm"}), free=frozenset({"price", "hits"})),
        _spectrometer_notes,
    ),
    "muon-shield": Family(
        documents.SHIELDS,
        Kind(signed=frozenset({"magnets"}), words=frozenset({"name"})),
        lambda spec: unit_notes(shield.read_shield(spec, True)),
        {"muons": 200, "steps": 5},
    ),
    "array": Family(
        documents.ARRAYS,
        Kind(signed=frozenset({"units", "core", "hub", "phi_deg"}), free=frozenset({"core", "phi_deg"})),
        lambda spec: read_array(spec).notes,
    ),
    "interferometer": Family(
        documents.INTERFEROMETERS,
        Kind(
            signed=frozenset({"srm_tuning_deg", "squeezing_angle_deg", "homodyne_angle_deg", "filter_tuning_deg"}),
            free=frozenset({"srm_tuning_deg", "squeezing_angle_deg", "homodyne_angle_deg", "filter_tuning_deg"}),
        ),
        _interferometer_notes,
    ),
    "muedm": Family(
        documents.INJECTIONS,
        Kind(signed=frozenset({"angle_rad", "current_a", "place_mm", "offset_mm", "points", "time_ns"})),
        _injection_notes,
        {"muons": 50, "steps": 100},
    ),
    "muon-tomography": Family(
        documents.PANELS, Kind(signed=frozenset({"x", "y", "z"})), lambda spec: read_panels(spec).notes
    ),
    "neutrino-telescope": Family(
        documents.TELESCOPES,
        Kind(signed=frozenset({"x", "y", "position", "phi_deg"}), free=frozenset({"phi_deg", "floor_depth"})),
        _telescope_notes,
    ),
}  # fmt: skip
OFTEN = 100
"""One whole evaluation in so many designs whose reading part is much cheaper."""


@dataclass(frozen=True)
class Case:
    """A changed design for one problem; `whole`: it is simulated, too."""

    problem: str
    design: Changed
    whole: bool


evaluation = cache(module_of)


@cache
def problems() -> tuple[str, ...]:
    """One problem for every module that evaluates designs and can be imported."""
    found: dict[str, str] = {}
    for name, point in announced(EVALUATIONS).items():
        try:
            evaluation(name)
        except BrokenPlugin:
            continue
        found.setdefault(point.value, name)
    return tuple(sorted(found.values()))


def family(problem: str) -> Family:
    """The family of a problem, by the first words of its name."""
    return next(found for name, found in FAMILIES.items() if problem.startswith(name))


def of(problem: str) -> st.SearchStrategy[Case]:
    """Changed designs for one problem."""
    known = family(problem)
    whole = st.integers(0, OFTEN - 1).map(lambda n: n == OFTEN - 30) if known.notes else st.just(True)
    return st.builds(Case, st.just(problem), changed(list(known.documents), known.kind), whole)


def cases() -> st.SearchStrategy[Case]:
    """Changed designs for every problem."""
    return st.one_of([of(problem) for problem in problems()])


def check(case: Case) -> list[Fault]:
    """Faults of `evaluate_design`, or of its reading part, with one design."""
    known, home = family(case.problem), evaluation(case.problem)
    options = dict(known.options or {})

    def call() -> dict[str, Any]:
        if known.notes and not case.whole:
            return {"warnings": known.notes(case.design.document)}
        result: dict[str, Any] = home.evaluate_design(case.design.document, **options)
        return result

    seen = answer(call, seconds=120.0)
    found = [*seen.faults]
    if seen.refused is None:
        only_read = known.notes is not None and not case.whole
        found += not_finite(seen.returned)
        told = set(seen.returned["warnings"]) - _usual(case.problem, case.whole)
        owed = ANYTHING if only_read and _of_whole(case) else case.design.owed
        if owed == ERROR or (owed == SAID and not told):
            found.append(Fault("silence", f"{case.problem}: {case.design.done} is accepted", _field(case)))
    return found


LATE = frozenset({"log", "mass", "trajectory", "energies", "beam", "readout"})
"""Fields whose notes or refusals come with the whole evaluation alone."""


def _of_whole(case: Case) -> bool:
    """Whether the changed field is one that is checked later than the reading part ends."""
    parts = case.design.done.partition(" ")[0].split(".")
    return bool(LATE.intersection(parts))


def _field(case: Case) -> str:
    """The problem and the field, without the numbers of rows: by it equal silences are told."""
    place, _, rest = case.design.done.partition(" ")
    parts = [part for part in place.split(".") if not part.isdigit()]
    return f"{case.problem} {'.'.join(parts)} {rest[:24]}"


@cache
def _usual(problem: str, whole: bool) -> frozenset[str]:
    """Notes that the unchanged designs get themselves."""
    known, home = family(problem), evaluation(problem)
    told: list[str] = []
    for document in known.documents:
        if known.notes and not whole:
            told += known.notes(document)
        else:
            told += home.evaluate_design(document, **dict(known.options or {}))["warnings"]
    return frozenset(told)

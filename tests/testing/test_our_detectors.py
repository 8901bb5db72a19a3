"""Our own problems keep the detector contract, small; what one of them breaks is named, with the reason, and shown."""

import os
import warnings

import pytest

import designopt as do
from designopt.testing.detector_contract import RULES, RulesSkipped

FEW = 16  # random corners: tests/test_corners.py tries more

SMALL = {
    "plane-spacing-v1": {},
    "spectrometer-layout-v1": {"stations": 4},
    "spectrometer-layout-v2": {"stations": 4},
    "array-layout-v1": {"units": 8, "showers": 20, "budget": 3000.0},
    "hadron-calorimeter-v1": {"slots": 6, "budget": 500.0, "thicknesses": (0.2, 1.2)},
    "hadron-calorimeter-v2": {
        "slots": 6, "budget": 900.0, "sensors": ("0.2 mm Si", "3 mm tile"), "uniform": False, "leakage": None,
    },
    "calorimeter-segmentation-v1": {"slots": 6, "budget": 300.0, "energies": (1.0, 20.0)},
    "calorimeter-segmentation-v2": {
        "slots": 30, "budget": 4100.0, "energies": (1.0, 20.0), "kinds": 3, "pions": None, "low_energy": None,
        "uniform": False,
    },
    "tracker-layout-v1": {"angles": 2, "momenta": (1.0, 30.0)},
    "tracker-layout-v2": {"angles": 2, "momenta": (1.0, 45.0), "impact": None},
    "muon-shield-v1": {"muons": 40, "steps": 2},
    "muon-shield-72-v1": {"muons": 40, "steps": 2},
    "muon-shield-ship-v1": {"muons": 40, "steps": 2},
    "muon-shield-ship-v2": {"muons": 40, "steps": 2},
    "muon-shield-allocation-v1": {"muons": 40, "slots": 3},
}  # fmt: skip
"""Options that make a problem quick to compile; the physics is the same."""

SAMPLE = "which muons are simulated stands among the options of the card, which earlier ledgers pin, not in `settings`"
CLIPPED = "slopes of chaotic muons are clipped on purpose; unclipped they agree (muon_shield/test_gradients.py)"
DEAR_COIL = "by the formulas a wider core needs more iron and, near saturation, a weaker coil"
ONE_MUON = "with 40 muons and 2 steps a magnet, one muon whose step ends in another material moves the loss"

KNOWN: dict[str, dict[str, str]] = {
    "tracker-layout-v1": {
        "references": "barrels alone, with which nothing is compared, are hit too seldom by forward tracks",
        "kinks": "the slope jumps by 1.3 of itself where a disk stands 29 mm from the collisions; not traced further",
    },
    "tracker-layout-v2": {
        "kinks": "where a disk's rim passes the end of another layer, seen from the collisions (place 57 mm), what its "
        "further moves cover is worth less: edges of layers are sharp",
    },
    "muon-shield-72-v1": {"settings": SAMPLE, "gradients": CLIPPED, "kinks": ONE_MUON},
    "muon-shield-ship-v1": {
        "settings": SAMPLE,
        "gradients": CLIPPED,
        "cost-rises": DEAR_COIL,
        "kinks": ONE_MUON,
    },
    "muon-shield-ship-v2": {
        "settings": SAMPLE,
        "gradients": CLIPPED,
        "cost-rises": DEAR_COIL,
        "kinks": ONE_MUON,
        "references": "'evolved' (nothing is compared with it) has a quarter too much stray field",
    },
    "muon-shield-allocation-v1": {"kinks": f"as for muon-shield-v1, where {ONE_MUON}"},
    "muon-shield-v1": {"settings": SAMPLE, "gradients": CLIPPED, "kinks": ONE_MUON},
}
"""Rules that a problem breaks, and why it may."""

QUICK = ("plane-spacing-v1", "spectrometer-layout-v1")
"""Tried in every session of the tests; the others take a minute each to compile, and `make contract` tries them."""
ALL = os.environ.get("CONTRACT") == "all"

ELSEWHERE = {
    "calorimeter-geant4-v1": "Geant4 itself, tried in tests/detectors/geant4",
    "calorimeter-pairs-v1": "Geant4 itself, tried in tests/detectors/geant4",
    "interferometer-v1": "a slow test of tests/detectors/interferometer, but for its known kinks",
    "muedm-injection-v1": "a slow test of tests/detectors/muon_edm",
    "muon-tomography-v1": "a slow test of tests/detectors/tomography",
    "neutrino-telescope-v1": "a slow test of tests/detectors/neutrino_telescope",
}


def test_every_problem_of_ours_is_tried_or_said_to_be_tried_elsewhere():
    ours = {name for name in do.list_problems() if do.make(name).detector.__module__.startswith("designopt.detectors")}
    assert ours == {*SMALL, *ELSEWHERE}
    assert set(KNOWN) <= set(SMALL)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.skipif(not (ALL or name in QUICK), reason="`make contract` tries it"))
        for name in SMALL
    ],
)
def test_a_problem_of_ours_keeps_the_contract_but_for_what_is_known(name):
    problem, known = do.make(name, **SMALL[name]), KNOWN.get(name, {})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RulesSkipped)
        found = do.testing.check_detector(problem, skip=tuple(known), corners=FEW)
        assert found.skipped == tuple(rule for rule in RULES if rule in known)
        for rule in known:  # it is still so: a known fault that is mended is taken off the list
            with pytest.raises(do.testing.RuleBroken, match=f"breaks the rule '{rule}'"):
                do.testing.check_detector(problem, skip=[name for name in RULES if name != rule], corners=FEW)

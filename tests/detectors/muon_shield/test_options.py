"""Options and cards of the shield problems are those of earlier ledgers, so that these are recognised."""

import inspect
import json
from pathlib import Path

import pytest

from designopt.detectors.muon_shield.problem import muon_shield, muon_shield_72, muon_shield_ship

EARLIER = json.loads((Path(__file__).parents[2] / "data" / "muon_shield_cards.json").read_text())
CHANGED = {"budget": 9000, "length": 31000.0, "saturation": False, "sample": 3, "objective": "fcn"}


@pytest.mark.parametrize("make", [muon_shield, muon_shield_72, muon_shield_ship], ids=lambda make: make.__name__)
def test_options_and_cards_are_those_of_earlier_ledgers(make):
    earlier = EARLIER[make.__name__]
    options = [[name, option.default] for name, option in inspect.signature(make).parameters.items()]
    assert json.dumps(options) == json.dumps(earlier["options"]), "names, order and defaults"
    assert json.dumps(make(muons=20).card()) == json.dumps(earlier["plain"])
    assert json.dumps(make(muons=20, **CHANGED).card()) == json.dumps(earlier["changed"])

"""The toy Monte Carlo is the referee: the closed forms agree with it within 5 %."""

import json

import jax
import pytest
from validation.tomography import ratios

import designopt as do
from designopt.detectors.tomography.simulation.toy import simulate
from designopt.detectors.tomography.verify import setup_of, verify_design


@pytest.mark.parametrize(
    ("options", "reference", "ladles"),
    [
        ({}, "even", 500),
        ({"momentum": 3.0, "muons": 2000.0, "slag": None, "calibration": 3}, "close to the ladle", 250),
    ],
    ids=["usual", "slow muons, any slag"],
)
def test_the_model_agrees_with_whole_ladles(options, reference, ladles):
    problem = do.make("muon-tomography-v1", **options)
    design = {**problem.references[reference]}
    design["x"] = design["x"] + jax.numpy.linspace(-150.0, 150.0, 8)  # nothing is symmetric
    found = ratios(problem.detector, design, ladles)
    ratio, error = found.pop("fill_height")
    assert abs(ratio - 1) < 0.05 + 2 * error / ratio
    for ratio, error in found.values():
        assert ratio == pytest.approx(1, rel=0.05)
        assert 0 < error < 0.02 * ratio


def test_verify_asks_the_toy():
    problem = do.make("muon-tomography-v1", above=2, below=2)
    checked = verify_design(problem, problem.references["two and two"], events=150_000)
    assert checked.quantities[0].quantity == "fill height (mm)"
    assert checked.events == 150_000
    for one in checked.quantities[1:]:
        assert one.found == pytest.approx(one.predicted, rel=0.05)
    assert json.loads(json.dumps(checked.to_record()))


def test_a_detector_that_sees_nothing_is_refused_by_the_toy():
    problem = do.make("muon-tomography-v1", above=2, below=2)
    setup = setup_of(problem.detector, problem.references["two and two"])
    with pytest.raises(ValueError, match="Hardly any ladle"):
        simulate(type(setup)(setup.above, setup.below[:1]), 20)

"""A problem from plain functions: what is found, what is refused in a sentence."""

import jax.numpy as jnp
import numpy as np
import pytest

import designopt as do

pytestmark = pytest.mark.usefixtures("types_unchecked")


def response(design):
    return {"resolution": design["pitch"] / jnp.sqrt(12.0 * design["layers"]), "profile": jnp.ones(3)}


GIVEN = {
    "variables": [do.Real("pitch", 0.1, 10.0, label="mm"), do.Integer("layers", 1, 10)],
    "response": response,
    "cost": lambda design: 40.0 / design["pitch"] * design["layers"],
    "objective": lambda found: jnp.log(found["resolution"]),
    "budget": 150.0,
}


def made(name="hodoscope-v1", **changes):
    return do.problem(name, **(GIVEN | changes))


def test_money_units_and_events_are_found_and_the_card_knows_the_functions():
    problem = made(units={"resolution": "mm"})
    assert problem.spend_on == {"pitch": -1, "layers": 1}
    assert (problem.events, problem.gradient_price) == (1, 3.0)
    assert list(problem.detector.metrics(problem.detector.response(problem.decode(jnp.full(2, 0.5))))) == [
        "resolution (mm)"
    ]
    other = made(response=lambda design: {"resolution": design["pitch"] / jnp.sqrt(11.0 * design["layers"])})
    assert other.card()["detector"]["functions"]["cost"] == problem.card()["detector"]["functions"]["cost"]
    assert other.card()["detector"]["functions"]["response"] != problem.card()["detector"]["functions"]["response"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"response": lambda d: {"resolution": jnp.nan * d["pitch"]}}, "returns nan for 'resolution' at each of 8"),
        ({"response": lambda d: {"resolution": np.sqrt(d["pitch"])}}, "compute with jax.numpy"),
        ({"response": lambda d: {"resolution": d["pitch"] if d["pitch"] > 1 else 0.0}}, "choose with jnp.where"),
        ({"response": lambda d: {"resolution": d["pich"]}}, "asks for 'pich', .*Did you mean 'pitch'"),
        ({"objective": lambda r: r["resoluton"]}, "asks for 'resoluton', .*Did you mean 'resolution'"),
        ({"response": lambda d: {"resolution": d["pitch"] * {}["constant"]}}, "Known: pitch, layers"),
        ({"spend_on": {"layers": 1}, "cost": lambda d: d["pitch"]}, "Leave 'layers' out of `spend_on`"),
        ({"spend_on": {"glue": 1}, "variables": [*GIVEN["variables"], do.Categorical("glue", ("a", "b"))]},
         "'glue', which is a choice"),
        ({"response": lambda d: {"resolution": jnp.ones(3) * d["pitch"]}}, r"shape \(3,\)"),
        ({"response": lambda d: None}, "returns nothing"),
        ({"response": 3}, "Give a function"),
        ({"cost": "150 kCHF"}, "cost of 'hodoscope-v1' is the text '150 kCHF'"),
        ({"cost": lambda d: (d["pitch"] - 4) ** 2 + (d["layers"] - 4) ** 2}, "only rises or only falls"),
        ({"objective": None}, "lacks objective"),
        ({"objective": lambda r: jnp.log(-r["resolution"])}, "objective of 'hodoscope-v1' is nan at each of 8"),
        ({"name": "a b"}, "cannot be called 'a b'"),
        ({"name": "a/b"}, "cannot be called 'a/b'"),
        ({"name": "<b>"}, "cannot be called '<b>'"),
        ({"budget": 1e9}, "cannot be spent"),
        ({"buget": 3}, "Did you mean 'budget'"),
        ({"events": 0}, "at least 1"),
        ({"spend_on": {"pitch": 1}}, r"says \+1 for 'pitch'"),
        ({"units": {"resolution": 3}}, "Give it by name"),
    ],
)  # fmt: skip
def test_a_mistake_gets_a_sentence(changes, says):
    with pytest.raises(ValueError, match=says):
        made(**changes)

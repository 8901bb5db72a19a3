"""Every rule of the detector contract holds for a sound toy, and is broken by a toy made for it."""

import re
import warnings
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import designopt as do
from designopt.testing.detector_contract import FEW, RULES, RulesSkipped
from designopt.testing.rules.case import Case, RuleBroken


class Plates(do.AbstractDetector):
    """Plates that may be left out, seen through random events where there is a key."""

    price: float = 2.0
    noise: float = 0.01

    def seen(self, design):
        return design["thickness"] * design["present"]

    def response(self, design, key=None):
        error = 1.0 / (1.0 + jnp.sum(self.seen(design)))
        return {"error": error if key is None else error + self.noise * jax.random.normal(key)}

    def cost(self, design):
        return {"plates": jnp.sum(design["present"] * (1.0 + self.price * design["thickness"]))}

    def constraints(self, design):
        return {"length": jnp.sum(self.seen(design)) / 40.0 - 1.0}


THICKNESS = do.Real("thickness", 1.0, 20.0, unit=0.1, label="cm", count=2, step=0.5)
PRESENT = do.Integer("present", 0, 1, count=2)
UNIFORM = {"uniform": {"thickness": jnp.full(2, 5.0), "present": jnp.ones(2)}}


def plates(kind=Plates, variables=(THICKNESS, PRESENT), **options):
    given = {
        "budget": 40.0,
        "spend_on": {"thickness": 1, "present": 1},
        "events": 5,
        "references": UNIFORM,
        "name": "plates-v1",
    }
    return do.Problem(
        detector=kind() if isinstance(kind, type) else kind,
        space=do.DesignSpace(variables),
        objective=lambda response: response["error"],
        **given | options,
    )


def only(rule):
    return [name for name in RULES if name != rule]


def broken(problem, rule, **options):
    """The sentence of the one rule that is asked."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RulesSkipped)
        with pytest.raises(RuleBroken) as found:
            do.testing.check_detector(problem, skip=only(rule), **options)
    sentence = str(found.value)
    assert sentence.startswith(f"'{problem.name}' breaks the rule '{rule}': ")
    return sentence


def test_a_sound_detector_keeps_every_rule():
    found = do.testing.check_detector(plates())
    assert found.passed == tuple(RULES)
    assert not found.not_applicable
    assert not found.skipped
    assert str(found).startswith("'plates-v1' keeps 12 rules: response, settings")


def test_what_does_not_apply_or_was_skipped_is_said():
    class Free(Plates):
        def response(self, design, key=None):
            return {"error": 1.0 / (1.0 + jnp.sum(self.seen(design)))}

    problem = plates(Free, references={}, gradient_price=None)
    with pytest.warns(RulesSkipped, match="'plates-v1' was not held against drawing"):
        found = do.testing.check_detector(problem, skip=["drawing"])
    assert found.skipped == ("drawing",)
    assert set(found.not_applicable) == {"gradients", "kinks", "references", "fresh-events"}
    assert "Skipped on demand: drawing." in str(found)
    assert "'fresh-events' does not apply: a key changes nothing" in str(found)


@pytest.mark.parametrize(
    ("given", "options", "says"),
    [
        (plates, {"skip": ["kink"]}, "No rule is called 'kink'. Did you mean 'kinks'?"),
        (plates, {"gates": {"presnt": ()}}, "`gates` names 'presnt', which is no variable. Did you mean 'present'?"),
        (Plates, {}, r"Give a Problem"),
    ],
)
@pytest.mark.usefixtures("types_unchecked")
def test_what_is_no_problem_or_no_rule_is_refused(given, options, says):
    with pytest.raises(ValueError, match=says.replace("?", r"\?")):
        do.testing.check_detector(given(), **options)


def test_a_response_that_cannot_be_compiled_is_named():
    class Asks(Plates):
        def response(self, design, key=None):
            return {"error": 1.0 if design["thickness"][0] > 3.0 else 2.0}

    class Listed(Plates):
        def response(self, design, key=None):
            return design["thickness"]

    assert "`response` of Asks fails (TracerBoolConversionError" in broken(plates(Asks), "response")
    assert "choose with jnp.where in the place of `if`" in broken(plates(Asks), "response")
    assert "Let it return results by name" in broken(plates(Listed), "response")


def test_settings_that_leave_out_a_field_are_named_if_it_matters():
    class Secretive(Plates):
        unused: float = 1.0

        def settings(self):
            return {"noise": self.noise}

    sentence = broken(plates(Secretive), "settings")
    assert "another value of the field 'price' of Secretive, 3.0 for 2.0" in sentence
    assert "Put 'price' into `settings`" in sentence

    class Restless(Plates):
        def settings(self):
            return {"now": np.random.default_rng().random(), "price": self.price}

    assert "two calls of `settings` differ" in broken(plates(Restless), "settings")


def test_money_that_falls_along_one_slot_is_named():
    class Rebate(Plates):
        def cost(self, design):
            return {"plates": design["present"] @ (20.0 + jnp.asarray([3.0, -1.0]) * design["thickness"])}

    sentence = broken(plates(Rebate, budget=60.0), "cost-rises")
    assert "`spend_on` says +1 for 'thickness', but the cost falls from" in sentence
    assert "'thickness' of slot 1 goes from 10 cm to 33.75 cm" in sentence


def test_an_absent_slot_that_is_seen_is_named():
    class Ghost(Plates):
        def constraints(self, design):
            return {"length": jnp.sum(design["thickness"]) / 40.0 - 1.0}

    sentence = broken(plates(Ghost), "absent-slot")
    assert "with 'present' of slots" in sentence
    assert "other values of 'thickness' there change the limits 'length' from" in sentence
    assert "Multiply what a slot adds by 'present'" in sentence


def test_gates_that_cannot_be_told_from_the_space_can_be_given():
    extra = do.Real("angle", 0.0, 1.0, count=2)  # of something else that there are two of as well

    class Turned(Plates):
        def response(self, design, key=None):
            return {"error": super().response(design, key)["error"] + 0.01 * jnp.sum(design["angle"] ** 2)}

    references = {"uniform": {**UNIFORM["uniform"], "angle": jnp.zeros(2)}}
    problem = plates(Turned, (THICKNESS, PRESENT, extra), references=references)
    assert "gates={'present': (...)}" in broken(problem, "absent-slot")
    assert RULES["absent-slot"](Case(problem, gates={"present": ("thickness",)})) is None


def test_a_choice_of_nothing_empties_a_slot():
    class Chosen(Plates):
        seen_always: bool = False

        def seen(self, design):
            return design["thickness"] * (1.0 if self.seen_always else 1.0 - design["kind"][:, 0])

        def cost(self, design):
            return {"plates": jnp.sum((1.0 - design["kind"][:, 0]) * (1.0 + self.price * design["thickness"]))}

    kind = do.Categorical("kind", ("none", "steel"), count=2, nothing="none")
    options = {"variables": (THICKNESS, kind), "spend_on": {"thickness": 1}, "spend": "at most", "references": {}}
    assert RULES["absent-slot"](Case(plates(Chosen, **options))) is None
    sentence = broken(plates(Chosen(seen_always=True), **options), "absent-slot")
    assert "with 'kind' of slots" in sentence


def test_a_batch_that_mixes_its_designs_is_named():
    class Mixed(Plates):
        def response(self, design, key=None):
            def outside(thickness):
                return np.full(np.shape(thickness)[:-1], 1.0 / np.sum(thickness))  # over the whole batch

            shape = jax.ShapeDtypeStruct((), float)
            return {"error": jax.pure_callback(outside, shape, self.seen(design), vmap_method="expand_dims")}

    sentence = broken(plates(Mixed, gradient_price=None), "batch")
    assert "the loss of point 0 is" in sentence
    assert "in a batch of 3" in sentence


def test_a_wrong_gradient_is_named():
    class Stopped(Plates):
        def seen(self, design):
            return jax.lax.stop_gradient(design["thickness"]) * design["present"]

    sentence = broken(plates(Stopped), "gradients")
    assert "along 'thickness' the gradient of the " in sentence
    assert "Look for `stop_gradient`" in sentence


def test_a_wrong_gradient_of_a_limit_is_named():
    class Stopped(Plates):
        def constraints(self, design):
            return jax.lax.stop_gradient(super().constraints(design))

    assert "the gradient of the limit 'length' says 0 a side of the cube" in broken(plates(Stopped), "gradients")


class Bent(Plates):
    """A corner of the loss at 9 mm; `width` makes it round."""

    width: float = 0.0

    def response(self, design, key=None):
        away = design["thickness"] - 9.0
        return {"error": jnp.sum(jnp.sqrt(away**2 + self.width**2))}


def test_a_kink_is_named_with_its_place_and_a_smooth_bend_is_none():
    sentence = broken(plates(Bent), "kinks")
    assert re.search(
        r"at (90|90\.0\d*|89\.99\d*) cm of 'thickness' of slot \d the slope of the loss jumps by 3\d", sentence
    )
    assert RULES["kinks"](Case(plates(Bent(width=0.5)))) is None


def test_a_step_and_a_saw_are_kinks():
    class Stepped(Plates):
        def response(self, design, key=None):
            return {"error": 1.0 / jnp.sum(design["thickness"]) + 0.01 * jnp.sum(design["thickness"] > 11.3)}

    class Saw(Plates):
        def response(self, design, key=None):
            phase = 0.3 * design["thickness"]
            return {"error": 1.0 / jnp.sum(design["thickness"]) + 0.05 * jnp.sum(jnp.abs(phase - jnp.round(phase)))}

    assert re.search(r"at 11[23](\.\d+)? cm of 'thickness'", broken(plates(Stepped), "kinks"))
    broken(plates(Saw), "kinks")


def test_a_corner_without_a_number_is_named():
    class Logarithm(Plates):
        def response(self, design, key=None):
            return {"error": -jnp.sum(jnp.log(self.seen(design)))}

    sentence = broken(plates(Logarithm), "corners")
    assert "is inf at the corner [" in sentence
    assert "narrow the bounds" in sentence


def test_a_corner_without_a_slope_is_named():
    class Root(Plates):
        def response(self, design, key=None):
            seen = jnp.sum(self.seen(design))
            return {"error": jnp.where(seen > 0, -jnp.sqrt(seen), 0.0)}

    problem = plates(Root, (replace(THICKNESS, lower=0.0), PRESENT), spend="at most")
    assert "the gradient of the loss along '" in broken(problem, "corners")


def test_a_built_design_over_the_budget_is_named():
    class Joint(Plates):
        def cost(self, design):
            unlike = jnp.sum(jnp.abs(design["kind"][0] - design["kind"][1]))
            return {"plates": jnp.sum(self.price * design["thickness"]), "joint": 50.0 * unlike}

    kind = do.Categorical("kind", ("steel", "copper"), count=2)
    problem = plates(Joint, (THICKNESS, PRESENT, kind), spend_on={"thickness": 1}, references={})
    sentence = broken(problem, "as-built")
    assert "over the budget of 40 kCHF" in sentence
    assert "the cheapest whole numbers, choices and sizes" in sentence


def test_references_outside_their_limits_are_named():
    class Short(Plates):
        def constraints(self, design):
            return {"length": jnp.sum(self.seen(design)) / 4.0 - 1.0}

    sentence = broken(plates(Short), "references")
    assert "the reference 'uniform', built for 40 kCHF, exceeds the limit 'length' by" in sentence
    thick = {"thick": {"thickness": jnp.asarray([5.0, 21.0]), "present": jnp.ones(2)}}
    assert "'thickness' of the reference 'thick' is 210, outside 10 to 200" in broken(
        plates(references=thick), "references"
    )


class Shifted(Plates):
    """Fresh events see something else than the training events."""

    by: float = 0.2

    def response(self, design, key=None):
        found = super().response(design, key)["error"]
        return {"error": found if key is None else found + self.by}


def test_fresh_events_that_disagree_or_are_not_fresh_are_named():
    assert "standard deviations" in broken(plates(Shifted), "fresh-events")
    assert "all keys give the same ones" in broken(plates(Shifted(noise=0.0)), "fresh-events")

    class Careless(Plates):
        def response(self, design, key=None):
            def outside(thickness):
                return np.random.default_rng().normal()

            return {"error": jax.pure_callback(outside, jax.ShapeDtypeStruct((), float), design["thickness"][0])}

    assert "the same key gave the score" in broken(plates(Careless, gradient_price=None), "fresh-events")


def test_a_drawing_that_draws_nothing_or_fails_is_named():
    class Blank(Plates):
        def draw(self, design, axes):
            pass

    class Failing(Plates):
        def draw(self, design, axes):
            axes.plot(design["thickness"], np.zeros(3))

    assert "`draw` of Blank leaves the axes empty" in broken(plates(Blank), "drawing")
    assert "`draw` of Failing ends with ValueError" in broken(plates(Failing), "drawing")


def test_a_simulator_without_gradient_is_tried_at_few_corners():
    problem = plates(gradient_price=None)
    assert len(Case(problem, corners=FEW).at_corners) == 16  # all of a small cube
    wide = plates(variables=(replace(THICKNESS, count=9), replace(PRESENT, count=9)), references={})
    assert len(Case(wide, corners=FEW).at_corners) == 2 + 2 + FEW

"""A detector or a problem that is wrong is refused when it is made, and the sentence says what is wrong."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from designopt.benchmarks.problems import knapsack, mixed_shelf, square_root_law
from designopt.cli.describe import show_problem
from designopt.design.space import DesignSpace
from designopt.design.variables import Real
from designopt.problem import registry
from designopt.problem.allowed import doubt
from designopt.problem.checks import check_response
from designopt.problem.detector import AbstractDetector
from designopt.problem.problem import Problem

pytestmark = pytest.mark.usefixtures("types_unchecked")


class Plates(AbstractDetector):
    """Plates whose cost and response are as given."""

    price: object = 2.0
    named: bool = True
    responds: bool = True
    slots: int = 1

    def response(self, design, key=None):
        error = 1.0 / jnp.sum(design["thickness"])
        return {"error": error} if self.responds else error

    def cost(self, design):
        money = self.price * jnp.sum(design["thickness"]) + 20.0
        return {"plates": money} if self.named else money

    def settings(self):
        return {}


def plates(detector=None, **options):
    given = {"budget": 40.0, "spend_on": {"thickness": 1}, "events": 1} | options
    return Problem(
        "plates-v1",
        detector or Plates(),
        DesignSpace([Real("thickness", 0.0, 20.0)]),
        lambda response: response["error"],
        **given,
    )


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: plates(Plates(named=False)), "`cost` of Plates returns one number. Let it return numbers by name"),
        (lambda: plates(Plates(price=jnp.ones(3))), r"array of the shape \(3,\) for 'plates'"),
        (lambda: plates(Plates(price=-0.5), budget=15.0), r"\+1 for 'thickness'.*should rise with it, but it falls"),
        (lambda: plates(spend_on={"thickness": -1}), r"-1 for 'thickness'.*should fall with it, but it rises"),
        (lambda: plates(Plates(price=0.0), budget=20.0), "stays the same when 'thickness' grows"),
        (lambda: plates(spend_on={"thickness": 2}), r"`spend_on` gives 2 for 'thickness'"),
        (lambda: plates(spend_on={"thicknes": 1}), "Did you mean 'thickness'"),
        (lambda: plates(Plates(price=np.nan)), "gives nan kCHF at a corner"),
        (lambda: plates(Plates), "class Plates itself"),
        (lambda: plates(budget="many"), "budget of the problem 'plates-v1' is 'many', which is no number"),
        (lambda: plates(budget=float("inf")), "finite"),
        (lambda: plates(budget=10.0, spend="at most"), "the cheapest design costs 20 kCHF"),
        (lambda: plates(events=0), "events of the problem 'plates-v1' is 0, but it has to be at least 1"),
        (lambda: plates(events=2.5), "no whole number"),
        (lambda: plates(gradient_price=-1.0), "gradient price .* has to be positive"),
        (lambda: plates(references={"thin": {"thicknes": 1.0}}), "'thin' of 'plates-v1' is no design of it"),
        (lambda: plates(references={"thin": {"thickness": "thin"}}), "no array of numbers"),
        (lambda: plates(compare_with="thin"), "compared with its reference 'thin'"),
        (lambda: plates(cheapest_allowed=50.0), "cheapest allowed design costs 50 kCHF"),
    ],
)
def test_a_wrong_problem_is_refused_in_a_sentence(make, says):
    with pytest.raises(ValueError, match=says):
        make()


def test_a_response_that_is_no_dictionary_is_named_before_anything_is_simulated():
    with pytest.raises(ValueError, match=r"`response` of Plates returns one number\. Let it return results by name"):
        check_response(plates(Plates(responds=False)))
    check_response(plates())


def test_numbers_of_numpy_make_the_same_problem():
    numpy = plates(
        budget=np.float32(40), events=np.int64(1), gradient_price=np.float64(3), spend_on={"thickness": np.int8(1)}
    )
    assert numpy.card() == plates().card()
    assert type(numpy.budget) is float
    law = square_root_law(places=4, budget=np.float32(30))
    assert law.card() == square_root_law(places=4, budget=30.0).card()
    assert type(law.card()["options"]["budget"]) is float


def test_options_of_a_registered_problem_are_converted():
    registry.register("shelf-of-numbers", mixed_shelf)
    made = registry.make("shelf-of-numbers", slots=np.int64(3), budget=np.float32(12), limit=jnp.asarray(8.0))
    assert made.card() == mixed_shelf(slots=3).card()
    with pytest.raises(ValueError, match=r"The option 'slots' of 'shelf-of-numbers' is 2\.5, which is no whole number"):
        registry.make("shelf-of-numbers", slots=2.5)
    registry.register("no-problem", lambda: 3)
    with pytest.raises(ValueError, match="returned 3"):
        registry.make("no-problem")


@pytest.mark.parametrize("options", [{"stations": np.int64(4)}, {"momenta": np.array([5.0, 20.0])}])
def test_numbers_of_numpy_make_the_same_spectrometer(options):
    plain = {name: value.tolist() for name, value in options.items()}
    made, same = (registry.make("spectrometer-layout-v1", **given) for given in (options, plain))
    assert made.card() == same.card()


def test_a_budget_below_the_cheapest_allowed_design_is_refused():
    with pytest.raises(ValueError, match="the cheapest allowed design costs 2,000 kCHF"):
        registry.make("spectrometer-layout-v1", budget=100.0)


def test_a_search_finds_an_allowed_design_where_there_is_one():
    assert doubt(mixed_shelf(budget=12.0)) == ""
    assert doubt(knapsack()) == ""


def test_a_search_says_so_where_the_limits_allow_nothing():
    sentence = doubt(mixed_shelf(slots=4, budget=12.0, limit=0.3))
    assert "No design of 'mixed-shelf-4' that keeps the side limits was found for 12 kCHF" in sentence
    assert "breaks amount" in sentence


def test_a_search_counts_only_designs_that_the_budget_buys():
    class Thick(Plates):
        def constraints(self, design):
            return {"thickness": 1.0 - design["thickness"] / 15.0}

    assert doubt(plates(Thick(), budget=55.0)) == ""
    sentence = doubt(plates(Thick(), budget=30.0))
    assert "breaks thickness" in sentence
    assert "costs 5" in sentence  # 50 kCHF for 15 mm, which random designs nearly reach
    assert replace(plates(Thick(), budget=55.0), cheapest_allowed=50.0).cheapest_allowed == 50.0


def test_a_reference_that_keeps_the_limits_as_it_would_be_built_is_enough(monkeypatch):
    class Thick(Plates):
        def constraints(self, design):
            return {"thickness": 1.0 - design["thickness"] / 17.4}

    asked = plates(Thick(), budget=55.0)
    drawn = replace(asked, references={"drawn": {"thickness": 17.51}})  # 55.02 kCHF until it is built
    monkeypatch.setattr("designopt.problem.allowed.search_points", lambda problem: pytest.fail("no search is needed"))
    assert doubt(drawn) == ""


def test_describe_says_what_the_cheapest_allowed_design_costs(capsys):
    show_problem(registry.make("spectrometer-layout-v1"), "spectrometer-layout-v1")
    assert "The cheapest design that keeps them costs 2,000.0 kCHF." in capsys.readouterr().out


def test_describe_warns_where_no_allowed_design_is_found(capsys):
    registry.register("narrow-shelf", mixed_shelf)
    show_problem(registry.make("narrow-shelf", limit=0.3), "narrow-shelf")
    assert "Warning: No design of 'mixed-shelf-4'" in capsys.readouterr().out

"""What a new detector's package holds; NAME, CLASS and PROBLEM stand for its names."""

FILES = {
    "pyproject.toml": """[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "NAME"
version = "0.1.0"
description = "A detector for designopt."
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["designopt"]

[project.optional-dependencies]
test = ["pytest"]

[project.entry-points."designopt.problems"]
"PROBLEM" = "NAME.problem:problem"

[tool.setuptools]
packages = ["NAME"]

[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["."]
""",
    "README.md": """# NAME

A detector for designopt, which finds the best one that a fixed amount of money
can buy. What stands here measures a position with a few planes of strips; put your physics in its place.

```
pip install -e '.[test]'
pytest                                   # the contract that every detector keeps
designopt list                           # PROBLEM is among the problems
designopt describe PROBLEM
designopt example PROBLEM > design.json  # a design to start from, to be changed
designopt evaluate PROBLEM design.json   # simulate and price it
designopt run study.py --quick           # a report in runs/
```

- `NAME/detector.py`: the physics, `response` and `cost`. Units: mm, GeV, kCHF (`designopt.units`).
- `NAME/problem.py`: variables, objective, budget, a reference design; its keywords are the problem's options.
- `study.py`: which optimisers, how many seeds, which allowance.

Write down the range, the source and the error of every formula that you put in: a design that wins outside of them
wins nothing.

## Licence

No licence is chosen: until you add a file LICENSE nobody else may use or change this package. designopt itself has a
licence of its own, which asks nothing of packages that use it as a plug-in beyond its own terms.
""",
    "NAME/__init__.py": '''"""A detector for designopt."""
''',
    "NAME/detector.py": '''"""Planes of strips that measure the position of a particle."""

import jax.numpy as jnp

import designopt as do


class CLASS(do.AbstractDetector):
    """Planes of strips; a design has `pitch` (mm) of the strips and the number of `planes`."""

    size: float = 400.0  # mm
    spread: float = 0.2  # mm, by which a hit is off whatever the pitch (electrons knocked on, alignment), assumed
    thickness: float = 0.01  # radiation lengths a plane
    channel: float = 0.02  # kCHF, assumed
    plane: float = 5.0  # kCHF, assumed

    def response(self, design: do.Design, key: object = None) -> do.Response:
        """Resolution in mm: pitch / sqrt(12) and the spread of a plane, averaged; material in radiation lengths."""
        plane = jnp.hypot(design["pitch"] / jnp.sqrt(12.0), self.spread)
        return {"resolution": plane / jnp.sqrt(design["planes"]), "material": self.thickness * design["planes"]}

    def cost(self, design: do.Design) -> do.CostBreakdown:
        """Channels and planes in kCHF."""
        channels = design["planes"] * self.size / design["pitch"]
        return {"channels": self.channel * channels, "planes": self.plane * design["planes"]}

    def unit(self, name: str) -> str:
        """Units of the response."""
        return {"resolution": "mm", "material": "X0"}[name]

    def better(self, label: str) -> int:
        """Less of both."""
        return -1
''',
    "NAME/problem.py": '''"""The problem: which numbers are free, what is best, how much money there is."""

import jax.numpy as jnp
from jaxtyping import Array, Float

import designopt as do
from designopt.units import mm

from NAME.detector import CLASS


def objective(response: do.Response) -> Float[Array, ""]:
    """ln of the resolution in mm, and a tenth of a unit for every 10 % of a radiation length."""
    return jnp.log(response["resolution"]) + response["material"]


def problem(budget: float = 100.0) -> do.Problem:
    """Planes of strips for a fixed amount of money (kCHF)."""
    space = do.DesignSpace(
        [do.Real("pitch", 0.1 * mm, 10 * mm, unit=mm, label="mm", scale="log"), do.Integer("planes", 1, 12)]
    )
    return do.Problem(
        name="PROBLEM",
        detector=CLASS(),
        space=space,
        objective=objective,
        budget=budget,
        references={"four planes": {"pitch": jnp.asarray(0.4), "planes": jnp.asarray(4.0)}},
        compare_with="four planes",
    )
''',
    "study.py": '''"""Which optimiser designs the best PROBLEM."""

import designopt as do

from NAME.problem import problem


def study(quick: bool = False) -> do.Study:
    """Three searches, each with the same number of evaluations."""
    asked = problem()
    return do.Study(
        "NAME",
        problems=[asked],
        optimisers=[do.optimisers.RandomSearch(), do.optimisers.CmaEs(), do.optimisers.Lbfgs()],
        seeds=range(2 if quick else 10),
        allowance=do.Allowance(events=(100 if quick else 1000) * asked.events),
    )
''',
    "tests/conftest.py": '''"""The process is prepared before JAX starts."""

import designopt

designopt.prepare()
''',
    "tests/test_NAME.py": '''"""The detector keeps the contract of all detectors, and the study is one."""

import importlib.util
from pathlib import Path

import designopt as do

from NAME.problem import problem


def test_the_detector_keeps_the_contract():
    do.testing.check_detector(problem())


def test_a_relaxed_design_costs_the_budget():
    asked = problem(budget=80.0)
    u = asked.space.encode(asked.references["four planes"])
    assert abs(float(asked.cost(asked.decode(u))) - 80.0) < 1e-6


def test_the_study_can_be_loaded():
    spec = importlib.util.spec_from_file_location("study", Path(__file__).parents[1] / "study.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.study(quick=True).plans()
''',
}

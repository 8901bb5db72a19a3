"""Find the best detector that a fixed amount of money can buy."""

import importlib
from typing import Any

from designopt import runtime as runtime  # first: it prepares the process before JAX is imported

import jax  # isort: skip

jax.config.update("jax_enable_x64", True)

__version__ = "0.1.0"

_HOMES = {
    "AbstractDetector": "designopt.problem.detector",
    "Allowance": "designopt.evaluation.evaluator",
    "Categorical": "designopt.design.variables",
    "DesignSpace": "designopt.design.space",
    "Evaluator": "designopt.evaluation.evaluator",
    "Integer": "designopt.design.variables",
    "Needs": "designopt.records.trial",
    "Problem": "designopt.problem.problem",
    "Real": "designopt.design.variables",
    "Study": "designopt.study.study",
    "make": "designopt.problem.registry",
    "register": "designopt.problem.registry",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """Import a public name from its home on first use, so that `import designopt` stays light."""
    if name not in _HOMES:
        raise AttributeError(f"designopt has no attribute {name!r}. Public names: {', '.join(__all__)}.")
    return getattr(importlib.import_module(_HOMES[name]), name)

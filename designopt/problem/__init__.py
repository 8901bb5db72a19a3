"""What is asked of a design: a detector, a budget, constraints, an objective.

The package can be called: `designopt.problem("hodoscope-v1", variables=[...], ...)` makes a problem from plain
functions, see `designopt.problem.plain.short_form.problem`.
"""

import sys
from types import ModuleType
from typing import Any


class _Callable(ModuleType):
    def __call__(self, *args: Any, **parts: Any) -> Any:
        from designopt.problem.plain.short_form import problem

        return problem(*args, **parts)


sys.modules[__name__].__class__ = _Callable

"""Find the best detector that a fixed amount of money can buy.

Every public name is imported on first use: `import designopt as do`, then `do.make(...)`, `do.optimisers.Adam()`.
Importing designopt changes nothing of the process; `do.prepare()`, called first, is what simulations need
(see `designopt.runtime`).
"""

from typing import TYPE_CHECKING

from designopt.lazy import lazy_names

if TYPE_CHECKING:
    from designopt import envs as envs
    from designopt import optimisers as optimisers
    from designopt import testing as testing
    from designopt import units as units
    from designopt import written as written
    from designopt.analysis.different_designs import different_designs as different_designs
    from designopt.analysis.examine import examine as examine
    from designopt.analysis.verify import verify as verify
    from designopt.design.space import Design as Design
    from designopt.design.space import DesignSpace as DesignSpace
    from designopt.design.variables import Categorical as Categorical
    from designopt.design.variables import Integer as Integer
    from designopt.design.variables import Real as Real
    from designopt.evaluation.evaluator import Allowance as Allowance
    from designopt.evaluation.evaluator import Evaluator as Evaluator
    from designopt.optimisers.base import AbstractAskTell as AbstractAskTell
    from designopt.optimisers.base import AbstractOptimiser as AbstractOptimiser
    from designopt.optimisers.by_name import list_optimisers as list_optimisers
    from designopt.optimisers.stop import Stop as Stop
    from designopt.problem.allowed import NothingAllowed as NothingAllowed
    from designopt.problem.command_detector.detector import CommandDetector as CommandDetector
    from designopt.problem.detector import AbstractDetector as AbstractDetector
    from designopt.problem.detector import CostBreakdown as CostBreakdown
    from designopt.problem.detector import Response as Response
    from designopt.problem.free_budget import with_savings as with_savings
    from designopt.problem.plain.short_form import problem as problem
    from designopt.problem.problem import Problem as Problem
    from designopt.problem.registry import list_problems as list_problems
    from designopt.problem.registry import make as make
    from designopt.problem.registry import register as register
    from designopt.records.study_record import StudyRecord as StudyRecord
    from designopt.records.study_record import load as load
    from designopt.records.trial import Needs as Needs
    from designopt.records.trial import Trial as Trial
    from designopt.report.page import write_report as write_report
    from designopt.runtime import ThreadWarning as ThreadWarning
    from designopt.runtime import prepare as prepare
    from designopt.study.study import Study as Study

__version__ = "0.1.0"

_HOMES = {
    "AbstractAskTell": "designopt.optimisers.base",
    "AbstractDetector": "designopt.problem.detector",
    "AbstractOptimiser": "designopt.optimisers.base",
    "Allowance": "designopt.evaluation.evaluator",
    "Categorical": "designopt.design.variables",
    "CommandDetector": "designopt.problem.command_detector.detector",
    "CostBreakdown": "designopt.problem.detector",
    "Design": "designopt.design.space",
    "DesignSpace": "designopt.design.space",
    "Evaluator": "designopt.evaluation.evaluator",
    "Integer": "designopt.design.variables",
    "Needs": "designopt.records.trial",
    "NothingAllowed": "designopt.problem.allowed",
    "Problem": "designopt.problem.problem",
    "Real": "designopt.design.variables",
    "Response": "designopt.problem.detector",
    "Stop": "designopt.optimisers.stop",
    "Study": "designopt.study.study",
    "StudyRecord": "designopt.records.study_record",
    "ThreadWarning": "designopt.runtime",
    "Trial": "designopt.records.trial",
    "different_designs": "designopt.analysis.different_designs",
    "envs": "designopt.envs",
    "examine": "designopt.analysis.examine",
    "list_optimisers": "designopt.optimisers.by_name",
    "list_problems": "designopt.problem.registry",
    "load": "designopt.records.study_record",
    "make": "designopt.problem.registry",
    "optimisers": "designopt.optimisers",
    "prepare": "designopt.runtime",
    "problem": "designopt.problem.plain.short_form",
    "register": "designopt.problem.registry",
    "testing": "designopt.testing",
    "units": "designopt.units",
    "verify": "designopt.analysis.verify",
    "with_savings": "designopt.problem.free_budget",
    "write_report": "designopt.report.page",
    "written": "designopt.written",
}
__all__ = sorted(_HOMES)

if not TYPE_CHECKING:  # type checkers see the imports above, and report any other name
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)

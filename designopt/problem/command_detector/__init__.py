"""A simulator that is any executable: one evaluation is one process, and what it found is kept on disk.

Importing this imports nothing: a worker of a cluster that runs programs (`evaluation.py`) needs no JAX.
"""

from typing import TYPE_CHECKING

from designopt.lazy import lazy_names

if TYPE_CHECKING:
    from designopt.problem.command_detector.detector import CommandDetector as CommandDetector
    from designopt.problem.command_detector.process import CommandFailed as CommandFailed

if not TYPE_CHECKING:  # type checkers see the imports above, and report any other name
    _HERE = "designopt.problem.command_detector"
    __getattr__, __dir__ = lazy_names(
        __name__, {"CommandDetector": f"{_HERE}.detector", "CommandFailed": f"{_HERE}.process"}
    )

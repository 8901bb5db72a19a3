"""Where the runs of a study are carried out: this process, processes of this machine, or any executor of Python's kind.

Importing this imports nothing: a worker on another machine is prepared (`designopt.runtime`) before JAX starts there.
"""

from typing import TYPE_CHECKING

from designopt.lazy import lazy_names

if TYPE_CHECKING:
    from designopt.study.executors.local import carry_out as carry_out

if not TYPE_CHECKING:  # type checkers see the imports above, and report any other name
    __getattr__, __dir__ = lazy_names(__name__, {"carry_out": "designopt.study.executors.local"})

"""Which extras of designopt are missing, and the command that installs them."""

from collections.abc import Iterable, Sequence
from importlib.util import find_spec

RL = ("torch", "stable_baselines3", "sb3_contrib")
"""What the extra [rl] brings."""


def lacking(modules: Iterable[str]) -> list[str]:
    """Those of the modules that are not installed; none of them is imported."""
    return [module for module in modules if not _installed(module)]


def install_command(extras: Iterable[str]) -> str:
    """How to install extras."""
    return f"pip install 'designopt[{','.join(sorted(set(extras)))}]'"


def require(who: str, extra: str, modules: Sequence[str]) -> None:
    """Raises ValueError with the command if modules that an extra brings are not installed."""
    if missing := lacking(modules):
        raise ValueError(f"{who} needs {' and '.join(missing)}, not installed here: {install_command([extra])}.")


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):  # hidden by an import hook, or set to None in sys.modules
        return False

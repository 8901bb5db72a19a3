"""What ran: versions of the packages, the commit of the code, the command."""

import os
import shlex
import subprocess
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path

from designopt import __version__
from designopt.problem.plugins import COMMANDS, OURS, PROBLEMS, announced, package

PACKAGES = (
    "designopt", "jax", "jaxlib", "numpy", "scipy", "equinox", "optax", "scikit-optimize", "scikit-learn",
    "gymnasium", "stable-baselines3", "torch", "cma", "pymoo", "matplotlib",
)  # fmt: skip


def versions() -> dict[str, str]:
    """Installed versions of everything that can change a result."""
    return dict(_versions())


@cache
def _versions() -> dict[str, str]:
    found = {"python": sys.version.split()[0]}
    return found | {name: _version(name) for name in PACKAGES} | {OURS: __version__}


@cache
def commit() -> str:
    """Commit of our own checkout when this process first asked, with '+' if it was changed since.

    Of an installed package, and of a copy that lies in somebody else's repository, it is the version.
    """
    return _commit_of(Path(__file__).resolve()) or __version__


def _commit_of(file: Path) -> str:
    """Commit of the checkout of designopt in which a file is tracked; empty where it is in none."""
    import tomllib

    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}

    def git(*words: str) -> str:
        found = subprocess.run(
            ["git", *words], cwd=file.parent, env=surroundings, capture_output=True, text=True, timeout=10, check=True
        )
        return found.stdout.strip()

    try:
        with (Path(git("rev-parse", "--show-toplevel")) / "pyproject.toml").open("rb") as settings:
            ours = tomllib.load(settings).get("project", {}).get("name") == OURS
        git("ls-files", "--error-unmatch", file.name)
        changed = "+" if git("status", "--porcelain", "-uno") else ""
        return git("rev-parse", "--short=12", "HEAD") + changed if ours else ""
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""


def plugins(problem: str, *parts: object) -> dict[str, str]:
    """Version of every package of others that a run is made with, by its name.

    A package is known by what it announces, or by the module in which a part is defined. What only a script defines
    belongs to no package.

    Args:
        problem: name of the problem, as it is announced.
        parts: its detector, its objective, the optimiser: whatever may be defined elsewhere.

    Returns the version by name of package; the package of the command that this process was called by is among them.
    """
    called = sys.argv[1] if len(sys.argv) > 1 else ""
    points = [announced(group).get(name) for group, name in ((PROBLEMS, problem), (COMMANDS, called))]
    names = {package(point) for point in points if point is not None}
    modules = {getattr(part, "__module__", None) or type(part).__module__ for part in parts}
    for module in {name.partition(".")[0] for name in modules} - {OURS, "__main__", "builtins"}:
        names.update(_packages_of().get(module, ()))
    return {name: _version(name) for name in sorted(names - {OURS, *PACKAGES})}


@cache
def _packages_of() -> dict[str, list[str]]:
    return dict(packages_distributions())


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def command() -> str:
    """The command line of this process, as a person would type it."""
    program = Path(sys.argv[0]) if sys.argv else Path()
    name = ["python", "-m", program.parent.name] if program.name == "__main__.py" else [program.name]
    return shlex.join([*name, *sys.argv[1:]] if sys.argv else [])

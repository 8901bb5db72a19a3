"""What ran: versions of the packages, the commit of the code, the command."""

import shlex
import subprocess
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

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
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


@cache
def commit() -> str:
    """Commit of the source tree when this process first asked, with '+' if it was changed since; empty without one."""
    folder = Path(__file__).parent

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, timeout=10).stdout.strip()

    try:
        return git("rev-parse", "--short=12", "HEAD") + ("+" if git("status", "--porcelain", "-uno") else "")
    except (OSError, subprocess.SubprocessError):
        return ""


def command() -> str:
    """The command line of this process, as a person would type it."""
    words = [Path(sys.argv[0]).name, *sys.argv[1:]] if sys.argv else []
    return shlex.join(words)

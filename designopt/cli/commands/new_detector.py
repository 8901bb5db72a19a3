"""`designopt new detector NAME`: an installable package with one detector, its contract test and a study."""

import keyword
import re
from pathlib import Path
from typing import Annotated

import typer

from designopt.cli.commands.new_detector_files import FILES
from designopt.cli.say import say

LONGEST = 50
"""Letters of a name."""
TAKEN = ("designopt", "test", "tests", "study", "detector")
"""Names of modules that others have."""


def new_detector(
    name: Annotated[str, typer.Argument(help="Name of the package: small letters, digits and underscores.")],
    out: Annotated[Path, typer.Option(help="Folder in which the package's folder is made.")] = Path("."),
) -> None:
    """Write an installable package with a detector of your own, its contract test and a study; its tests pass at once.

    Example: `designopt new detector hodoscope`
    """
    folder = write_package(name, out)
    say(
        f"{folder} holds a detector, its tests and a study. Next:\n"
        f"  pip install -e '{folder}[test]'\n  pytest {folder}\n  designopt describe {problem_name(name)}\n"
        f"  designopt run {folder / 'study.py'} --quick"
    )


def write_package(name: str, out: Path | str = ".") -> Path:
    """Write the package and return its folder.

    Raises ValueError for a name that is no name of a Python package, and where the folder exists; OSError where it
    cannot be written.
    """
    check_package_name(name)
    folder = Path(out) / name
    if folder.exists() or folder.is_symlink():
        raise ValueError(
            f"{folder} exists, and nothing is overwritten. Choose another name, or another folder with --out."
        )
    words = {
        "NAME": name,
        "CLASS": "".join(part.capitalize() for part in name.split("_")),
        "PROBLEM": problem_name(name),
    }
    for path, text in FILES.items():
        target = folder / path.replace("NAME", name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(re.sub(r"\b(NAME|CLASS|PROBLEM)\b", lambda found: words[found[1]], text), encoding="utf-8")
    return folder


def problem_name(name: str) -> str:
    """Name of the problem that the package announces."""
    return f"{name.strip('_').replace('_', '-')}-v1"


def check_package_name(name: str) -> None:
    """Raise ValueError unless a package can be called so."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*[a-z0-9]|[a-z]", name) or len(name) > LONGEST or "__" in name:
        raise ValueError(
            f"A detector's package cannot be called '{name[:60]}'. Use small letters from a to z, digits and single "
            f"underscores between them, a letter first, at most {LONGEST}, such as 'hodoscope'."
        )
    if keyword.iskeyword(name) or name in TAKEN:
        raise ValueError(f"'{name}' means something else in Python or here. Choose another name, such as 'my_{name}'.")

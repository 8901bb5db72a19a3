"""What would be published: a wheel that installs and says its version, archives that hold what they should."""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import designopt

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LEFT_OUT = {".gitignore"}  # what only git reads


def run(*words: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_version_stands_in_one_place():
    assert SETTINGS["project"]["dynamic"] == ["version"]
    assert SETTINGS["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "designopt.__version__"}
    assert re.fullmatch(r"\d+\.\d+\.\d+", designopt.__version__)
    assert f"## {designopt.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_tools_that_develop_it_are_pinned():
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text(encoding="utf-8"), flags=re.MULTILINE)
    known = {name.lower().replace("_", "-") for name in pinned}
    extras = SETTINGS["project"]["optional-dependencies"]
    wanted = [re.match(r"[\w.-]+", one).group() for one in (*extras["dev"], *extras["dask"], *extras["rl"])]
    assert {name.lower().replace("_", "-") for name in wanted} <= known


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    """The source archive and the wheel, built of a copy of what git tracks."""
    if not (ROOT / ".git").exists():
        pytest.skip("only a checkout knows what is tracked")
    tracked = run("git", "ls-files").splitlines()
    copy = tmp_path_factory.mktemp("package") / "designopt"
    for name in tracked:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_symlink():
            (copy / name).symlink_to((ROOT / name).readlink())
        else:
            (copy / name).write_bytes((ROOT / name).read_bytes())
    run(sys.executable, "-m", "build", "--no-isolation", cwd=copy)
    return tracked, next(copy.glob("dist/*.tar.gz")), next(copy.glob("dist/*.whl"))


@pytest.mark.slow
def test_the_source_archive_holds_everything_that_is_tracked(archives):
    tracked, source, _ = archives
    with tarfile.open(source) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert set(tracked) - held == LEFT_OUT


@pytest.mark.slow
def test_archives_pass_the_checks_of_the_index(archives):
    folder = Path(sys.executable).parent
    _, source, wheel = archives
    run(folder / "twine", "check", "--strict", source, wheel)
    run(folder / "check-wheel-contents", wheel)
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.partition("/")[0] for name in names} == {"designopt", f"designopt-{designopt.__version__}.dist-info"}
    assert "designopt/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


@pytest.mark.slow
def test_the_wheel_installs_and_says_its_version(archives, tmp_path):
    run(sys.executable, "-m", "venv", tmp_path / "env")
    there = tmp_path / "env" / "bin"
    run(there / "python", "-m", "pip", "install", "--no-deps", "--no-index", archives[2])
    ours = Path(typer_home()).as_posix()
    (next((tmp_path / "env" / "lib").glob("python*/site-packages")) / "ours.pth").write_text(ours + "\n")
    found = run(there / "python", "-I", "-c", "import designopt; print(designopt.__file__)", cwd=tmp_path)
    assert Path(found.strip()).is_relative_to(tmp_path)
    assert run(there / "designopt", "--version", cwd=tmp_path) == f"designopt {designopt.__version__}\n"


def typer_home() -> Path:
    """The folder of the libraries that the command line needs: they are not installed again."""
    import typer

    return Path(typer.__file__).parents[1]


def test_the_repository_passes_the_review_of_scientific_python():
    """But for what only a hosting service can do, each named with its reason."""
    tool = Path(sys.executable).parent / "repo-review"
    if not tool.exists():
        pytest.skip("repo-review is not installed")
    run(tool, ".")
    assert set(SETTINGS["tool"]["repo-review"]["ignore"]) == {"GH100", "GH200"}

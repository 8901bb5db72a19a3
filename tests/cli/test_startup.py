"""What only lists and explains starts without JAX and the libraries of searches and figures; it asks no clock."""

import json
import os
import subprocess
import sys

import pytest

from designopt import __version__
from designopt.cli.commands.problem_list import first_line
from designopt.problem import registry
from designopt.problem.plugins import PROBLEMS, announced
from designopt.problem.registry import maker

HEAVY = {"jax", "jaxlib", "numpy", "scipy", "equinox", "matplotlib", "sklearn", "skopt", "torch", "gymnasium", "optax"}
START = """
import sys, atexit
atexit.register(lambda: print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr))
from designopt.cli.app import main
sys.argv = ['designopt', *sys.argv[1:]]
main()
"""


def start(*words: str, **environment: str) -> tuple[int, str, set[str]]:
    """Exit code, output and the packages that were imported by a command."""
    found = subprocess.run(
        [sys.executable, "-c", START, *words], env={**os.environ, **environment}, capture_output=True, text=True
    )
    return found.returncode, found.stdout, set(found.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--help",), "transport"),
        (("-h",), "describe"),
        (("run", "-h"), "--quick"),
        (("list",), "tracker-layout-v1"),
        (("--version",), f"designopt {__version__}"),
    ],
)
def test_commands_that_only_tell_load_nothing_heavy(words, said):
    code, out, loaded = start(*words)
    assert code == 0
    assert said in out
    assert not loaded & HEAVY


def test_completion_loads_nothing_heavy():
    code, out, loaded = start(_DESIGNOPT_COMPLETE="complete_bash", COMP_WORDS="designopt de", COMP_CWORD="1")
    assert code == 0
    assert "describe" in out
    assert not loaded & HEAVY


@pytest.mark.parametrize("name", announced(PROBLEMS))
def test_the_list_says_what_the_docstring_says(name):
    assert first_line(announced(PROBLEMS)[name]) == maker(name).__doc__.strip().partition("\n")[0]


def test_what_is_announced_is_read_again_when_a_folder_changes(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    assert "later-v1" not in announced(PROBLEMS)
    folder = tmp_path / "later-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: later\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(f"[{PROBLEMS}]\nlater-v1 = later:problem\n")
    assert "later-v1" in announced(PROBLEMS)


COUNTED = """
import sys
from contextlib import suppress
from designopt.runtime import prepare
prepare()
from jax import monitoring
programs = []
monitoring.register_event_listener(lambda name, **_: programs.append(name) if 'compile_requests' in name else None)
from designopt.cli.app import main
sys.argv = ['designopt', 'evaluate', *sys.argv[1:]]
with suppress(SystemExit):
    main()
print(len(programs), file=sys.stderr)
"""


@pytest.mark.parametrize(("name", "most"), [("hadron-calorimeter-v2", 10), ("tracker-layout-v2", 50)])
def test_one_design_is_evaluated_by_few_programs(name, most, tmp_path):
    """Each operation of JAX outside of a program is one of its own, which takes as long to load as a small program."""
    path = tmp_path / "design.json"
    path.write_text(json.dumps(registry.evaluation(name).example()))
    found = subprocess.run([sys.executable, "-c", COUNTED, name, path], capture_output=True, text=True)
    assert 0 < int(found.stderr.splitlines()[-1]) <= most

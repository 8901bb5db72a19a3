"""What runs leaves nothing behind in the folder of temporary files."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROGRAM = """
import sys, designopt as do
detector = do.CommandDetector(
    [sys.executable, "-c", "import json, sys; d = json.load(sys.stdin); print(json.dumps(dict(y=d['design']['x'])))"],
    [do.Real("x", 1.0, 10.0), do.Real("z", 1.0, 2.0)], {"y": ()}, cost=lambda design: design["x"] + design["z"],
    cache=sys.argv[1] + "/answers", version="1")
problem = do.problem("asked-v1", detector=detector, objective=lambda response: response["y"], budget=6.0)
do.Study("asked", [problem], ["RandomSearch"], [0], do.Allowance(3)).run(sys.argv[1] + "/run")
assert do.load(sys.argv[1] + "/run").runs[0].winner
"""
LOOK_AGAIN = """
import sys
from designopt.cli.app import main
for words in (["verify", "run", "--winners", "1", "--events", "200"], ["examine", "run", "--winners", "1"]):
    sys.argv = ["designopt", *words]
    try:
        main()
    except SystemExit as end:
        assert not end.code
"""


def left(tmp_path: Path, *words: str) -> list[str]:
    """Names in TMPDIR after a program of Python ended well."""
    place = tmp_path / "temporary"
    place.mkdir()
    done = subprocess.run(
        [sys.executable, *words], cwd=tmp_path, capture_output=True, text=True, timeout=600,
        env={**os.environ, "TMPDIR": str(place), "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return sorted(os.listdir(place))


def test_a_study_and_its_report(tmp_path):
    script = str(ROOT / "tests" / "study" / "toy_study.py")
    assert left(tmp_path, "-m", "designopt", "run", script, "--quick", "--out", "run", "--workers", "2") == []


def test_a_program_that_simulates(tmp_path):
    assert left(tmp_path, "-c", PROGRAM, str(tmp_path)) == []


@pytest.mark.slow
def test_a_training_and_what_it_is_asked(tmp_path):
    words = ("-m", "designopt", "train", "plane-spacing-v1", "--steps", "64", "--out", "policy")
    assert left(tmp_path, *words) == []


@pytest.mark.slow
def test_winners_that_are_looked_at_again(tmp_path):
    (tmp_path / "study.py").write_text(
        "import designopt as do\n"
        "def study(quick):\n"
        "    problem = do.make('spectrometer-layout-v1')\n"
        "    return do.Study('stations', [problem], ['RandomSearch'], [0], do.Allowance(3 * problem.events))\n"
    )
    subprocess.run([sys.executable, "-m", "designopt", "run", "study.py", "--out", "run"], cwd=tmp_path, check=True,
                   capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    assert left(tmp_path, "-c", LOOK_AGAIN) == []

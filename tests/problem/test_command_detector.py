"""A program as detector: what goes in and out, what goes wrong, what is kept, and that nothing is left running."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import designopt as do
from designopt.problem.command_detector.kept import Answers, AnswerWarning
from designopt.problem.command_detector.process import CommandFailed, finish

pytestmark = pytest.mark.usefixtures("types_unchecked")

PROGRAMS = Path(__file__).parent / "programs"
MOODS = ("works", "sleeps", "leaves children", "crashes", "kills itself", "crashes at random", "prints garbage",
         "prints another shape", "prints nan")  # fmt: skip
SIZES = [do.Real("thickness", 1.0, 10.0, label="mm"), do.Real("width", 10.0, 50.0, unit=do.units.cm, label="cm")]


def price(design):
    return 2.0 * design["thickness"] + design["width"] / do.units.cm


def shell(tmp_path, **changes):
    given = {"command": [str(PROGRAMS / "simulate.sh")], "variables": SIZES, "response": {"resolution": "%"},
             "events": 10, "cost": price, "cache": tmp_path / "cache"}  # fmt: skip
    return do.CommandDetector(**(given | changes))


def unreliable(tmp_path, **changes):
    variables = [do.Real("thickness", 1.0, 10.0), do.Categorical("mood", MOODS)]
    command = [sys.executable, str(PROGRAMS / "unreliable.py")]
    given = {"command": command, "variables": variables, "response": {"resolution": ()}, "cache": tmp_path / "cache",
             "cost": lambda design: design["thickness"], "retries": 0, "time_limit": 20.0}  # fmt: skip
    return do.CommandDetector(**(given | changes))


def design(mood, thickness=5.0):
    return {"thickness": jnp.asarray(thickness), "mood": jnp.eye(len(MOODS))[MOODS.index(mood)]}


def problem(detector, budget=14.0, **changes):
    return do.problem("program-v1", detector=detector, objective=lambda r: r["resolution"], budget=budget, **changes)


def sleepers():
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if words[:2] in ([b"sleep", b"300"], [b"sleep", b"299"]) and state != "Z":
                found.append(int(entry.name))
    return found


def test_a_shell_script_is_searched_by_value_only_families(tmp_path):
    made = problem(shell(tmp_path, workers=2))
    assert (made.events, made.gradient_price, made.spend_on) == (10, None, {"thickness": 1, "width": 1})
    study = do.Study("p", [made], [do.optimisers.RandomSearch(8), do.optimisers.LocalSurrogate()], [0],
                     do.Allowance(120))  # fmt: skip
    study.run(tmp_path / "run")
    runs = do.load(tmp_path / "run").runs
    assert all(run.failure is None and run.winner is not None and run.trials[0].events == 10 for run in runs)
    assert runs[0].winner["metrics"].keys() == {"resolution (%)"}
    assert runs[0].winner["score_error"] > 0  # ten seeds of their own
    assert min(run.best.score for run in runs) < 0.5
    with pytest.raises(ValueError, match=r"cannot run Lbfgs.* has none"):
        do.Study("p", [made], [do.optimisers.Lbfgs()], [0], do.Allowance(200))


def test_sizes_go_in_by_unit_choices_by_name_and_the_seed_decides_the_noise(tmp_path, monkeypatch):
    monkeypatch.setenv("PROGRAM_LOG", str(tmp_path / "log"))
    detector = unreliable(tmp_path, seed=3, events=7)
    found = detector.response(design("works"))
    again = detector.response(design("works"), jax.random.key(1))
    first, second = (json.loads(line) for line in (tmp_path / "log").read_text().splitlines())
    assert first == {"design": {"thickness": 5.0, "mood": "works"}, "seed": 3, "events": 7}
    assert second["design"] == first["design"]
    assert second["seed"] != 3
    assert float(found["resolution"]) != float(again["resolution"])
    assert float(found["resolution_error"]) == 0.01
    assert shell(tmp_path).program.variables[1].unit == 10.0
    with pytest.raises(Exception, match="lacks 'profile'"):
        unreliable(tmp_path, response={"profile": 3}).response(design("works"))


@pytest.mark.parametrize(
    ("mood", "why"),
    [
        ("crashes", "ended with code 1, and said last: a particle was lost"),
        ("kills itself", "killed by the signal SIGKILL"),
        ("prints garbage", "is no JSON"),
        ("prints another shape", r"shape \(2,\) for 'resolution', but \(\) was declared"),
        ("prints nan", "not finite for 'resolution'"),
    ],
)
def test_what_goes_wrong_is_tried_again_then_told_and_its_folder_stays(tmp_path, mood, why):
    detector = unreliable(tmp_path, retries=1)
    with pytest.raises(Exception, match=f"answered to none of 1 designs.*{why}"):
        detector.response(design(mood))
    failures = detector.failures()
    assert [(one["try"], one["of"]) for one in failures] == [(1, 2), (2, 2)]
    for one in failures:
        assert json.loads((Path(one["folder"]) / "design.json").read_text())["design"]["mood"] == mood


def test_a_failed_design_counts_as_failed_where_others_work(tmp_path):
    made = problem(unreliable(tmp_path), budget=5.0)
    space = made.space
    points = np.stack([np.asarray(space.encode(design(mood))) for mood in ("works", "crashes")])
    with pytest.warns(AnswerWarning, match="failed on a design"):
        good, bad = do.Evaluator(made, do.Allowance(2)).evaluate(points)
    assert (good.failed, bad.failed) == (False, True)
    assert good.feasible


def test_a_random_crash_is_tried_again_with_the_same_seed(tmp_path, monkeypatch):
    monkeypatch.setenv("PROGRAM_LOG", str(tmp_path / "log"))
    detector = unreliable(tmp_path, retries=40)
    found = float(detector.response(design("crashes at random"))["resolution"])
    lines = (tmp_path / "log").read_text().splitlines()
    assert len(set(lines)) == 1
    assert len(lines) == 1 + len(detector.failures())
    assert found == float(unreliable(tmp_path / "other").response(design("works"))["resolution"])


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked for in /proc")
def test_nothing_is_left_of_programs_that_take_too_long_or_leave_children(tmp_path):
    detector = unreliable(tmp_path, time_limit=1.0)
    detector.response(design("leaves children"))
    with pytest.raises(Exception, match=r"stopped after its time limit of 1 s"):
        unreliable(tmp_path / "other", time_limit=1.0).response(design("sleeps"))
    assert sleepers() == []


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked for in /proc")
def test_programs_end_when_their_parent_is_killed(tmp_path):
    script = f"""
from pathlib import Path
from designopt.problem.command_detector.process import finish
folder = Path({str(tmp_path)!r}); (folder / "stdin").write_text("")
finish(["sh", "-c", "sleep 300 & sleep 300"], folder, None)
"""
    parent = subprocess.Popen([sys.executable, "-c", script])
    deadline = time.monotonic() + 60
    while len(sleepers()) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(sleepers()) == 2
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 10
    while sleepers() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert sleepers() == []


def test_answers_are_kept_by_design_seed_and_version_and_altered_ones_are_simulated_again(tmp_path, monkeypatch):
    monkeypatch.setenv("PROGRAM_LOG", str(tmp_path / "log"))
    detector = unreliable(tmp_path)
    first = detector.response(design("works"))
    assert unreliable(tmp_path).response(design("works")) == first  # another session
    assert len((tmp_path / "log").read_text().splitlines()) == 1
    unreliable(tmp_path, version="2").response(design("works"))
    assert len((tmp_path / "log").read_text().splitlines()) == 2
    (kept,) = detector.program.one.folder.glob("??/*.json")
    kept.write_text(kept.read_text().replace('"resolution": 1.0', '"resolution": 0.0'))
    with pytest.warns(AnswerWarning, match="torn or altered"):
        assert unreliable(tmp_path).response(design("works")) == first
    assert len((tmp_path / "log").read_text().splitlines()) == 3


def test_equal_designs_of_a_batch_and_of_several_processes_are_simulated_once(tmp_path, monkeypatch):
    monkeypatch.setenv("PROGRAM_LOG", str(tmp_path / "log"))
    detector = unreliable(tmp_path, workers=4)
    batch = jax.tree.map(lambda value: jnp.stack([value] * 3), design("works"))
    assert np.ptp(jax.vmap(detector.response)(batch)["resolution"]) == 0
    assert len((tmp_path / "log").read_text().splitlines()) == 1
    answers = Answers(tmp_path / "locks")
    with answers.alone("ab12"):
        lock, program = answers.path("ab12").with_suffix(".lock"), "import fcntl,sys; fcntl.flock(open(sys.argv[1]), 6)"
        held = subprocess.run([sys.executable, "-c", program, str(lock)], capture_output=True, text=True)
    assert "BlockingIOError" in held.stderr


def test_templates_are_filled_and_parsers_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("run.mac.in").write_text("/target {{thickness}} mm\n/layers {{n}}\n/first {{ n[0] }}\n/random {{seed}}\n")
    variables = [do.Real("thickness", 1.0, 10.0), do.Integer("n", 0, 9, count=2)]

    def parse(folder):
        return {"words": [float(line.split()[1]) for line in (folder / "answer").read_text().splitlines()]}

    detector = do.CommandDetector(
        ["cp", "run.mac", "answer"], variables, {"words": 4}, seed=8, cost=lambda d: d["thickness"], cache="cache",
        template="run.mac.in", parse=parse,
    )  # fmt: skip
    found = detector.response({"thickness": jnp.asarray(2.5), "n": jnp.asarray([3.0, 4.0])})
    assert np.asarray(found["words"]).tolist() == [2.5, 3.0, 3.0, 8.0]
    for text, says in [
        ("{{thicknes}} {{n}}", "Did you mean 'thickness'"),
        ("{{n[2]}} {{thickness}}", "2 values, counted"),
        ("{{n}}", "No template uses thickness"),
    ]:
        Path("run.mac.in").write_text(text)
        with pytest.raises(ValueError, match=says):
            do.CommandDetector(["cp"], variables, {"words": 4}, cost=lambda d: d["thickness"], template="run.mac.in")


def test_a_program_may_say_the_price(tmp_path):
    pricer = (
        "import json, sys; designs = json.load(sys.stdin)['designs']; "
        "print(json.dumps({'cost': [2 * d['thickness'] + d['width'] for d in designs]}))"
    )
    told, given = problem(shell(tmp_path, cost=[sys.executable, "-c", pricer])), problem(shell(tmp_path))
    assert told.spend_on == given.spend_on
    u = jnp.asarray([0.9, 0.3])
    for name, value in given.decode(u).items():
        assert float(told.decode(u)[name]) == pytest.approx(float(value), rel=1e-6)
    assert float(told.cost(told.decode(u))) == pytest.approx(14.0, rel=1e-9)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"command": "./sim.sh --fast"}, r'Give a list of words: \["./sim.sh", "--fast"\]'),
        ({"command": ["./nowhere.sh"]}, "neither a file in .* nor found on the PATH"),
        ({"command": [str(Path(__file__))]}, "cannot be executed. Make it so"),
        ({"command": []}, "Give a list of words"),
        ({"response": {}}, "what the program answers by name"),
        ({"response": {"a": -1}}, "Give its shape"),
        ({"cost": "150 kCHF"}, "the text '150 kCHF'"),
        ({"events": 0}, "from 1 to"),
        ({"workers": 1.5}, "no whole number"),
        ({"time_limit": -1}, "seconds above 0"),
        ({"output": "../x"}, "without a '/'"),
        ({"parse": "json"}, "Give a function"),
        ({"template": "nowhere.in"}, "cannot be read"),
    ],
)
def test_wrong_arguments_get_a_sentence(tmp_path, changes, says):
    with pytest.raises(ValueError, match=says):
        shell(tmp_path, **changes)


def test_a_full_disk_costs_the_keeping_not_the_answer(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    detector = unreliable(tmp_path)
    monkeypatch.setattr("tempfile.NamedTemporaryFile", full)
    with pytest.warns(AnswerWarning, match="No space left"):
        assert np.isfinite(detector.response(design("works"))["resolution"])


def test_a_program_that_cannot_be_found_says_so(tmp_path):
    (tmp_path / "stdin").write_text("")
    with pytest.raises(CommandFailed, match="program was not found"):
        finish(["no-such-program"], tmp_path, None)
    assert os.listdir(tmp_path)


def test_a_link_in_a_command_stays_one_and_the_command_is_named_in_full(tmp_path):
    (tmp_path / "python").symlink_to(sys.executable)  # the Python of an environment finds its packages by its own path
    detector = unreliable(tmp_path, command=[str(tmp_path / "python"), "-c", "raise SystemExit(3)"])
    assert detector.program.one.words[0] == str(tmp_path / "python")
    with pytest.raises(Exception, match=r"python -c 'raise SystemExit\(3\)'` answered to none of 1 designs"):
        detector.response(design("works"))

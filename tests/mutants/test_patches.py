"""Every mutant still fits the code that it changes, and the program that tries them can tell."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
import run  # noqa: E402

ALL = run.mutants()
PATCH = "the one is a two | tests/test_it.py\n--- a/it.py\n+++ b/it.py\n@@ -1,2 +1,2 @@\n first\n-one\n+two\n"


def test_there_are_mutants_of_every_wing():
    changed = {Path(path).parts[1] for one in ALL for path, _, _ in one.changes}
    assert changed >= {
        *("evaluation", "problem", "records", "optimisers", "surrogates", "envs", "study", "report", "design"),
        *("calorimeter", "hadron", "tracker", "spectrometer", "muon_shield"),
    }
    assert len(ALL) >= 27
    assert len({one.wrong for one in ALL}) == len(ALL)


@pytest.mark.parametrize("mutant", ALL, ids=lambda one: one.name)
def test_a_mutant_fits_the_present_code_and_names_tests_that_exist(mutant):
    assert mutant.faults(run.ROOT) == []
    for path, before, after in mutant.changes:
        assert before != after
        compile((run.ROOT / path).read_text().replace(before, after, 1), path, "exec")


def test_a_patch_is_read_put_in_and_taken_out_again(tmp_path):
    patch, code = tmp_path / "two.patch", tmp_path / "it.py"
    patch.write_text(PATCH)
    code.write_text("first\none\nlast\n")
    one = run.read(patch)
    assert (one.wrong, one.tests, one.changes) == (
        "the one is a two",
        ("tests/test_it.py",),
        (("it.py", "first\none\n", "first\ntwo\n"),),
    )
    assert one.faults(tmp_path) == ["two: the test file tests/test_it.py is missing."]
    with run.put_into(tmp_path, one):
        assert code.read_text() == "first\ntwo\nlast\n"
    assert code.read_text() == "first\none\nlast\n"
    code.write_text("first\nother\n")
    assert one.faults(tmp_path)[1] == "two: it.py holds its lines 0 times, not once. Make the patch anew."
    patch.write_text("no tests are named\n")
    with pytest.raises(ValueError, match="Write: what is wrong"):
        run.read(patch)


def test_it_tells_what_is_caught_from_what_survives(tmp_path, capsys):
    (tmp_path / "it.py").write_text("first = 0\none = 1\n")
    (tmp_path / "test_seen.py").write_text("import it\ndef test_it():\n    assert it.one == 1\n")
    (tmp_path / "test_blind.py").write_text("import it\ndef test_it():\n    assert it.first == 0\n")
    change = (("it.py", "one = 1\n", "one = 2\n"),)
    seen, blind = (run.Mutant(name, "wrong", (f"test_{name}.py",), change) for name in ("seen", "blind"))
    assert run._tried(tmp_path, [seen, blind]) == 1
    said = capsys.readouterr().out
    assert "caught     seen: wrong" in said
    assert "test_seen.py::test_it" in said
    assert "1 of 2 caught. Survived: blind." in said


def test_the_list_says_what_each_is():
    done = subprocess.run(
        [sys.executable, str(HERE / "run.py"), "--list", "rescore"], capture_output=True, text=True, check=True
    )
    assert "the winner is scored again on its training events" in done.stdout

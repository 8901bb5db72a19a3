"""Whatever stands in the place of a name, a file or a folder: one sentence that says what to do, and exit code 2."""

import errno
import io
import json

import pytest

from designopt.cli.say import sentence, shortened

NAME = "calorimeter-segmentation-v1"
LONG = "a" * 3000
OF_A_NAME = (("describe",), ("schema",), ("example",), ("list",), ("new", "detector"))
OF_A_FOLDER = (("report",), ("record",), ("verify",), ("examine",), ("resume",), ("compare", "."), ("rollout",))


@pytest.fixture
def odd(tmp_path, monkeypatch):
    """A folder with what people put in the place of something else; the names are relative to it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "nothing.json").write_text("")
    (tmp_path / "empty.json").write_text("{}")
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "bytes.json").write_bytes(bytes(range(256)))
    (tmp_path / "schön 日本.json").write_text('{"layers": []}')
    (tmp_path / "loop").symlink_to("loop")
    return tmp_path


FILES = ("", "-", "no.json", "folder.json", "nothing.json", "empty.json", "list.json", "bytes.json", "schön 日本.json",
         "loop", LONG, "\udcff.json")  # fmt: skip


def refused(result):
    code, out, err = result
    assert code == 2, (out, err)
    assert out == ""
    assert err.startswith("Error: ")
    assert err.rstrip().endswith((".", "?"))
    assert err.count("\n") == 1
    assert "Errno" not in err
    assert len(err) < 900


@pytest.mark.parametrize("command", OF_A_NAME, ids=" ".join)
@pytest.mark.parametrize("name", ["", "-", "[/b]", "日本", "../x", "\udcff", LONG])
def test_a_wrong_name(call, odd, command, name):
    refused(call(*command, name))


@pytest.mark.parametrize("command", OF_A_FOLDER, ids=" ".join)
@pytest.mark.parametrize("name", ["-", "nowhere", "empty.json", "folder.json", "loop", "日本", LONG])
def test_a_folder_that_is_none(call, odd, command, name):
    refused(call(*command, name))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "command",
    [
        ("evaluate", NAME), ("evaluate", "plane-spacing-v1"), ("import",), ("export", "--problem", NAME, "--to", "csv"),
        ("export", "--problem", NAME, "--to", "json"), ("export", "--problem", "plane-spacing-v1", "--to", "json"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_file_that_is_no_design(call, odd, command, name, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    refused(call(*command, name))


def test_a_place_where_nothing_can_be_written(call, odd):
    for place in ("empty.json", "loop", "empty.json/deeper"):
        refused(call("new", "detector", "hodoscope", "--out", place))
    (odd / "design.json").write_text(json.dumps({"position": [1.0] * 12}))
    for place in ("empty.json/deeper", "loop/deeper"):
        refused(call("export", "design.json", "--problem", "plane-spacing-v1", "--to", "json", "--out", place))


def test_what_the_operating_system_says_is_a_sentence_with_the_path():
    told = sentence(OSError(errno.ENOSPC, "No space left on device", "runs/a"))
    assert told == "runs/a cannot be used (No space left on device). Give another path, or mend that one."
    assert "No space left" in sentence(OSError(errno.ENOSPC, "No space left on device"))
    assert shortened(f"No '{LONG}'. Do.") == f"No '{'a' * 59}...{'a' * 18}'. Do."


@pytest.mark.parametrize("executor", ["json:loads", "os:getcwd", "math:hypot", "builtins:type", "no.module:f", "x:"])
def test_an_executor_that_is_none(call, odd, executor):
    (odd / "study.py").write_text(
        "import designopt as do\nfrom designopt.benchmarks.problems import mixed_shelf\n"
        "def study(quick):\n    return do.Study('s', [mixed_shelf()], ['RandomSearch'], [0], do.Allowance(1000))\n"
    )
    code, _, err = call("run", "study.py", "--executor", executor, "--out", "run")
    assert code == 2
    assert err.startswith("Error: ")
    assert err.count("\n") == 1

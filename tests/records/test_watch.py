"""Following a ledger that grows while it is read."""

import json
import time
from pathlib import Path

from designopt.records.watch import RunWatch

LINES = next((Path(__file__).parents[1] / "data" / "ledger_v1").rglob("ledger-law--30--Lbfgs--0.jsonl"))


class Growing(RunWatch):
    """The run is a line ahead whenever a line was read."""

    left: list[bytes]

    def _take(self, kind: str) -> None:
        super()._take(kind)
        if self.left:
            with self.path.open("ab") as file:
                file.write(self.left.pop(0))


def test_a_look_ends_though_the_run_writes_as_fast_as_it_is_read(tmp_path):
    """Else the other runs of a study wait: they are handed out between two looks."""
    lines = LINES.read_bytes().splitlines(keepends=True)
    path = tmp_path / LINES.name
    path.write_bytes(b"".join(lines[:4]))
    watch = Growing(path)
    watch.left = lines[4:]
    watch.look()
    assert watch.evaluations == 3
    while watch.left:
        watch.look()
    watch.look()
    trials = sum(json.loads(line)["kind"] == "trial" for line in lines)
    assert (watch.state, watch.evaluations) == ("done", trials)


def test_a_look_that_has_no_time_reads_a_line_and_goes_on_later(tmp_path):
    lines = LINES.read_bytes().splitlines(keepends=True)
    path = tmp_path / LINES.name
    path.write_bytes(b"".join(lines))
    watch = RunWatch(path)
    for _ in lines:
        assert watch.state != "done"
        watch.look(until=time.monotonic() - 1.0)
    assert watch.state == "done"

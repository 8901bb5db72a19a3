"""Entrants whose names differ only in letters that no file name has keep files of their own."""

import json

from synthetic import ENTRANTS, write_study

from designopt.records.files.file_names import slugs
from designopt.report.content import read
from designopt.report.formats.tables import winners
from designopt.report.page import write_report

LIKE = {"adam": "walk <\u03b3>", "cma-es": "walk /\u03c0/", "random": "WALK"}


def test_names_that_look_alike_to_a_file_system_are_numbered():
    assert slugs(["b", "a/b", "a b", "A-B", "\u03b3"]) == {
        "b": "b", "A-B": "A-B", "a b": "a-b-2", "a/b": "a-b-3", "\u03b3": "unnamed",
    }  # fmt: skip
    assert len(set(slugs(["a-2", "a", "a/", "a."]).values())) == 4


def test_every_winner_has_a_file_a_table_and_pictures_of_its_own(tmp_path, monkeypatch):
    assert set(LIKE) <= set(ENTRANTS)
    run = write_study(tmp_path, seeds=2, broken=False, names=tuple(LIKE))
    for path in (run / "ledger").iterdir():
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        lines[0]["optimiser"]["name"] = LIKE[lines[0]["optimiser"]["name"]]
        lines[0]["question"] = {"variables": [{"name": "pitch", "slots": None, "gate": False, "unit": "mm"}]}
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    content = read(run)
    (section,) = content.sections
    assert sorted(section.marks.values()) == ["WALK", "walk-2", "walk-3"]
    page = write_report(run).read_text(encoding="utf-8")
    for entrant in section.entrants:
        mark, winner = section.marks[entrant.name], entrant.winner.winner
        found = json.loads((run / "designs" / f"{mark}.found.json").read_text())
        assert found["score"] == winner["score"]
        assert f"designs/{mark}.json" in page
        assert (run / "figures" / f"money-{mark}.svg").exists()
    assert len({table.name for table in winners(section)}) == 3

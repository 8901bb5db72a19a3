"""Two campaigns side by side: only what differs is named, and the difference of scores is theirs."""

import json
import math
import shutil
import subprocess
import sys

import pytest
from synthetic import write_study

from designopt.report.content import read
from designopt.report.data.campaigns import compare_campaigns
from designopt.report.tables.campaign_table import campaign_table

NAMES = ("adam", "cma-es", "reference-uniform")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("study"), seeds=4, names=NAMES, broken=False)


@pytest.fixture
def dearer(study, tmp_path):
    """The same campaign with silicon twice as dear, every score 0.1 worse, and no CMA-ES."""
    other = shutil.copytree(study, tmp_path / "dearer")
    for path in (other / "ledger").iterdir():
        if "cma" in path.name:
            path.unlink()
            continue
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        for line in lines:
            if line["kind"] == "header":
                line["problem"]["detector"]["prices"]["silicon"] = 0.06
            if line.get("score") is not None:
                line["score"] += 0.1
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return other


def test_a_campaign_beside_itself_differs_in_nothing(study):
    found = compare_campaigns(read(study), read(study))
    assert found["changed"] == []
    (match,) = found["problems"]
    assert match["changed"] == []
    assert match["comparable"]
    for row in match["entrants"]:
        assert row["difference"] == 0
        assert all(values["first"] == values["second"] for values in row["metrics"].values())


@pytest.mark.parametrize(("change", "says"), [(4e-9, "0"), (0.25, "0.2500"), (float("inf"), "∞")])
def test_a_difference_that_is_rounding_is_shown_as_none(change, says):
    before = {"seeds": 1, "interquartile_mean": -3.5, "interval_95": (math.nan, math.nan)}
    metrics = {"width": {"first": 2.0, "second": 2.0 + change}}
    row = {"name": "Adam", "first": before, "second": before | {"interquartile_mean": -3.5 + change}}
    row |= {"difference": change, "interval_95": (math.nan, math.nan), "metrics": metrics}
    table = campaign_table({"comparable": True, "entrants": [row]})
    assert list(table.columns[-1].cells) == [says, says]


def test_what_changed_is_named_and_what_it_did_is_measured(study, dearer):
    found = compare_campaigns(read(study), read(dearer))
    (match,) = found["problems"]
    assert match["changed"] == ["detector.prices.silicon: 0.03 before, 0.06 now"]
    assert not match["comparable"]
    rows = {row["name"]: row for row in match["entrants"]}
    assert rows["adam"]["difference"] == pytest.approx(0.1)
    low, high = rows["adam"]["interval_95"]
    assert low < 0.1 < high
    assert rows["cma-es"]["second"] is None


def test_other_budgets_are_matched_where_each_has_one_and_apart_where_there_are_several(study, tmp_path):
    other = write_study(tmp_path / "other", seeds=2, names=NAMES, broken=False, budget=700.0)
    (match,) = compare_campaigns(read(study), read(other))["problems"]
    assert "budget: 500.0 before, 700.0 now" in match["changed"]
    write_study(other, seeds=2, names=NAMES, broken=False, budget=500.0)
    found = compare_campaigns(read(study), read(other))
    assert [match["title"] for match in found["problems"]] == ["calorimeter-segmentation-v1 at 500 kCHF"]
    assert found["only_second"] == ["calorimeter-segmentation-v1 at 700 kCHF"]


def test_the_command_prints_both(study, dearer):
    words = [sys.executable, "-m", "designopt", "compare", str(study), str(dearer)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "detector.prices.silicon: 0.03 before, 0.06 now" in done.stdout
    assert "adam" in done.stdout
    done = subprocess.run([*words, "--json"], capture_output=True, text=True)
    assert json.loads(done.stdout)["problems"][0]["entrants"]

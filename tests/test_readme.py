"""What the README and the pages of docs/ show works as it stands there."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

import designopt
from designopt.detectors.calorimeter.evaluate import evaluate_design
from designopt.problem.plugins import COMMANDS, EVALUATIONS, PROBLEMS, VERIFICATIONS, announced
from designopt.study.study import Study

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
PATH = re.compile(r"(?<![\w/.:-])(?:designopt|detectors|tests|studies|docs)/[\w/.-]*\w")
GROUPS = (PROBLEMS, EVALUATIONS, VERIFICATIONS, COMMANDS)
OLD_WORDS = (
    r"wish|purse|workshop|figure_of_merit|\bmerit\b|\bjudge|closure|learnt by heart|spending map|\bworth\(|\bhouse\b"
)


def blocks(language: str, page: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL)


def test_the_readme_is_one_page():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 100


def test_the_design_of_the_calorimeters_page_is_the_calice_calorimeter():
    result = evaluate_design(json.loads(blocks("json", "docs/detectors/calorimeter.md")[0]))
    assert [len(row) for row in result["layer_energy"]] == [30] * 4
    assert 0.14 < result["resolution"][0] < 0.19  # measured: 16.6 %/sqrt(E) + 1.1 %
    assert result["warnings"] == []


def test_the_study_of_the_readme_is_a_study():
    names: dict = {}
    exec(blocks("python", "README.md")[0], names)
    study = names["study"](quick=True)
    assert isinstance(study, Study)
    assert len(study.plans()) == 3 * 2 + len(study.problems[0].references)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_problem_and_command_of_a_page_exists(page):
    from designopt.cli.app import app
    from designopt.problem import registry

    commands = {command.name or command.callback.__name__ for command in app.registered_commands} | {
        *announced(COMMANDS)
    }
    for line in re.findall(r"^\.venv/bin/designopt (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE):
        words = line.split()
        assert words[0] in commands
        if words[0] in ("describe", "evaluate") and not words[1].startswith("runs/"):
            assert words[1] in registry.list_problems()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_that_a_page_names_exists(page):
    named = set(PATH.findall(page.read_text(encoding="utf-8")))
    assert named
    assert [path for path in sorted(named) if not any((base / path).exists() for base in (ROOT, page.parent))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_name_of_ours_that_a_page_gives_as_code_can_be_imported(page):
    for dotted in sorted(set(re.findall(r"`(designopt(?:\.[a-z_]\w*)+)`", page.read_text(encoding="utf-8")))):
        if dotted not in GROUPS:
            assert importlib.util.find_spec(dotted) or hasattr(designopt, dotted.split(".")[1]), dotted


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_repository_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_uses_a_word_that_was_given_up(page):
    assert re.findall(OLD_WORDS, page.read_text(encoding="utf-8"), flags=re.IGNORECASE) == []

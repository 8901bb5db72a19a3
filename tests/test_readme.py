"""What the README shows works as it stands there."""

import json
import re
from pathlib import Path

from designopt.detectors.calorimeter.evaluate import evaluate_design
from designopt.study.study import Study

README = (Path(__file__).parents[1] / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_design_of_the_readme_is_the_calice_calorimeter():
    answer = evaluate_design(json.loads(blocks("json")[0]))
    assert [len(row) for row in answer["layer_energy"]] == [30] * 4
    assert 0.14 < answer["resolution"][0] < 0.19  # measured: 16.6 %/sqrt(E) + 1.1 %
    assert answer["warnings"] == []


def test_the_study_of_the_readme_is_a_study():
    names: dict = {}
    exec(blocks("python")[0], names)
    study = names["study"](quick=True)
    assert isinstance(study, Study)
    assert len(study.plans()) == 3 * 2 + len(study.problems[0].references)


def test_every_problem_and_command_of_the_readme_exists():
    from designopt.cli.app import app
    from designopt.problem import registry

    commands = {command.name or command.callback.__name__ for command in app.registered_commands}
    for line in re.findall(r"^\.venv/bin/designopt (.*)$", README, flags=re.MULTILINE):
        words = line.split()
        assert words[0] in commands
        if words[0] in ("describe", "evaluate"):
            assert words[1] in registry.list_problems()

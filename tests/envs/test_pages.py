"""What the pages on agents and on clusters show works as it stands there."""

import ast
import re
from concurrent.futures import Executor
from pathlib import Path

import gymnasium
import pytest
import typer

from designopt.cli.app import app

DOCS = Path(__file__).parents[2] / "docs"


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), flags=re.DOTALL)


def test_the_page_on_agents_runs_from_top_to_bottom(capsys):
    names: dict = {}
    for block in blocks("train.md", "python"):
        exec(block, names)
    printed = capsys.readouterr().out
    assert "(320, 512, 3)" in printed
    assert "4000 simulated events were charged" in printed
    assert isinstance(names["env"], gymnasium.Env)


def test_the_executor_of_the_page_on_clusters_is_one():
    names: dict = {}
    exec(blocks("clusters.md", "python")[0], names)
    pool = names["pool"](workers=1)
    assert isinstance(pool, Executor)
    pool.shutdown()


def test_the_examples_for_batch_systems_are_python():
    examples = blocks("clusters.md", "text")
    assert len(examples) == 2
    for example in examples:
        ast.parse(example)


@pytest.mark.parametrize("page", ["train.md", "clusters.md"])
def test_every_command_of_the_pages_exists_with_its_options(page):
    command = typer.main.get_command(app)
    lines = [line for block in re.findall(r"```\n(.*?)```", (DOCS / page).read_text(), flags=re.DOTALL)
             for line in block.splitlines() if line.startswith("designopt ")]  # fmt: skip
    assert lines
    for line in lines:
        words = line.partition("#")[0].split()
        known = command.commands[words[1]]
        options = {name for one in known.params for name in one.opts}
        assert {word for word in words if word.startswith("--")} <= options, line

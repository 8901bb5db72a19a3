"""One evaluation of a program: kept or asked, tried again where it fails; all that a worker of a cluster needs.

Importing this imports no JAX, which takes a worker longer to start than many a program to run.
"""

import json
import shlex
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from designopt.problem.command_detector.files import DESIGN, read_answer, read_response, write_input
from designopt.problem.command_detector.kept import Answers
from designopt.problem.command_detector.process import CommandFailed, finish

FAILED, REASONS = "failed", "failures.log"
FOLDERS = 20
"""Working folders of failures that stay, the last ones; every reason stays in `failures.log`."""


LABEL = 160
"""Letters of a command that a sentence holds; of a longer one it holds the first word."""


@dataclass(frozen=True, eq=False)
class OneEvaluation:
    """A command with all that one evaluation needs; `folder` keeps its answers."""

    words: tuple[str, ...]
    shapes: Mapping[str, tuple[int, ...]]
    folder: Path
    time_limit: float | None = None
    retries: int = 1
    output: str | None = None
    templates: Mapping[str, str] = field(default_factory=dict)
    parse: Callable[[Path], Mapping[str, Any]] | None = None

    @property
    def label(self) -> str:
        """The command, as it is called in a sentence."""
        return shlex.join(self.words) if len(shlex.join(self.words)) <= LABEL else f"{self.words[0]} ..."

    def __call__(self, one: tuple[str, Mapping[str, Any]]) -> Mapping[str, Any] | None:
        """What is kept for a design by its key, or what the program answers now; None where all tries fail.

        Args:
            one: the key, and what is asked.
        """
        key, asked = one
        answers = Answers(self.folder)
        if (kept := answers.read(key)) is not None:
            return kept
        with answers.alone(key):
            if (kept := answers.read(key)) is not None:
                return kept
            for number in range(1 + self.retries):
                folder = self.folder / "work" / key
                shutil.rmtree(folder, ignore_errors=True)  # of an evaluation that was killed
                folder.mkdir(parents=True)
                begun = time.perf_counter()
                try:
                    answer = self._asked(folder, asked)
                except CommandFailed as error:
                    self._keep_failure(folder, key, number, asked, str(error))
                    continue
                answers.write(key, {**asked, "seconds": time.perf_counter() - begun}, answer)
                shutil.rmtree(folder, ignore_errors=True)
                return answer
        return None

    def _asked(self, folder: Path, asked: Mapping[str, Any]) -> dict[str, Any]:
        """One process. Raises CommandFailed."""
        write_input(folder, asked, self.templates)
        places = {"design": folder / DESIGN, "folder": folder, "output": folder / (self.output or "stdout"),
                  "seed": asked["seed"], "events": asked["events"]}  # fmt: skip
        words = list(self.words)
        for place, value in places.items():
            words = [word.replace(f"{{{place}}}", str(value)) for word in words]
        finish(words, folder, self.time_limit)
        answer = read_answer(folder, self.output, self.parse)
        read_response(answer, self.shapes)
        try:
            return dict(json.loads(json.dumps(answer, default=_plain)))
        except (TypeError, ValueError) as error:
            raise CommandFailed(f"its answer cannot be kept as JSON ({error})") from None

    def _keep_failure(self, folder: Path, key: str, number: int, asked: Mapping[str, Any], why: str) -> None:
        """Note the reason, and move the working folder to those of failures."""
        (folder / "reason").write_text(why + "\n")
        kept = self.folder / FAILED / f"{key}-{time.time_ns()}"
        kept.parent.mkdir(exist_ok=True)
        folder.replace(kept)
        line = {"why": why, "try": number + 1, "of": 1 + self.retries, "folder": str(kept), **asked}
        with (self.folder / REASONS).open("a") as file:
            file.write(json.dumps(line) + "\n")
        for old in sorted(kept.parent.iterdir(), key=lambda path: path.name.rpartition("-")[2])[:-FOLDERS]:
            shutil.rmtree(old, ignore_errors=True)


def _plain(value: Any) -> Any:
    return np.asarray(value).tolist()

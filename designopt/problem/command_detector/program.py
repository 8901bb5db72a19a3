"""Evaluations of one program: several at a time, tried again where one fails, each answered once and kept."""

import hashlib
import json
import os
import shutil
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from designopt.design.variables import Variable
from designopt.problem.command_detector.evaluation import REASONS, OneEvaluation
from designopt.problem.command_detector.files import read_response
from designopt.problem.command_detector.kept import Answers, AnswerWarning, key_of
from designopt.problem.command_detector.process import CommandFailed
from designopt.problem.command_detector.side_by_side import side_by_side
from designopt.problem.command_detector.told import values_of

Answer = dict[str, Float[np.ndarray, "..."]]


@dataclass
class _Seen:
    """Whether the program has ever answered, and whether a failure was told."""

    answered: bool = False
    told: bool = False


@dataclass(frozen=True, eq=False)
class Program:
    """Evaluations of one program: of which variables, how it is asked, events charged for each, how many at a time."""

    variables: tuple[Variable, ...]
    one: OneEvaluation
    events: int
    workers: int = 1
    seen: _Seen = field(default_factory=_Seen)

    def simulate(self, designs: Mapping[str, Any], seeds: Any) -> Answer:
        """Responses of a batch; equal designs with equal seeds are simulated once. Not a number where all tries fail.

        Raises CommandFailed where the program has never answered, and answers to nothing in this batch.
        """
        batch = np.shape(seeds)
        flat = {name: np.asarray(v).reshape(-1, *np.shape(v)[len(batch) :]) for name, v in designs.items()}
        asked = [
            {"design": values_of(self.variables, {name: values[row] for name, values in flat.items()}),
             "seed": int(seed), "events": self.events}
            for row, seed in enumerate(np.ravel(seeds))
        ]  # fmt: skip
        keys = [key_of(one) for one in asked]
        once = dict(zip(keys, asked, strict=True))
        kept = Answers(self.one.folder)
        answers: dict[str, Any] = {key: found for key in once if (found := kept.read(key)) is not None}
        open_ones = [(key, one) for key, one in once.items() if key not in answers]
        for (key, one), answer in zip(open_ones, side_by_side(self.one, open_ones, self.workers), strict=True):
            answers[key] = answer
            if answer is not None and kept.read(key) is None:  # worked out on a machine with a folder of its own
                kept.write(key, one, answer)
        self._look(answers)
        numbers = [self._numbers(answers[key]) for key in keys]
        stacked = {name: np.stack([one[name] for one in numbers]) for name in numbers[0]}
        return {name: values.reshape(batch + values.shape[1:]) for name, values in stacked.items()}

    def _look(self, answers: Mapping[str, Any]) -> None:
        failed = [key for key, answer in answers.items() if answer is None]
        self.seen.answered |= len(failed) < len(answers)
        if failed and not self.seen.answered:
            raise CommandFailed(
                f"The program `{self.one.label}` answered to none of {len(answers)} designs: {self._last_reason()}."
            )
        if failed and not self.seen.told:
            self.seen.told = True
            warnings.warn(
                f"The program `{self.one.label}` failed on a design, which counts as failed; why, and where its "
                f"working folder is, stands in {self.one.folder / REASONS}, for this one and for others.",
                AnswerWarning,
                stacklevel=2,
            )

    def _last_reason(self) -> str:
        if reasons := self.failures():
            return f"{reasons[-1]['why']}. Its working folder is {reasons[-1]['folder']}"
        return f"the reasons stand in {self.one.folder / REASONS} of the machine on which it ran"

    def _numbers(self, answer: Mapping[str, Any] | None) -> Answer:
        if answer is None:
            return {name: np.full(shape, np.nan) for name, shape in self.whole_shapes.items()}
        return read_response(answer, self.one.shapes)

    @property
    def whole_shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of what comes back by name, estimated errors among them."""
        zeros = {name: np.zeros(shape).tolist() for name, shape in self.one.shapes.items()}
        return {name: np.shape(value) for name, value in read_response(zeros, self.one.shapes).items()}

    def failures(self) -> list[dict[str, Any]]:
        """Every failed try, in order: why, which try, the working folder if it is still there, and what was asked."""
        path = self.one.folder / REASONS
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def version_of(words: Sequence[str], further: Sequence[str], folder: Path) -> str:
    """Twelve digits that change with the files that a command names, with its words, and with templates.

    Where the command names no file the program itself is read, if it can be found.
    """
    files = [path for word in words if "{" not in word and (path := folder / word).is_file()]
    found = shutil.which(words[0])
    digest = hashlib.sha256(json.dumps([list(words), list(further)]).encode())
    for path in files or ([Path(found)] if found else []):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]


def absolute(words: Sequence[str], folder: Path) -> tuple[str, ...]:
    """The words with the files among them found from anywhere. Raises ValueError for a program that is not there."""
    first = folder / words[0]
    if not shutil.which(words[0]) and not first.is_file():
        raise ValueError(
            f"The program '{words[0]}' of the command is neither a file in {folder} nor found on the PATH. Correct "
            "its name, or give its path."
        )
    if first.is_file() and not os.access(first, os.X_OK):
        raise ValueError(
            f"The program {words[0]} of the command cannot be executed. Make it so (chmod +x), or name what executes "
            f'it first, such as ["python3", "{words[0]}"].'
        )
    return tuple(  # links stay: the Python of an environment is one
        os.path.abspath(folder / word) if "{" not in word and (folder / word).is_file() else word for word in words
    )

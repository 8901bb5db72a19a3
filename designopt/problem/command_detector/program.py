"""Evaluations of one program: several at a time, tried again where one fails, each answered once and kept."""

import hashlib
import json
import os
import shutil
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from designopt.design.variables import Variable
from designopt.problem.command_detector.files import DESIGN, read_answer, read_response, values_of, write_input
from designopt.problem.command_detector.kept import Answers, AnswerWarning, key_of
from designopt.problem.command_detector.process import CommandFailed, finish
from designopt.problem.command_detector.side_by_side import side_by_side

FAILED, REASONS = "failed", "failures.log"
FOLDERS = 20
"""Working folders of failures that stay, the last ones; every reason stays in `failures.log`."""
Answer = dict[str, Float[np.ndarray, "..."]]


@dataclass
class _Seen:
    """Whether the program has ever answered, and whether a failure was told."""

    answered: bool = False
    told: bool = False


@dataclass(frozen=True, eq=False)
class Program:
    """A command with all that its evaluations need; `folder` keeps its answers."""

    words: tuple[str, ...]
    variables: tuple[Variable, ...]
    shapes: Mapping[str, tuple[int, ...]]
    folder: Path
    events: int
    workers: int = 1
    time_limit: float | None = None
    retries: int = 1
    output: str | None = None
    templates: Mapping[str, str] = field(default_factory=dict)
    parse: Callable[[Path], Mapping[str, Any]] | None = None
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
        kept = Answers(self.folder)
        answers: dict[str, Any] = {key: found for key in once if (found := kept.read(key)) is not None}
        open_ones = [(key, one) for key, one in once.items() if key not in answers]
        for (key, one), answer in zip(open_ones, side_by_side(self.answer_to, open_ones, self.workers), strict=True):
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
            last = json.loads((self.folder / REASONS).read_text().splitlines()[-1])
            raise CommandFailed(
                f"The program {self.words[0]} answered to none of {len(answers)} designs: {last['why']}. Its working "
                f"folder is {last['folder']}."
            )
        if failed and not self.seen.told:
            self.seen.told = True
            warnings.warn(
                f"The program {self.words[0]} failed on a design, which counts as failed; why, and where its working "
                f"folder is, stands in {self.folder / REASONS}, for this one and for others.",
                AnswerWarning,
                stacklevel=2,
            )

    def _numbers(self, answer: Mapping[str, Any] | None) -> Answer:
        if answer is None:
            return {name: np.full(shape, np.nan) for name, shape in self.whole_shapes.items()}
        return read_response(answer, self.shapes)

    @property
    def whole_shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of what comes back by name, estimated errors among them."""
        zeros = {name: np.zeros(shape).tolist() for name, shape in self.shapes.items()}
        return {name: np.shape(value) for name, value in read_response(zeros, self.shapes).items()}

    def answer_to(self, one: tuple[str, Mapping[str, Any]]) -> Mapping[str, Any] | None:
        """The answer to a design by its key; None where all tries fail."""
        return self._answer(*one)

    def _answer(self, key: str, asked: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What is kept, or what the program answers now; None where all tries fail."""
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

    def failures(self) -> list[dict[str, Any]]:
        """Every failed try, in order: why, which try, the working folder if it is still there, and what was asked."""
        path = self.folder / REASONS
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _plain(value: Any) -> Any:
    return np.asarray(value).tolist()


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
    return tuple(
        str((folder / word).resolve()) if "{" not in word and (folder / word).is_file() else word for word in words
    )

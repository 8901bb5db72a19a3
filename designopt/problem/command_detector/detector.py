"""The detector whose response is that of a program: `CommandDetector(command=["./sim.sh"], ...)`."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import PRNGKeyArray

from designopt.design.declared import described
from designopt.design.space import Design, DesignSpace
from designopt.design.variables import Variable
from designopt.problem.command_detector.arguments import (
    as_between,
    as_seconds,
    as_shapes,
    as_templates,
    as_text,
    as_words,
)
from designopt.problem.command_detector.evaluation import OneEvaluation
from designopt.problem.command_detector.priced import Pricer
from designopt.problem.command_detector.program import Program, absolute, version_of
from designopt.problem.detector import Response
from designopt.problem.plain.by_functions import AbstractByFunctions
from designopt.problem.plain.fingerprint import fingerprint
from designopt.runtime import cache_folder

LARGEST_SEED = 2**31 - 1


class CommandDetector(AbstractByFunctions):
    """A simulator that is any executable; one evaluation is one process.

    The program finds `{"design": {...}, "seed": ..., "events": ...}` as JSON on its standard input and in the file
    `design.json` of its working folder: sizes in the unit of their variable, whole numbers, names of choices. It prints
    one JSON object with the results by name, alone or as its last line; `NAME_error` beside `NAME` is its estimated
    error. It must end with code 0, and its results must depend on the design, the seed and the events alone.

    Args:
        command: the program and its words. `{design}`, `{folder}`, `{output}` stand for paths, `{seed}`, `{events}`
            for numbers.
        variables: of the designs.
        response: what comes back, by name: a shape `()` or `(3,)`, a number of values, None for one number, or the
            unit of one number as text.
        events: simulated events of one evaluation, charged as such.
        seed: of the events that all designs are trained and ranked on; fresh events have seeds of their own.
        cost: kCHF of a design, a function in jax.numpy; or the words of a program that prices designs: it finds
            `{"designs": [...]}` and prints `{"cost": [...]}`, one number each.
        constraints, draw, metrics, better: as for `problem`.
        template: path of a text file, or several, in which `{{name}}`, `{{name[0]}}`, `{{seed}}` and `{{events}}` are
            filled; the result lies in the working folder under the name of the file, without `.in` or `.template`.
        output: name of the file in the working folder that holds the answer; None: standard output.
        parse: `parse(folder)` returns the results by name, for programs that write no JSON.
        workers: processes side by side.
        time_limit: seconds of one process; then it is stopped, with all that it started.
        retries: how often a failed evaluation is tried again, with the same seed.
        version: of the program; without it a fingerprint of the files that the command names. Answers are kept by it.
        cache: folder of the answers; without it one in the user's cache folder.

    An evaluation whose tries all fail counts as failed, and its working folders stay. Raises ValueError, in a sentence,
    for anything of the wrong kind. The response has no derivative.
    """

    differentiable: ClassVar[bool] = False
    variables: tuple[Variable, ...] = eqx.field(static=True)
    program: Program = eqx.field(static=True)
    seed: int = eqx.field(static=True)
    price: Callable[[Design], Any] = eqx.field(static=True)
    limit: Callable[[Design], Any] | None = eqx.field(static=True)
    picture: Callable[..., Any] | None = eqx.field(static=True)
    table: Callable[[Response], Any] | None = eqx.field(static=True)
    units: Mapping[str, str] = eqx.field(static=True)
    directions: Mapping[str, int] = eqx.field(static=True)
    identity: Mapping[str, Any] = eqx.field(static=True)

    def __init__(
        self,
        command: Sequence[str],
        variables: Sequence[Variable],
        response: Mapping[str, Any],
        events: int = 1,
        seed: int = 1,
        *,
        cost: Callable[[Design], Any] | Sequence[str],
        constraints: Callable[[Design], Any] | None = None,
        draw: Callable[..., Any] | None = None,
        metrics: Callable[[Response], Any] | None = None,
        better: Mapping[str, int] | None = None,
        template: str | Path | Sequence[str | Path] | None = None,
        output: str | None = None,
        parse: Callable[[Path], Mapping[str, Any]] | None = None,
        workers: int = 1,
        time_limit: float | None = None,
        retries: int = 1,
        version: str | None = None,
        cache: str | Path | None = None,
    ):
        here = Path.cwd()
        self.variables = DesignSpace(variables).variables
        words, shapes = as_words(command, "command"), as_shapes(response)
        for what, function in (("constraints", constraints), ("draw", draw), ("metrics", metrics), ("parse", parse)):
            if function is not None and not callable(function):
                raise ValueError(f"`{what}` of a CommandDetector is {described(function)}. Give a function.")
        templates = as_templates(template, self.variables, any("{design}" in word for word in words), here)
        tag = as_text(version, "version") or version_of(
            words, [text for pair in templates.items() for text in pair], here
        )
        base = Path(cache) if cache is not None else cache_folder() / "commands"
        name = f"{Path(words[0]).name}-{tag}"
        self.seed = as_between(seed, "seed", 0, LARGEST_SEED)
        one = OneEvaluation(
            absolute(words, here), shapes, (base / name).absolute(), as_seconds(time_limit),
            as_between(retries, "retries", 0, 100), as_text(output, "output"), templates, parse,
        )  # fmt: skip
        self.program = Program(
            self.variables, one, as_between(events, "events", 1, 10**9), as_between(workers, "workers", 1, 10**4)
        )
        self.price = cost if callable(cost) else Pricer(absolute(as_words(cost, "cost"), here), self.variables)
        self.limit, self.picture, self.table = constraints, draw, metrics
        self.units = {name: unit for name, unit in response.items() if isinstance(unit, str)}
        self.directions = dict(better or {})
        functions = {"cost": cost, "constraints": constraints, "metrics": metrics, "parse": parse}
        self.identity = {
            "command": list(words), "version": tag, "events": self.program.events, "seed": self.seed,
            "response": {name: list(shape) for name, shape in shapes.items()},
            "variables": [repr(variable) for variable in self.variables],
            "functions": {name: fingerprint(one) if callable(one) else list(one)
                          for name, one in functions.items() if one is not None},
        }  # fmt: skip

    @property
    def meaning(self) -> str:
        """The command that is run."""
        return f"Every evaluation runs the program `{' '.join(self.identity['command'])}`."

    @property
    def simulated(self) -> int:
        """Events of one evaluation."""
        return self.program.events

    @property
    def expensive(self) -> bool:
        """Each evaluation is a process, worth a task of its own on a cluster."""
        return True

    def response(self, design: Design, key: PRNGKeyArray | None = None) -> Response:
        """What the program answers, and `NAME_error` for every name: not a number where it estimates none.

        Args:
            design: by variable.
            key: of fresh events, whose seed is drawn from it; None: the seed of the detector.
        """
        seed = jnp.asarray(self.seed) if key is None else jax.random.randint(key, (), 1, LARGEST_SEED)
        shapes = {name: jax.ShapeDtypeStruct(shape, float) for name, shape in self.program.whole_shapes.items()}
        return jax.pure_callback(self.program.simulate, shapes, dict(design), seed, vmap_method="broadcast_all")

    def told(self, response: Response) -> Response:
        """The numbers that were declared, without their errors."""
        return {name: response[name] for name in self.program.one.shapes}

    def settings(self) -> dict[str, Any]:
        """The command, its version, events, seed, response and variables, and fingerprints of the functions."""
        return dict(self.identity)

    def failures(self) -> list[dict[str, Any]]:
        """Every failed try: `why`, `try`, `of`, `folder`, and the `design`, `seed` and `events` that were asked."""
        return self.program.failures()

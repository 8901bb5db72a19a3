"""Scores changed designs of one problem, and of the problem changed, all as built and on the same events."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from designopt.analysis.assumed import Assumed, at_the_ends
from designopt.analysis.perturbations import Change, changes, where_money_is_short
from designopt.analysis.repriced import cost_at, rebuilt_at
from designopt.analysis.sensitivity import slopes
from designopt.design.space import Design
from designopt.problem.as_built import ROUNDING
from designopt.problem.checks import checked_response
from designopt.problem.constraints import total_violation
from designopt.problem.detector import AbstractDetector, Response, with_traced_numbers
from designopt.problem.problem import Problem
from designopt.problem.requirements import question
from designopt.records.designs.examination import Examination, Scored

OTHER = 40_009
"""Seed of the events, with the user's: neither those of a search nor those of the re-scoring."""


@eqx.filter_jit
def _value(detector: AbstractDetector, objective: Callable[[Response], Array], design: Design, key: Array) -> Array:
    return objective(checked_response(detector, detector.response(design, key)))


@eqx.filter_jit
def _limits(detector: AbstractDetector, design: Design) -> dict[str, Array]:
    return detector.constraints(design)


class ChangeScorer:
    """Compiled once for all designs of a problem: rebuild at other prices, price, score.

    `samples`: event samples that every change is scored on, one where no event is random; `seed`: of the events and of
    the random changes. `like`: the scorer of a problem that differs in numbers only: its events are used, and numbers
    are arguments of programs that all such problems share.
    """

    def __init__(self, problem: Problem, samples: int, seed: int, like: "ChangeScorer | None" = None):
        self.problem, self.samples, self.seed = problem, samples, seed
        self._decode = jax.jit(problem.space.decode)
        self._build = jax.jit(lambda u, factors: rebuilt_at(problem, u, factors))
        self._cost = jax.jit(lambda design, factors: cost_at(problem, design, factors))
        self._score: Callable[..., Array]
        self._limits: Callable[..., dict[str, Array]]
        if like is None:
            keys = jax.random.split(jax.random.fold_in(jax.random.key(OTHER), seed), samples)
            self.keys = keys if _is_random(problem) else keys[:1]
            self._score, self._limits = jax.jit(problem.score), jax.jit(problem.constraints)
        else:
            same = question(problem)["objective"] == question(like.problem)["objective"]
            objective = (like.problem if same else problem).objective
            detector = with_traced_numbers(problem.as_built_detector)
            self.keys = like.keys
            self._score, self._limits = partial(_value, detector, objective), partial(_limits, detector)

    def examine(self, design: Design, moved: bool = True, assumed: bool = True) -> Examination:
        """Every change of a built design; `moved` False leaves out its slopes and those of single variables.

        `assumed` False leaves out requirements at the ends of their ranges.

        New prices and budgets are compensated, without a new search, by the best of: the design as it is, if it can be
        paid; its sizes; a few whole units less and sizes. Those that keep the side limits come first. The best is
        chosen on the events that it is scored on: with few noisy samples its score is a little too good.
        """
        u = np.asarray(self.problem.space.encode(design))
        ones = {item: 1.0 for item in jax.eval_shape(self.problem.detector.cost, design)}
        nominal = self._scored(Change("as built", "", 0.0, 0, ones, {}), "nothing", design)
        found = [nominal]
        for change in changes(self.problem, u, list(ones), self.seed):
            if change.kind in ("rebuilt", "size") and not moved:
                continue
            options = [self._compensated(change, name, jnp.asarray(u)) for name, u in change.compensations.items()]
            if change.kind in ("budget", "price", "ranges"):
                spent = float(self._cost(design, change.factors)) / self.problem.budget
                as_it_is = replace(
                    options[0], compensation="nothing", scores=nominal.scores, spent=spent, excess=nominal.excess
                )
                options += [as_it_is] if spent <= 1.0 + ROUNDING else []
            found.append(min(options, key=_rank))
        found += [end.at_the_end(design, u, one) for one, end in (self.ends if assumed else ())]
        return Examination(tuple(found), slopes(self.problem, design) if moved else None)

    @cached_property
    def ends(self) -> "list[tuple[Assumed, ChangeScorer]]":
        """The problem with each number that nobody has sourced at either end of its range."""
        return [
            (one, ChangeScorer(one.problem, self.samples, self.seed, like=self)) for one in at_the_ends(self.problem)
        ]

    def at_the_end(self, design: Design, u: np.ndarray, assumed: Assumed) -> Scored:
        """A design of the other problem: as it is, or where that is too dear now, as at higher prices."""
        ones = {item: 1.0 for item in jax.eval_shape(self.problem.detector.cost, design)}
        change = Change("assumed", assumed.what, assumed.amount, 0, ones, {})
        if float(self._cost(design, ones)) <= self.problem.budget * (1.0 + ROUNDING):
            return self._scored(change, "nothing", design)
        short = where_money_is_short(self.problem, u)
        return min((self._compensated(change, name, jnp.asarray(u)) for name, u in short.items()), key=_rank)

    def _compensated(self, change: Change, name: str, point: jax.Array) -> Scored:
        return self._scored(change, name, self._build(point, change.factors) if change.pays else self._decode(point))

    def _scored(self, change: Change, compensation: str, design: Design) -> Scored:
        scores = [float(self._score(design, key)) for key in self.keys]
        cost, limits = self._cost(design, change.factors), self._limits(design)
        return Scored(
            kind=change.kind,
            what=change.what,
            amount=change.amount,
            draw=change.draw,
            compensation=compensation,
            scores=tuple(scores) if all(map(math.isfinite, scores)) else (),
            spent=float(cost) / self.problem.budget,
            excess=total_violation({name: float(g) for name, g in limits.items()}),
        )


def _is_random(problem: Problem) -> bool:
    """Whether the program of the score reads its key."""
    design = jax.eval_shape(problem.space.decode, jax.ShapeDtypeStruct((problem.size,), float))
    program = jax.make_jaxpr(problem.score)(design, jax.random.key(OTHER)).jaxpr
    return any(variable is program.invars[-1] for step in program.eqns for variable in step.invars)


def _rank(scored: Scored) -> tuple[bool, float, float]:
    return not scored.scores, scored.excess, scored.score

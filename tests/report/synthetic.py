"""A made-up study written as ledger files: every kind of ending, so that the report can be tried without simulating."""

import json
import math
from collections.abc import Collection
from pathlib import Path

import numpy as np

BUDGET = 500.0
METRICS = ("sigma(E)/E at 1 GeV", "sigma(E)/E at 20 GeV", "position resolution (mm)")
# name -> library, best score, decades of evaluations until then, events a trial, evaluations, seconds of thought
ENTRANTS = {
    "random": ("numpy", -2.95, 2.5, 196, 200, 1e-4),
    "sobol": ("scipy", -2.97, 2.4, 196, 200, 1e-4),
    "adam": ("optax", -3.22, 1.2, 588, 66, 2e-3),
    "bayesian-gp": ("skopt", -3.12, 1.0, 196, 60, 0.9),
    "cma-es": ("cma", -3.19, 1.8, 196, 200, 1e-3),
    "ppo": ("stable_baselines3", -3.02, 2.2, 196, 200, 2e-2),
    "reference-uniform": ("designopt", -2.99, 0.0, 196, 1, 1e-5),
}


def write_study(
    folder: Path,
    seeds: int = 5,
    budget: float = BUDGET,
    size: int = 12,
    broken: bool = True,
    names: Collection[str] = ENTRANTS,
) -> Path:
    """Write one file per entrant and seed; if `broken`, one run failed, one was interrupted, one was never feasible."""
    ledger = folder / "ledger"
    ledger.mkdir(parents=True, exist_ok=True)
    for place, name in enumerate(names):
        library, best, decades, events, evaluations, thought = ENTRANTS[name]
        for seed in range(1 if "reference" in name else seeds):
            ending = "complete"
            if broken and seed == 2:
                ending = {"ppo": "failed", "bayesian-gp": "interrupted", "sobol": "infeasible"}.get(name, "complete")
            generator = np.random.default_rng([place, seed])
            lines = [header(name, library, seed, budget, size)]
            floor = best + 0.02 * generator.standard_normal() - 0.3 * math.log(budget / BUDGET)
            lines += trials(generator, name, floor, decades, events, evaluations, thought, budget, size, ending)
            lines += closing(generator, lines, ending, budget, size)
            write_lines(ledger / f"calorimeter-segmentation-v1@{budget:g}--{name}--{seed}.jsonl", lines)
    return folder


def write_lines(path: Path, lines: list[dict]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def header(name: str, library: str, seed: int, budget: float, size: int) -> dict:
    problem = {
        "name": "calorimeter-segmentation-v1",
        "budget": budget,
        "spend": "exactly",
        "size": size,
        "events": 196,
        "gradient_price": 3.0,
        "constraints": ["depth", "channels"],
        "options": {"position_weight": 0.1},
        "route": "AlongRay",
        "compare_with": "uniform",
        "detector": {"slots": 40, "prices": {"silicon": 0.03}},
    }
    return {
        "kind": "header",
        "format": 1,
        "study": "calorimeter-segmentation",
        "problem": problem,
        "optimiser": {
            "name": name,
            "role": "reference" if name.lower().startswith("reference-") else "search",
            "library": library,
            "version": "1.2.3",
            "settings": {"step": 0.1, "starts": 8, "design": name.partition("-")[2]},
        },
        "seed": seed,
        "allowance": 40_000,
        "versions": {library: "1.2.3", "designopt": "0.1.0", "jax": "0.10.2", "numpy": "2.4.6", "scipy": "1.17.1"},
        "command": "designopt run studies/calorimeter.py",
        "commit": "abc1234",
        "started": f"2026-05-01T10:{seed:02d}:00Z",
    }


def trials(generator, name, floor, decades, events, evaluations, thought, budget, size, ending) -> list[dict]:
    lines, at = [], 0.5
    for number in range(evaluations if ending != "interrupted" else evaluations // 3):
        progress = 1.0 if decades == 0 else min(1.0, math.log10(1 + number) / decades)
        score = floor + 1.2 * (1 - progress) ** 2 + 0.05 * generator.exponential() * (decades > 0)
        at += 0.01 + thought * (1 + number / 20)
        over = 0.2 if ending == "infeasible" or (generator.random() < 0.15 and decades > 0) else -0.1
        gradient = name == "adam"
        failed = name == "ppo" and number == 7
        lines.append(
            {
                "kind": "trial",
                "number": number,
                "u": generator.random(size).tolist(),
                "sharpness": 1.0,
                "needs": "SCORE|GRADIENT" if gradient else "SCORE",
                "loss": score - 0.01 if gradient else None,
                "gradient": generator.standard_normal(size).tolist() if gradient else None,
                "jacobian": None,
                "score": score + 5 * failed,
                "cost": budget * (1 + 1e-13 * generator.standard_normal()),
                "built_cost": budget * (1 - 0.002 * generator.random()),
                "violations": {"depth": over, "channels": -0.3},
                "built_violations": {"depth": over, "channels": -0.3},
                "failed": failed,
                "events": events,
                "seconds": 0.01,
                "at": at,
            }
        )
    return lines


def closing(generator, lines, ending, budget, size) -> list[dict]:
    if ending == "interrupted":
        return []
    if ending == "failed":
        return [
            {"kind": "failure", "why": "PPO's policy returned NaN after 200 episodes; its learning rate is too high."}
        ]
    name, best = lines[0]["optimiser"]["name"], None
    end = {
        "kind": "end",
        "stop": "EVENTS",
        "why": "The simulated-event allowance is spent.",
        "seconds": lines[-1]["at"],
    }
    for line in lines[1:]:
        feasible = not line["failed"] and max(line["built_violations"].values()) <= 1e-9
        if feasible and (best is None or line["score"] < best["score"]):
            best = line
    if best is None:
        return [end]
    score = best["score"] + 0.004 * generator.standard_normal()
    items = {"absorber": 0.22, "silicon": 0.41, "readout channels": 0.25, "mechanics": 0.118}
    built = best["built_cost"]
    resolution = math.exp(score + 0.01 * generator.standard_normal())
    return [
        end,
        {
            "kind": "winner",
            "number": best["number"],
            "score": score,
            "score_error": 0.004,
            "events": 1960,
            "cost": built,
            "cost_items": {item: built * share / sum(items.values()) for item, share in items.items()},
            "unspent": budget - built,
            "violations": {"depth": -0.1, "channels": -0.3},
            "design": {"absorber_thickness": (3 + generator.random(8)).tolist(), "pitch": 8.0 + len(name) / 10},
            "metrics": dict(zip(METRICS, (4 * resolution, resolution, 30 * resolution), strict=True)) | {"layers": 8},
        },
    ]


def write_winners(folder: Path, problem, designs) -> Path:
    """A study whose winners are these designs, scored: that of the reference which is compared with, the rest found."""
    (folder / "ledger").mkdir(parents=True)
    for name, design in designs.items():
        held = name == problem.compare_with
        card = json.loads(json.dumps(problem.card()))
        first = header(f"reference-{name}" if held else "RandomSearch", "designopt", 0, problem.budget, problem.size)
        first |= {"problem": card}
        first["optimiser"]["settings"] = {"design": name} if held else {}
        costs = {item: float(value) for item, value in problem.detector.cost(design).items()}
        winner = {
            "kind": "winner", "number": 0, "score": float(problem.score(design)), "score_error": 0.0, "events": 1,
            "cost": sum(costs.values()), "cost_items": costs, "unspent": 0.0,
            "violations": {limit: float(value) for limit, value in problem.constraints(design).items()},
            "design": {key: np.asarray(value).tolist() for key, value in design.items()}, "metrics": {},
        }  # fmt: skip
        trial = trials(np.random.default_rng(0), name, winner["score"], 0, 1, 1, 0, problem.budget, problem.size, "")
        end = {"kind": "end", "stop": "EVENTS", "why": "The simulated-event allowance is spent.", "seconds": 1.0}
        write_lines(folder / "ledger" / f"{problem.name}--{name}--0.jsonl", [first, *trial, end, winner])
    return folder

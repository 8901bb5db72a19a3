"""What optimisers are called by people, and the family that each belongs to."""

import re

FAMILIES: dict[str, dict[str, str]] = {
    "gradient": {
        "Lbfgs": "L-BFGS",
        "Adam": "Adam",
        "Slsqp": "SLSQP",
        "TrustConstr": "Trust-constr",
        "RenewedDescent": "Renewed descent",
        "FiniteDifferences": "Finite differences",
    },
    "Bayesian": {
        "BayesianSearch": "Bayesian search",
        "OptunaBayes": "Bayesian search (Optuna)",
        "GradientBayes": "Bayesian search with gradients",
    },
    "evolution": {
        "CmaEs": "CMA-ES",
        "RenewedCmaEs": "Renewed CMA-ES",
        "NoveltyCmaEs": "Novelty CMA-ES",
        "DifferentialEvolution": "Differential evolution",
        "Nsga2": "NSGA-II",
        "SimulatedAnnealing": "Simulated annealing",
    },
    "reinforcement learning": {"Ppo": "PPO", "MaskedPpo": "Masked PPO", "CompiledPpo": "Compiled PPO", "Sac": "SAC"},
    "surrogate": {"LocalSurrogate": "Local surrogate", "GlobalSurrogate": "Global surrogate"},
    "sampling": {"RandomSearch": "Random search", "SobolSearch": "Sobol points"},
    "choices": {
        "Neighbours": "Neighbours",
        "Race": "Race",
        "SuccessiveHalving": "Successive halving",
        "RaceOrHybrid": "Race or hybrid",
    },
    "automatic": {"Auto": "Auto"},
}
"""Families in the order of their colours; of each its members by the name of the class, with what people call them."""

CALLED = {name: called for members in FAMILIES.values() for name, called in members.items()}
PLACES = {
    called: (family, place) for family, members in FAMILIES.items() for place, called in enumerate(members.values())
}


def called(name: str) -> str:
    """The name of an optimiser as people write it: `Lbfgs` is L-BFGS. Names of others stay as they are.

    A search that goes through several is called by all of them, as `Slsqp-then-Neighbours`.
    """
    return ", then ".join(CALLED.get(part, part) for part in name.split("-then-"))


def family(name: str) -> tuple[str, int] | None:
    """Family of an optimiser, by what it is called, and its place there; None where it is somebody else's."""
    return PLACES.get(re.split(r", then | \(", name)[0]) if name not in PLACES else PLACES[name]

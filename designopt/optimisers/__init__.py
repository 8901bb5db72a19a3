"""Every optimiser, each thin around its library, which is imported when the optimiser runs."""

from typing import TYPE_CHECKING

from designopt.lazy import lazy_names

if TYPE_CHECKING:
    from designopt.optimisers.auto import Auto as Auto
    from designopt.optimisers.auto import RaceOrHybrid as RaceOrHybrid
    from designopt.optimisers.base import AbstractAskTell as AbstractAskTell
    from designopt.optimisers.base import AbstractOptimiser as AbstractOptimiser
    from designopt.optimisers.baselines import RandomSearch as RandomSearch
    from designopt.optimisers.baselines import Reference as Reference
    from designopt.optimisers.baselines import SobolSearch as SobolSearch
    from designopt.optimisers.bayesian.gradient_search import GradientBayes as GradientBayes
    from designopt.optimisers.bayesian.optuna_search import OptunaBayes as OptunaBayes
    from designopt.optimisers.bayesian.skopt_search import BayesianSearch as BayesianSearch
    from designopt.optimisers.composite import Neighbours as Neighbours
    from designopt.optimisers.composite import Then as Then
    from designopt.optimisers.evolution.annealing import SimulatedAnnealing as SimulatedAnnealing
    from designopt.optimisers.evolution.cma_es import CmaEs as CmaEs
    from designopt.optimisers.evolution.differential_evolution import DifferentialEvolution as DifferentialEvolution
    from designopt.optimisers.evolution.nondominated import Nsga2 as Nsga2
    from designopt.optimisers.evolution.novelty import NoveltyCmaEs as NoveltyCmaEs
    from designopt.optimisers.evolution.renewed_evolution import Phase as Phase
    from designopt.optimisers.evolution.renewed_evolution import RenewedCmaEs as RenewedCmaEs
    from designopt.optimisers.evolution.successive_halving import SuccessiveHalving as SuccessiveHalving
    from designopt.optimisers.gradient.finite_differences import FiniteDifferences as FiniteDifferences
    from designopt.optimisers.gradient.methods import Adam as Adam
    from designopt.optimisers.gradient.methods import Lbfgs as Lbfgs
    from designopt.optimisers.gradient.methods import Slsqp as Slsqp
    from designopt.optimisers.gradient.methods import TrustConstr as TrustConstr
    from designopt.optimisers.gradient.race import Race as Race
    from designopt.optimisers.gradient.renewed_descent import RenewedDescent as RenewedDescent
    from designopt.optimisers.lineup import default_lineup as default_lineup
    from designopt.optimisers.reinforcement.agents import Ppo as Ppo
    from designopt.optimisers.reinforcement.agents import Sac as Sac
    from designopt.optimisers.reinforcement.amortised import BudgetPolicy as BudgetPolicy
    from designopt.optimisers.reinforcement.amortised import Polish as Polish
    from designopt.optimisers.reinforcement.compiled import CompiledPpo as CompiledPpo
    from designopt.optimisers.reinforcement.masked import MaskedPpo as MaskedPpo
    from designopt.optimisers.stop import Stop as Stop
    from designopt.optimisers.surrogate.global_surrogate import GlobalSurrogate as GlobalSurrogate
    from designopt.optimisers.surrogate.local_surrogate import LocalSurrogate as LocalSurrogate

_HOMES = {
    "AbstractAskTell": "designopt.optimisers.base",
    "AbstractOptimiser": "designopt.optimisers.base",
    "Adam": "designopt.optimisers.gradient.methods",
    "Auto": "designopt.optimisers.auto",
    "BayesianSearch": "designopt.optimisers.bayesian.skopt_search",
    "BudgetPolicy": "designopt.optimisers.reinforcement.amortised",
    "CmaEs": "designopt.optimisers.evolution.cma_es",
    "CompiledPpo": "designopt.optimisers.reinforcement.compiled",
    "DifferentialEvolution": "designopt.optimisers.evolution.differential_evolution",
    "FiniteDifferences": "designopt.optimisers.gradient.finite_differences",
    "GlobalSurrogate": "designopt.optimisers.surrogate.global_surrogate",
    "GradientBayes": "designopt.optimisers.bayesian.gradient_search",
    "Lbfgs": "designopt.optimisers.gradient.methods",
    "LocalSurrogate": "designopt.optimisers.surrogate.local_surrogate",
    "MaskedPpo": "designopt.optimisers.reinforcement.masked",
    "Neighbours": "designopt.optimisers.composite",
    "NoveltyCmaEs": "designopt.optimisers.evolution.novelty",
    "Nsga2": "designopt.optimisers.evolution.nondominated",
    "OptunaBayes": "designopt.optimisers.bayesian.optuna_search",
    "Phase": "designopt.optimisers.evolution.renewed_evolution",
    "Polish": "designopt.optimisers.reinforcement.amortised",
    "Ppo": "designopt.optimisers.reinforcement.agents",
    "Race": "designopt.optimisers.gradient.race",
    "RaceOrHybrid": "designopt.optimisers.auto",
    "RandomSearch": "designopt.optimisers.baselines",
    "Reference": "designopt.optimisers.baselines",
    "RenewedCmaEs": "designopt.optimisers.evolution.renewed_evolution",
    "RenewedDescent": "designopt.optimisers.gradient.renewed_descent",
    "Sac": "designopt.optimisers.reinforcement.agents",
    "SimulatedAnnealing": "designopt.optimisers.evolution.annealing",
    "Slsqp": "designopt.optimisers.gradient.methods",
    "SobolSearch": "designopt.optimisers.baselines",
    "Stop": "designopt.optimisers.stop",
    "SuccessiveHalving": "designopt.optimisers.evolution.successive_halving",
    "Then": "designopt.optimisers.composite",
    "TrustConstr": "designopt.optimisers.gradient.methods",
    "default_lineup": "designopt.optimisers.lineup",
}
__all__ = sorted(_HOMES)

if not TYPE_CHECKING:  # type checkers see the imports above, and report any other name
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)

"""What the scripts of the fuzzing import: everything that a study is made of, and one problem that is made once."""

import datetime
import decimal
import fractions
import json
import sys
import warnings

import jax
import numpy as np

from designopt import Allowance, Evaluator, Problem, Study, make
from designopt.benchmarks.problems import (
    bowl,
    knapsack,
    limited_law,
    mixed_shelf,
    noisy_law,
    square_root_law,
    two_kinds,
)
from designopt.optimisers.auto import Auto
from designopt.optimisers.baselines import RandomSearch, Reference, SobolSearch
from designopt.optimisers.bayesian import BayesianSearch, GradientBayes, OptunaBayes
from designopt.optimisers.composite import Neighbours, Then
from designopt.optimisers.evolution import CmaEs, DifferentialEvolution, Nsga2, RenewedCmaEs, SuccessiveHalving
from designopt.optimisers.gradient import Adam, FiniteDifferences, Lbfgs, RenewedDescent, Slsqp, TrustConstr
from designopt.optimisers.reinforcement import CompiledPpo, MaskedPpo, Polish, Ppo, Sac
from designopt.optimisers.surrogate import GlobalSurrogate, LocalSurrogate

LAW = square_root_law(places=3)
PROBLEMS = ("bowl", "knapsack", "limited_law", "mixed_shelf", "noisy_law", "square_root_law", "two_kinds")
"""Makers of small problems."""
NEEDED: dict[str, dict[str, str]] = {
    "Then": {"first": "CmaEs()", "second": "RandomSearch()"},
    "Neighbours": {"start": "CmaEs()"},
    "Reference": {"design": "'uniform'"},
    "Polish": {"policy": "None"},
}
"""Arguments that a constructor cannot do without."""

__all__ = [
    "LAW", "Adam", "Allowance", "Auto", "BayesianSearch", "CmaEs", "CompiledPpo", "DifferentialEvolution", "Evaluator",
    "FiniteDifferences", "GlobalSurrogate", "GradientBayes", "Lbfgs", "LocalSurrogate", "MaskedPpo", "Neighbours",
    "Nsga2", "OptunaBayes", "Polish", "Ppo", "Problem", "RandomSearch", "Reference", "RenewedCmaEs", "RenewedDescent",
    "Sac", "Slsqp", "SobolSearch", "Study", "SuccessiveHalving", "Then", "TrustConstr", "bowl", "datetime", "decimal",
    "fractions", "jax", "json", "knapsack", "limited_law", "make", "mixed_shelf", "noisy_law", "np", "square_root_law",
    "sys", "two_kinds", "warnings",
]  # fmt: skip

"""A detector whose design is four lone values, under every optimiser that there is, agents too.

Run `designopt run studies/block_every_family.py --quick`, then `designopt examine runs/block-every-family-quick`.
All numbers of the detector are assumed.
"""

import jax.numpy as jnp

import designopt as do
from designopt.optimisers.by_name import make_optimiser
from designopt.units import cm, mm

X0 = jnp.array([25.4 * mm, 15.1 * mm])  # SF5, SF57
PRICE = jnp.array([0.6, 2.4])  # kCHF a litre of cut and polished glass


def response(design):
    """Resolution of one block of lead glass at 10 GeV: leakage behind and beside it, and photoelectrons."""
    depth = design["length"] / (design["glass"] @ X0)
    photons = 4000.0 * design["tubes"] * 20.0 / (design["side"] / cm) ** 2
    return {
        "behind": 0.03 * jnp.exp((18.0 - depth) / 3.5),
        "beside": 0.05 * jnp.exp(-design["side"] / (6 * cm)),
        "photoelectrons": 1.0 / jnp.sqrt(photons),
    }


def cost(design):
    """kCHF: glass by volume, phototubes each."""
    litres = design["length"] * design["side"] ** 2 / (10 * cm) ** 3
    return {"glass": design["glass"] @ PRICE * litres, "tubes": 0.9 * design["tubes"]}


def constraints(design):
    """The tubes fit on the back of the block: 50 mm square each."""
    return {"back": design["tubes"] * (50 * mm) ** 2 / design["side"] ** 2 - 1.0}


def objective(response):
    """Relative error of the energy, its parts in quadrature."""
    return jnp.sqrt(response["behind"] ** 2 + response["beside"] ** 2 + response["photoelectrons"] ** 2)


def block(budget: float = 20.0) -> do.Problem:
    """One block of lead glass for a fixed amount of money (kCHF)."""
    return do.problem(
        "lead-glass-block-v1", response=response, cost=cost, constraints=constraints, objective=objective,
        variables=[do.Real("length", 20 * cm, 60 * cm, unit=cm, label="cm"), do.Integer("tubes", 1, 9),
                   do.Real("side", 6 * cm, 30 * cm, unit=cm, label="cm"), do.Categorical("glass", ("SF5", "SF57"))],
        budget=budget,
    )  # fmt: skip


def study(quick: bool = False) -> do.Study:
    """Every optimiser that can search it; quick: one seed, 60 evaluations."""
    every = [make_optimiser(name) for name in do.list_optimisers()]
    able = [optimiser for optimiser in every if not optimiser.cannot_search(block())]
    return do.Study("block-every-family", [block()], able, range(1 if quick else 5), do.Allowance(60 if quick else 300))

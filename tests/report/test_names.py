"""Optimisers are called as people call them, and a family has one colour in every report."""

from colorsys import rgb_to_hsv

import pytest
from matplotlib.colors import to_rgb
from synthetic import header

from designopt.optimisers.by_name import list_optimisers
from designopt.report.data.grouping import sections
from designopt.report.data.metrics import measure
from designopt.report.data.names import CALLED, called, family
from designopt.report.figures.palette import HUES, Palette


def test_every_optimiser_of_ours_has_a_name_and_a_family():
    assert set(list_optimisers()) == set(CALLED)
    assert all(family(called(name)) for name in CALLED)
    assert called("Slsqp-then-Neighbours") == "SLSQP, then Neighbours"
    assert called("Walk") == "Walk"


def test_a_colour_does_not_depend_on_who_else_takes_part():
    alone, together = Palette(["CMA-ES"]), Palette(["Adam", "Auto", "CMA-ES", "L-BFGS", "PPO", "Walk"])
    assert alone.colour("CMA-ES") == together.colour("CMA-ES") == HUES["evolution"].lower()


@pytest.mark.parametrize("members", [["L-BFGS", "Adam", "SLSQP", "Trust-constr"], ["PPO", "Masked PPO", "SAC"]])
def test_members_of_a_family_share_a_hue_and_are_told_apart(members):
    palette = Palette(members)
    hues = [rgb_to_hsv(*to_rgb(palette.colour(name)))[0] for name in members]
    assert max(hues) - min(hues) < 0.02
    assert len({(palette.colour(name), palette.dashes(name)) for name in members}) == len(members)


def test_variants_of_one_optimiser_are_told_apart():
    palette = Palette(["CMA-ES (knots 4)", "CMA-ES (knots 6)"])
    assert palette.looks["CMA-ES (knots 4)"] != palette.looks["CMA-ES (knots 6)"]


def test_strangers_take_what_families_leave():
    palette = Palette(["L-BFGS", "Bayesian search", "Walk", "Run"])
    assert {palette.colour(name) for name in ("Walk", "Run")}.isdisjoint(
        palette.colour(name) for name in ("L-BFGS", "Bayesian search")
    )


def test_two_classes_of_one_called_name_stay_two_entrants(tmp_path):
    import numpy as np
    from synthetic import closing, trials, write_lines

    (tmp_path / "ledger").mkdir()
    for name in ("Lbfgs", "L-BFGS"):
        lines = [header(name, "scipy", 0, 500.0, 2)]
        lines += trials(np.random.default_rng(0), name, -3.0, 1.0, 196, 5, 1e-3, 500.0, 2, "complete")
        lines += closing(np.random.default_rng(0), lines, "complete", 500.0, 2)
        write_lines(tmp_path / "ledger" / f"{name}.jsonl", lines)
    from designopt.records.ledger import read_runs

    (found,) = sections([measure(run, tmp_path) for run in read_runs(tmp_path)])
    assert sorted(entrant.name for entrant in found.entrants) == [
        "L-BFGS (name L-BFGS, design BFGS)",
        "L-BFGS (name Lbfgs, design )",
    ]

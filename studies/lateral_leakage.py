"""How much of a hadron shower leaves the stored block at its sides?

The stored showers of `hadron-calorimeter-v1` and `-v2` are those of a steel block 1.5 m wide. The same pions, event by
event, in one of 1.5 and in one of 5 m: what the narrow one lacks, slice by slice, and what that does to the energy that
40 equal tiles of the best equal layout sum up. `python studies/lateral_leakage.py --cache FOLDER`; needs
designopt[geant4].
"""

from designopt import prepare

prepare()

import argparse

import numpy as np

from designopt.detectors.geant4.cache import Cache
from designopt.detectors.geant4.job import stack_job
from designopt.detectors.geant4.session import Session
from designopt.detectors.hadron.simulation.showers import DEPTH, HALF_WIDTH, SLICES

WIDE = 2500.0
"""Half the width of the wide block, mm: fifteen interaction lengths."""
EVERY = 9
"""Slices from a tile to the next: 45 mm, as the best equal layout has 43.5; 40 of them."""


def main() -> None:
    """Print one row for each energy."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--showers", type=int, default=600, help="for each energy and width")
    parser.add_argument("--minutes", type=float, default=20.0, help="for each energy and width")
    parser.add_argument("--quick", action="store_true", help="six showers: shows that it runs")
    chosen = parser.parse_args()
    count, session = 6 if chosen.quick else chosen.showers, Session(Cache(chosen.cache))
    block = [("G4_STAINLESS-STEEL", DEPTH / SLICES)] * SLICES
    for energy in (50.0, 100.0):
        found = []
        for half in (HALF_WIDTH, WIDE):
            job = stack_job(block, energy, "pi-", 71, cut=0.7, half_width=half, hadrons=True)
            found.append(session.run(job, count, chosen.minutes, at_least=2).values)
        shared = min(map(len, found))
        narrow, wide = (values[:shared] for values in found)
        lost = 100 * (1 - narrow.sum(axis=1) / wide.sum(axis=1))
        spread, root = lost.std(ddof=1), np.sqrt(shared)
        print(f"{energy:g} GeV, {shared} pions: {lost.mean():.2f} +- {spread / root:.2f} % is lost", end="")
        for words, values in (("tiles of the narrow block", narrow), ("of the wide one", wide)):
            tiles = values[:, EVERY - 1 : 40 * EVERY : EVERY].sum(axis=1)
            measured = 100 * tiles.std(ddof=1) / tiles.mean()
            print(f"; {words} measure {measured:.2f} +- {measured / np.sqrt(2) / root:.2f} %", end="")
        print(flush=True)


if __name__ == "__main__":
    main()

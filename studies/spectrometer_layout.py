"""Where should the stations of a magnetic spectrometer stand, how fine should they be, and how many?

Every optimiser family places up to eight stations around a dipole of 0.65 T m for the price of SHiP's four: on which
side of the magnet, how far away, of which of three technologies. The reward is the mean logarithm of sigma(p)/p at 5,
20 and 100 GeV. Two ways to spend the same money: stations from a catalogue, and stations of any resolution between.
The full study takes half an hour on two cores, `--quick` a few minutes.
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers.lineup import default_lineup


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick` has few seeds and a small allowance."""
    catalogue = make("spectrometer-layout-v1")
    continuous = make("spectrometer-layout-v1", granularity="continuous")
    calls = 300 if quick else 2000
    return Study(
        name="spectrometer-layout",
        problems=[catalogue] if quick else [catalogue, continuous],
        optimisers=default_lineup(quick),
        seeds=range(2 if quick else 10),
        allowance=Allowance(events=calls * catalogue.events),
    )


if __name__ == "__main__":
    study().run("runs/spectrometer-layout")

"""Is there a better gravitational-wave detector than Voyager for its money, within the power that its mirrors stand?

Searches change arms, mirrors, laser, squeezer, filter cavity and tunings of Voyager's layout; all designs cost what
Voyager does, and keep 3.5 MW on hard sides, 2 kW on soft sides and 10 mW at detectors. The score is the mean of log10
of the strain noise over 20-5000 Hz less Voyager's own: below 0 beats it. Once the squeezer may send 20 dB, as in the
publication, once the 10 dB of Voyager, and once 20 dB of which 5 % of the light are lost on the way, in Voyager too, as
pygwinc has it. The search follows the closed form of Buonanno and Chen, which needs no package; `designopt verify`
simulates the winners by Differometor.

    designopt run studies/interferometer.py [--quick]
    designopt verify runs/interferometer
    python studies/interferometer_between.py runs/interferometer
"""

from designopt import prepare

prepare()

from designopt import Allowance, Study, make
from designopt.optimisers import Adam, Auto, CmaEs, DifferentialEvolution, Lbfgs, Ppo, RandomSearch, SimulatedAnnealing


def study(quick: bool = False) -> Study:
    """The grid of runs; `quick`: two seeds and half the allowance."""
    asked = ({"most_squeezing": 10.0}, {"most_squeezing": 20.0}, {"squeezing_loss": 0.05})
    searches = [RandomSearch(), Auto(), Adam(), Lbfgs()]
    searches += [SimulatedAnnealing(), CmaEs(), DifferentialEvolution(), Ppo()]
    return Study(
        name="interferometer",
        problems=[make("interferometer-v1", model="closed-form", **one) for one in asked],
        optimisers=[search for search in searches if not search.missing_extras()],  # agents need [rl]
        seeds=range(2 if quick else 10),
        allowance=Allowance(events=200 if quick else 400),
    )


if __name__ == "__main__":
    study().run("runs/interferometer")

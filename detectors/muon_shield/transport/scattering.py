"""Multiple scattering of muons in iron."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from designopt.detectors.materials import material
from designopt.detectors.muon_shield.transport.energy_loss import MUON
from designopt.units import MeV

Numbers = Float[Array, "*muon"]
Number = Numbers | float
Direction = tuple[Numbers, Numbers, Numbers]

RADIATION_LENGTH = material("Fe").radiation_length
SCALE = 13.6 * MeV
CORE = 1.10  # of SCALE sqrt(x/X0)/(beta p): core after 1-10 m of iron in Geant4, tests/data/geant4_muons_iron.json


def highland_angle(momentum: Number, length: Number) -> Array:
    r"""RMS projected scattering angle of a muon behind iron that costs it little energy.

    $\theta_0 = \frac{13.6\,\mathrm{MeV}}{\beta p}\sqrt{x/X_0}\,[1 + 0.038\ln(x/(X_0\beta^2))]$

    Good to 11 % for $10^{-3} < x/X_0 < 100$. PDG, Passage of Particles. For comparison: its logarithm keeps it from
    adding up over steps, so transport uses `step_angle`.

    Args:
        momentum: p, GeV.
        length: x of iron, mm.

    Returns rad.
    """
    depth = jnp.asarray(length) / RADIATION_LENGTH
    beta2 = momentum**2 / (momentum**2 + MUON**2)
    return SCALE / (jnp.sqrt(beta2) * momentum) * jnp.sqrt(depth) * (1 + 0.038 * jnp.log(depth / beta2))


def step_angle(momentum: Numbers, length: Numbers) -> Numbers:
    r"""Width of the projected angle's core from one step: $1.10\,\frac{13.6\,\mathrm{MeV}}{\beta p}\sqrt{x/X_0}$.

    Steps add in quadrature whatever their length. The factor takes the place of Highland's logarithm; the core of
    Geant4's angles is 1.07-1.12 behind 1-10 m of iron at 2-100 GeV. Single hard scatters beyond the core are left out.

    Args:
        momentum: p, GeV.
        length: x of iron, mm.

    Returns rad.
    """
    inverse_beta_p = jnp.sqrt(momentum * momentum + MUON**2) / (momentum * momentum)
    depth = jnp.maximum(length, 1e-12) / RADIATION_LENGTH
    return CORE * SCALE * jnp.sqrt(depth) * inverse_beta_p


def deflect(direction: Direction, first: Numbers, second: Numbers) -> Direction:
    """A unit vector turned by two small angles, one in the x and one in the y direction across it; stays a unit vector.

    The frame is carried from the z axis by the shortest rotation, so mirror images stay mirror images.

    Args:
        direction: components of a unit vector, shape (muon,) each.
        first: angle in the x direction, rad.
        second: angle in the y direction, rad.
    """
    x, y, z = direction
    lean = 1 / (1 + jnp.maximum(z, -0.9))
    along = x * first + y * second
    shrink = 1 / jnp.sqrt(1 + first * first + second * second)
    return (
        (x + first - x * along * lean) * shrink,
        (y + second - y * along * lean) * shrink,
        (z - along) * shrink,
    )

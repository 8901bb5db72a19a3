"""A tracker as a set of surfaces: cylinders around the beam, and disks that stand on both sides."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float


class Layout(eqx.Module):
    """Surfaces in mm: the barrel first, then the disks of the side +z; those of -z are their mirror images.

    `material` is x/X0 at normal incidence times the part that is there. `measures_rphi` and `measures_along` say
    whether a surface measures r-phi, and z (barrel) or r (disk): 1, 0 or a gate between. `sigma_rphi` and
    `sigma_along` are the errors of a hit; where nothing is measured they only have to be positive. `half_length` may
    be infinite. An absent surface has no material and measures nothing; where it stands is of no importance, and
    neither is the order of the surfaces.
    """

    radius: Float[Array, " barrel"]
    half_length: Float[Array, " barrel"]
    z: Float[Array, " disk"]
    inner: Float[Array, " disk"]
    outer: Float[Array, " disk"]
    material: Float[Array, " surface"]
    measures_rphi: Float[Array, " surface"]
    measures_along: Float[Array, " surface"]
    sigma_rphi: Float[Array, " surface"]
    sigma_along: Float[Array, " surface"]

    @property
    def barrels(self) -> int:
        """Number of barrel surfaces, absent ones included."""
        return self.radius.size

    @property
    def measures(self) -> Float[Array, " surface"]:
        """Whether a surface gives a hit at all.

        Returns 0 to 1, without unit.
        """
        return jnp.maximum(self.measures_rphi, self.measures_along)

    def in_common_sizes(self) -> "Layout":
        """Padded to whole sixteens of barrel and disks."""
        return self.padded(*(size + (-size % 16) for size in (self.radius.size, self.z.size)))

    def padded(self, barrels: int, disks: int) -> "Layout":
        """The same layout with absent surfaces appended to so many slots, so that layouts share compiled programs.

        Of numbers that are known, and by NumPy: each operation of JAX would be a program of its own.
        """
        more, further = barrels - self.radius.size, disks - self.z.size

        def fill(values: Array, count: int, value: float) -> Array:
            return jax.device_put(np.append(values, np.full(count, value)))

        def both(values: Array, value: float) -> Array:
            known = np.insert(np.asarray(values), [self.barrels] * more, value)
            return jax.device_put(np.append(known, np.full(further, value)))

        return Layout(
            radius=fill(self.radius, more, 1.0),
            half_length=fill(self.half_length, more, 1.0),
            z=fill(self.z, further, 1.0),
            inner=fill(self.inner, further, 1.0),
            outer=fill(self.outer, further, 2.0),
            material=both(self.material, 0.0),
            measures_rphi=both(self.measures_rphi, 0.0),
            measures_along=both(self.measures_along, 0.0),
            sigma_rphi=both(self.sigma_rphi, 1.0),
            sigma_along=both(self.sigma_along, 1.0),
        )

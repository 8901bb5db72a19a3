"""A magnetic spectrometer as a differentiable model: stations around a dipole, their technology, their price."""

import designopt.design  # noqa: F401  # gives JAX 64 bits

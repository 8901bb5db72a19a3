"""A neutrino telescope as a differentiable model: strings of light sensors in water or ice, cascades and tracks."""

import designopt.design  # noqa: F401  # gives JAX 64 bits

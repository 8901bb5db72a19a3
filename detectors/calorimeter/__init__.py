"""A sampling calorimeter as a differentiable model: longitudinal shower, sampling, lateral cells, readout, price."""

import designopt.design  # noqa: F401  # gives JAX 64 bits

"""Muon tomography: panels above and below a ladle measure how muons scatter, and how high the steel stands in it."""

import designopt.design  # noqa: F401  # gives JAX 64 bits

"""Magnets: their shape, field and excitation."""

import designopt.design  # noqa: F401  # gives JAX 64 bits

"""Muons through magnetised iron."""

import designopt.design  # noqa: F401  # gives JAX 64 bits

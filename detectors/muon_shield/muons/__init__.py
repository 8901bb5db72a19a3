"""The muons that a shield meets, and which of them count."""

import designopt.design  # noqa: F401  # gives JAX 64 bits

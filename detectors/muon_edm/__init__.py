"""Storing muons in a solenoid for an electric dipole moment: injection, kick, weak focusing, and their price."""

import designopt.design  # noqa: F401  # gives JAX 64 bits

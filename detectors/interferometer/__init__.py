"""Laser interferometers for gravitational waves: quantum noise by a closed form or by the package Differometor."""

import designopt.design  # noqa: F401  # gives JAX 64 bits

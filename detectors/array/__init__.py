"""An array of ground detectors for gamma-ray showers: where its units stand, how many, and what they measure."""

import designopt.design  # noqa: F401  # gives JAX 64 bits

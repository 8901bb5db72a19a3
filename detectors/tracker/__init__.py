"""Trackers: layouts of barrels and disks, the resolutions they give, what they cost."""

import designopt.design  # noqa: F401  # gives JAX 64 bits

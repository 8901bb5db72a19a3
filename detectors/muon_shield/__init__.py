"""The muon shield: magnets of iron that sweep the muons of a beam dump aside."""

import designopt.design  # noqa: F401  # gives JAX 64 bits

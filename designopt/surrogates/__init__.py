"""Learned stand-ins for simulators: trained on (design, response), with calibrated errors.

`gaussian` and `ensemble` are differentiable responses of simulators that have no gradient; `with_slopes` is the process
inside optimisers, which learns from values and from slopes.
"""

import designopt.design  # noqa: F401  # gives JAX 64 bits

"""What is asked of a design: a detector, a budget, constraints, an objective."""

import designopt.design  # noqa: F401  # gives JAX 64 bits

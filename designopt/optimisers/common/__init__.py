"""What several families share: initial designs, penalties, trust regions, models of side limits."""

import designopt.design  # noqa: F401  # gives JAX 64 bits

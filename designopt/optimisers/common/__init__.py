"""What several families share: initial designs, penalties, trust regions, models of side limits."""

import designopt.design as _  # noqa: F401  # 64 bits

"""Sensors along a steel block that measure hadrons: stored Geant4 showers, read by any layout."""

import designopt.design  # noqa: F401  # gives JAX 64 bits

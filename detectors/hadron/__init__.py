"""Sensors along a steel block that measure hadrons: stored Geant4 showers, read by any layout."""

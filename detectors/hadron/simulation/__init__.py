"""Stored Geant4 showers of hadrons, read by any layout of sensors."""

"""Geant4 as the independent simulation: jobs, a session in a subprocess, a pool of them, and a cache on disk."""

"""Searches that model the score by a Gaussian process and ask where it expects most."""

"""Searches along exact or estimated gradients."""

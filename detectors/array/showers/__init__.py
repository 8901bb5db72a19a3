"""Showers at the ground, and what an array learns of each."""

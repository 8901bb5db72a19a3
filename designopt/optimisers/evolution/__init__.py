"""Searches by a population of designs."""

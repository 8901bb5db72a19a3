"""Cheap models of the score that a search may ask as often as it likes."""

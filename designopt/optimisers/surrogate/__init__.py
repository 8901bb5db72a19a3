"""Searches along a model that was learnt from scored designs."""

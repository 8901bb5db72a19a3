"""Magnets: their shape, field and excitation."""

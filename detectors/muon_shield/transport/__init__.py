"""Muons through magnetised iron."""

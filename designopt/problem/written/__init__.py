"""Designs that people write down: one description of their fields, read, checked, and told to people and programs."""

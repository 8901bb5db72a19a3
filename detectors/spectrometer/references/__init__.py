"""Designs to compare with: what people built, and what exhaustive search finds."""

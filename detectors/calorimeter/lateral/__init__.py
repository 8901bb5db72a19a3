"""The shower across: cells, impact point, pairs of photons."""

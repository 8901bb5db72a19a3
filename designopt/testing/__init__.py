"""Contracts that every detector and every optimiser keeps, and problems with known answers; for other packages too."""

"""A toy Monte Carlo of tracks, the referee of the covariance: exact helices, scattering in space, a fit with kinks."""

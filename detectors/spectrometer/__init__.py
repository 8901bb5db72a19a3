"""A magnetic spectrometer as a differentiable model: stations around a dipole, their technology, their price."""

"""A toy Monte Carlo of a spectrometer, independent of the model."""

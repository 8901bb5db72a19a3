"""A sampling calorimeter as a differentiable model: longitudinal shower, sampling, lateral cells, readout, price."""

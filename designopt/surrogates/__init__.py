"""Learned stand-ins for simulators that have no gradient: trained on (design, response), differentiable, calibrated."""

"""The independent simulation: another integrator, another formula for the loops, fresh muons."""

"""The longitudinal shower and its fluctuations."""

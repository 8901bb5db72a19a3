"""From deposits to a measured energy: electronics, light, weights and the error that is left."""

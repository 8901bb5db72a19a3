"""Two models of one interferometer: formulas of the two-photon formalism, and Differometor's plane waves."""

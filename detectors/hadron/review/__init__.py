"""A hadron calorimeter as a review board sees it: tiles on offer, voltage, coil, linearity, leakage, a physics goal."""

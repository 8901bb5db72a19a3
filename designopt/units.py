"""Units are plain multipliers: write `4 * mm`, print `length / m`."""

# Length: the millimetre is one.
um = 1e-3
mm = 1.0
cm = 10.0
m = 1000.0

# Energy: the GeV is one.
keV = 1e-6
MeV = 1e-3
GeV = 1.0
TeV = 1e3

# Money: the thousand Swiss francs is one.
CHF = 1e-3
kCHF = 1.0
MCHF = 1e3

# Magnetic field, mass and angle: tesla, tonne and radian are one.
T = 1.0
kg = 1e-3
t = 1.0
mrad = 1e-3
rad = 1.0

"""What the options of the reviewed calorimeter mean, and where they have to lie: for its maker and its evaluation."""

from typing import Annotated

from designopt.design.declared import Positive, Range, Share
from designopt.detectors.option_ranges import BoardThickness, Relative, Slots

Charge = Annotated[float, Range(0.0, 1e6)]
Ratio = Annotated[float, Range(1e-3, 1e5)]
Capacitance = Annotated[float, Range(0.0, 1e5)]
PhotoElectrons = Annotated[float, Range(1e-3, 1e6)]
Some = Annotated[float, Range(0.0, 100.0)]
Stochastic = Annotated[float, Range(1e-4, 100.0)]

Budget = Annotated[Positive, "Money in kCHF."]
Board = Annotated[BoardThickness | None, "Printed-circuit board and cooling in every layer, mm; 0 for none."]
Cladding = Annotated[BoardThickness | None, "Steel on each side of a lead plate, mm; 0 for none."]
Kinds = Annotated[Slots | None, "Kinds of layer that there may be; 0 asks nothing."]
KindCharge = Annotated[Charge | None, "Price of every kind of layer, kCHF; 0 for none."]
SignalToNoise = Annotated[Ratio | None, "Signal of a MIP over the noise that every cell needs; 0 asks nothing."]
Stray = Annotated[Capacitance | None, "Stray capacitance of a silicon pad, pF; 0 leaves the size of pads out."]
TileLight = Annotated[
    PhotoElectrons | None, "Photo-electrons of a MIP in a tile of 30 mm; 0 leaves the size of tiles out."
]
PlateTolerance = Annotated[Some | None, "Error (rms) of the mean thickness of a plate, mm; 0 for none."]
ConstantTerm = Annotated[Relative, "Relative error that all layers share."]
Dead = Annotated[Some | None, "Dead material in front, as aluminium, X0; 0 for none."]
LowEnergy = Annotated[Stochastic | None, "Most a of sigma(E)/E = a/sqrt(E/GeV) at 1 and 5 GeV; 0 asks nothing."]
Pions = Annotated[Share | None, "Share of pi0 of 5-40 GeV whose photons have to be told apart; 0 asks nothing."]

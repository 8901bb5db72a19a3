"""What the options of the reviewed calorimeter mean, and where they have to lie: for its maker and its evaluation."""

from typing import Annotated

from designopt.design.declared import Count, NotNegative, Positive, Share

Budget = Annotated[Positive, "Money in kCHF."]
Board = Annotated[NotNegative | None, "Printed-circuit board and cooling in every layer, mm; 0 for none."]
Kinds = Annotated[Count | None, "Kinds of layer that there may be; 0 asks nothing."]
KindCharge = Annotated[NotNegative | None, "Price of every kind of layer, kCHF; 0 for none."]
SignalToNoise = Annotated[Positive | None, "Signal of a MIP over the noise that every cell needs; 0 asks nothing."]
Stray = Annotated[NotNegative | None, "Stray capacitance of a silicon pad, pF; 0 leaves the size of pads out."]
TileLight = Annotated[Positive | None, "Photo-electrons of a MIP in a tile of 30 mm; 0 leaves the size of tiles out."]
PlateTolerance = Annotated[NotNegative | None, "Error (rms) of the mean thickness of a plate, mm; 0 for none."]
ConstantTerm = Annotated[NotNegative, "Relative error that all layers share."]
Dead = Annotated[NotNegative | None, "Dead material in front, as aluminium, X0; 0 for none."]
LowEnergy = Annotated[Positive | None, "Most a of sigma(E)/E = a/sqrt(E/GeV) at 1 and 5 GeV; 0 asks nothing."]
Pions = Annotated[Share | None, "Share of pi0 of 5-40 GeV whose photons have to be told apart; 0 asks nothing."]

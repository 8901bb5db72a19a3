"""The muon shield: magnets of iron that sweep the muons of a beam dump aside."""

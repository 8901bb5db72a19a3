"""Muons, designs and tracks a second on whatever machine it is run, and whether several devices give the same."""

"""The one door to the simulator: it charges, records, replays and refuses."""

"""Fields, exact motion and the beam: what happens to a muon, whatever it costs."""

"""What a review board asks of a spectrometer: lost stations, alignment, aperture, and a goal without weights."""

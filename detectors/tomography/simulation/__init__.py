"""An independent simulation: muons one by one, hits, fits, points of closest approach."""

"""Files of a run folder: sealed lines, written whole or line by line, locked, checked, repaired."""

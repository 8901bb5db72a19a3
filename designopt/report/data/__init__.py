"""What the report says of runs, as numbers."""

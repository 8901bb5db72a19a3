"""What `make bench` measures: one table of ratios within one run."""

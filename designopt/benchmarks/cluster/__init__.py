"""A study on a cluster of this machine: workers that are killed, and what it costs to begin."""

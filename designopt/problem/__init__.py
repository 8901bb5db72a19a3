"""What is asked of a design: a detector, a budget, constraints, an objective."""

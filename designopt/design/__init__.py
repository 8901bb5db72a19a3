"""What a design is: variables, the space they span, stacks of variable length."""

"""What a design is: variables, the space they span, stacks of variable length. Importing it gives JAX 64 bits."""

from designopt.runtime import start_jax

start_jax()

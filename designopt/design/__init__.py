"""What a design is: variables and the space that they span. Importing it gives JAX 64 bits."""

from designopt.runtime import start_jax

start_jax()

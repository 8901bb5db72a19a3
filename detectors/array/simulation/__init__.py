"""Toy showers, and maximum-likelihood fits to them."""

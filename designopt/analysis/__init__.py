"""A closer look at the winners of a study: independent simulations, and what the optimum rests on."""

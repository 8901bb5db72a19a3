"""One public entry a file: what it is given, and what it has to say to that."""

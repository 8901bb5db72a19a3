"""The muons that a shield meets, and which of them count."""

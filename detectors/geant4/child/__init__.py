"""What runs inside the process that holds Geant4."""

"""The calorimeter in Geant4: truth to hold the model against, and problems that only Geant4 scores."""

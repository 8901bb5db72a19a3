"""What a review board asks of a tracker: conditions of real life, requirements, goals and the designs to beat."""

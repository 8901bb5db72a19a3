"""What a muon does in the ladle, how well its two lines are measured, and what that says about the fill height."""

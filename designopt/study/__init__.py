"""Many runs: problems x optimisers x seeds, on one machine or several, and what is missing of them."""

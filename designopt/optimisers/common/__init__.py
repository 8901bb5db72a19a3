"""What several families share: initial designs, penalties, trust regions, models of side limits."""

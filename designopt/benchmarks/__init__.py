"""Problems whose optimum is known, and the bare libraries to hold the optimisers against."""

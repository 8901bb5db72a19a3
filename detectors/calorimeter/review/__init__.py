"""A calorimeter as a review board sees it: few kinds of layer, boards and cooling, noise by size, a physics goal."""

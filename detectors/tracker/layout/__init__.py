"""What stands where: surfaces, sensors, and the place they have to fit into."""

"""Trackers: layouts of barrels and disks, the resolutions they give, what they cost."""

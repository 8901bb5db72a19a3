"""The campaign of kills: studies that are killed, cut, flipped and starved of disk, held against undisturbed ones."""

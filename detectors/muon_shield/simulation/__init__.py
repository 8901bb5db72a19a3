"""The shield once more, independent of the model."""

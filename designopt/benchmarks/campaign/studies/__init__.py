"""The studies that are killed, their toy, and the slow disk that they may have."""

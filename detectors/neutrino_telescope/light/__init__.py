"""Light of cascades and tracks in water and ice, and what it tells of an event."""

"""How well a layout measures a track."""

"""Layouts of people, as data, and hand-made layouts of equal cost."""

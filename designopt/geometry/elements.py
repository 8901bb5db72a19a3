"""The chemical elements that detectors are made of: atomic number, and standard atomic weight in g/mol.

Source: IUPAC (CIAAW), standard atomic weights, abridged to five digits.
"""

from designopt.suggestion import suggestion

ELEMENTS: dict[str, tuple[int, float]] = {
    "H": (1, 1.008), "He": (2, 4.0026), "Li": (3, 6.94), "Be": (4, 9.0122), "B": (5, 10.81), "C": (6, 12.011),
    "N": (7, 14.007), "O": (8, 15.999), "F": (9, 18.998), "Ne": (10, 20.180), "Na": (11, 22.990), "Mg": (12, 24.305),
    "Al": (13, 26.982), "Si": (14, 28.085), "P": (15, 30.974), "S": (16, 32.06), "Cl": (17, 35.45), "Ar": (18, 39.95),
    "K": (19, 39.098), "Ca": (20, 40.078), "Ti": (22, 47.867), "Cr": (24, 51.996), "Mn": (25, 54.938),
    "Fe": (26, 55.845), "Co": (27, 58.933), "Ni": (28, 58.693), "Cu": (29, 63.546), "Zn": (30, 65.38),
    "Ga": (31, 69.723), "Ge": (32, 72.630), "As": (33, 74.922), "Kr": (36, 83.798), "Y": (39, 88.906),
    "Nb": (41, 92.906), "Mo": (42, 95.95), "Ag": (47, 107.87), "Cd": (48, 112.41), "In": (49, 114.82),
    "Sn": (50, 118.71), "Te": (52, 127.60), "I": (53, 126.90), "Xe": (54, 131.29), "Cs": (55, 132.91),
    "Ba": (56, 137.33), "La": (57, 138.91), "Ce": (58, 140.12), "Gd": (64, 157.25), "Lu": (71, 174.97),
    "Ta": (73, 180.95), "W": (74, 183.84), "Pt": (78, 195.08), "Au": (79, 196.97), "Hg": (80, 200.59),
    "Pb": (82, 207.2), "Bi": (83, 208.98), "Th": (90, 232.04), "U": (92, 238.03),
}  # fmt: skip


def element(symbol: str) -> tuple[int, float]:
    """Atomic number and weight. Raises ValueError for a symbol that is not in the table."""
    if symbol not in ELEMENTS:
        raise ValueError(f"No element here has the symbol '{symbol}'.{suggestion(symbol, ELEMENTS)}")
    return ELEMENTS[symbol]

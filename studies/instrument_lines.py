"""How many lines of the five instruments are physics, and how many are glue to the public interface?

    python studies/instrument_lines.py

Lines of code: no comments, docstrings, imports or blank lines. Physics is what would be written without designopt
(fields, light, errors, prices, layouts made by hand); the door is the problem and its detector, which is all that a
search needs; what people write is the reading of their files and the answer; the rest draws and verifies.
"""

import ast
import io
import tokenize
from pathlib import Path

HOME = Path(__file__).parents[1] / "detectors"
PARTS = {
    "the door": ("problem", "detector"),
    "what people write": ("description", "evaluate", "plausible"),
    "draw and verify": ("draw", "verify", "simulation", "toy", "runge_kutta"),
}
SILENT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


def lines_of_code(path: Path) -> int:
    """Lines that hold code, imports left out."""
    source = path.read_text(encoding="utf-8")
    left_out: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        if text or isinstance(node, ast.Import | ast.ImportFrom):
            left_out |= set(range(node.lineno, node.end_lineno + 1))
    found = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in SILENT:
            found |= set(range(token.start[0], token.end[0] + 1))
    return len(found - left_out)


if __name__ == "__main__":
    for name in ("array", "neutrino_telescope", "tomography", "interferometer", "muon_edm"):
        counted = dict.fromkeys(["physics", *PARTS], 0)
        for path in sorted((HOME / name).rglob("*.py")):
            part = next((part for part, stems in PARTS.items() if path.stem in stems), "physics")
            counted[part] += lines_of_code(path)
        print(f"{name}: " + ", ".join(f"{part} {count}" for part, count in counted.items()))

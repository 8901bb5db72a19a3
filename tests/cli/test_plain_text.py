"""A terminal that knows only ASCII gets every table, with signs spelled out."""

import os
import subprocess
import sys

import pytest

from designopt.cli.plain_text import ERRORS, formulas_in_words, spelled


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("1.2 ± 0.3 µm", "1.2 +- 0.3 um"),
        ("σ(p)/p – θ, Δ", "sigma(p)/p - theta, Delta"),
        ("Molière −1…", "Moliere -1..."),
        ("│─┌\ud800", "|-+?"),
    ],
)
def test_characters_are_spelled_out(text, plain):
    assert text.encode("ascii", ERRORS).decode() == plain
    assert text.encode("utf-8", ERRORS).decode() == text.replace("\ud800", "?")
    assert "".join(map(spelled, text)) == plain


PROGRAM = """
import sys
from rich.table import Table
from designopt.cli import app
from designopt.cli.say import console
@app.app.command("tell")
def tell():
    console.print(Table("σ ± µ", title="Größe"))
    raise ValueError("No problem is called 'γ'.")
sys.argv = ["designopt", "tell"]
app.main()
"""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_commands_end_as_usual_whatever_the_terminal_knows(encoding):
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONIOENCODING": encoding, "COLUMNS": "80"},
        capture_output=True,
        check=False,
    )
    out, err = found.stdout.decode(encoding), found.stderr.decode(encoding)
    assert found.returncode == 2, err
    assert ("σ ± µ" if encoding == "utf-8" else "sigma ") in out
    assert ("Grosse" if encoding == "ascii" else "Größe") in out
    assert err.startswith("Error: No problem is called")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        (r"$\langle\ln\sigma_E/E\rangle + \lambda_x\langle\ln(\sigma_x/\mathrm{mm})\rangle - \lambda_2 P(\pi^0)$.",
         "<ln sigma_E/E> + lambda_x<ln(sigma_x/mm)> - lambda_2 P(pi^0)."),
        (r"$S = \frac{82\,m - L}{82\,m - 30\,m}\,e^{-R\tau}$ of it", "S = (82 m - L)/(82 m - 30 m) e^(-R tau) of it"),
        (r"$\sqrt{x}$ inside $|x| < x_m$ for 3 $", "sqrt(x) inside |x| < x_m for 3 $"),
        ("no formula at 3 < 4", "no formula at 3 < 4"),
    ],
)  # fmt: skip
def test_formulas_are_told_in_words(formula, words):
    assert formulas_in_words(formula) == words

"""Output for terminals that know few characters: what they cannot show is spelled out instead of ending the program."""

import codecs
import io
import re
import sys
import unicodedata

SPELLED = {
    "±": "+-", "×": "x", "·": "*", "−": "-", "–": "-", "—": "-", "…": "...", "≤": "<=", "≥": ">=", "≈": "~",
    "√": "sqrt", "µ": "u", "°": " deg", "→": "->", "←": "<-", "∞": "inf", "⊕": "(+)", "‘": "'", "’": "'",
    "“": '"', "”": '"', "•": "*", "ß": "ss",
}  # fmt: skip
"""What stands for a character; Greek letters get their name, letters with accents lose them, lines become - | +."""
ERRORS = "designopt.spelled"
TEX = {
    "langle": "\0", "rangle": ">", "left": "", "right": "", ",": " ", ";": " ", "%": "%", "cdot": "*", "times": "x",
    "oplus": "(+)", "pm": "+-", "to": "->", "le": "<=", "ge": ">=", "mathrm": "", "bar": "mean ",
}  # fmt: skip
"""What stands for a command of LaTeX in a formula; others, Greek letters and functions, are called by their name."""


def formulas_in_words(text: str) -> str:
    """Text whose formulas in LaTeX, between dollars, are written as in a program: `$\\sigma_E/E$` is sigma_E/E."""
    return re.sub(r"\$([^$]+)\$", lambda found: _in_words(found[1]), text)


def _in_words(formula: str) -> str:
    """One formula, the innermost braces first."""
    text, before = formula.replace("\\{", "(").replace("\\}", ")"), ""
    while text != before:
        before = text
        text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"(\1)/(\2)", text)
        text = re.sub(r"\\sqrt\{([^{}]*)\}", r" sqrt(\1)", text)
        text = re.sub(r"\\mathrm\{([^{}]*)\}|\{(-?\w+)\}", lambda one: one[1] or one[2], text)
        text = re.sub(r"(?<!\\frac)\{([^{}]*)\}(?!\{)", r"(\1)", text)
    text = re.sub(r"\\([A-Za-z]+|.)", lambda one: TEX.get(one[1], f" {one[1]} "), text)
    text = re.sub(r" (?=[_^/,>)])|(?<=[\0(/_^]) |(?<=\w) (?=\()", "", re.sub(r" +", " ", text))
    return text.replace("\0", "<").strip()


def spelled(character: str) -> str:
    """One character in ASCII: its spelling, or a question mark where there is none."""
    if character in SPELLED or character.isascii():
        return SPELLED.get(character, character)
    name = unicodedata.name(character, "")
    if name.startswith("GREEK") and " LETTER " in name:
        word = name.split(" LETTER ")[1].split(" WITH ")[0].removeprefix("FINAL ").lower()
        return word.capitalize() if "CAPITAL" in name else word
    if name.startswith("BOX DRAWINGS"):
        return "-" if name.endswith("HORIZONTAL") else "|" if name.endswith("VERTICAL") else "+"
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return plain or "?"


def _spell(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(spelled, error.object[error.start : error.end])), error.end


codecs.register_error(ERRORS, _spell)


def write_what_the_terminal_knows() -> None:
    """Let standard output and standard error spell out what their encoding lacks (ASCII, Latin-1, lone surrogates).

    Streams that are no files of this process, as in tests, are left alone.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ERRORS)

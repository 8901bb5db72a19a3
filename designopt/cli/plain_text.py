"""Output for terminals that know few characters: what they cannot show is spelled out instead of ending the program."""

import codecs
import io
import sys
import unicodedata

SPELLED = {
    "±": "+-", "×": "x", "·": "*", "−": "-", "–": "-", "—": "-", "…": "...", "≤": "<=", "≥": ">=", "≈": "~",
    "√": "sqrt", "µ": "u", "°": " deg", "→": "->", "←": "<-", "∞": "inf", "⊕": "(+)", "‘": "'", "’": "'",
    "“": '"', "”": '"', "•": "*", "ß": "ss",
}  # fmt: skip
"""What stands for a character; Greek letters get their name, letters with accents lose them, lines become - | +."""
ERRORS = "designopt.spelled"


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

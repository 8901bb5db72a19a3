"""What a docstring says to readers of output: the part before its arguments, each paragraph in one line."""

import re

_SECTION = re.compile(r"^(Args|Arguments|Attributes|Example|Examples|Raises|Returns):\s*$", re.MULTILINE)


def told(docstring: str) -> str:
    """A docstring without its arguments and what follows them, each paragraph in one line.

    Args:
        docstring: as `inspect.getdoc` gives it.
    """
    found = _SECTION.search(docstring)
    return paragraphs(docstring[: found.start()] if found else docstring).strip()


def paragraphs(text: str) -> str:
    """A docstring with the lines of each paragraph joined; lines that are set in, and lists, stay as they are.

    Args:
        text: as `inspect.getdoc` gives it.
    """
    joined: list[str] = []
    for line in text.splitlines():
        goes_on = joined and joined[-1].strip() and line.strip() and not line.startswith((" ", "- ", "Args:"))
        if goes_on and not joined[-1].startswith(" "):
            joined[-1] += f" {line.strip()}"
        else:
            joined.append(line)
    return "\n".join(joined)

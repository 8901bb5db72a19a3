"""Text as part of a file name, an address or a link."""

import re


def slug(text: str) -> str:
    """The text with everything but letters, digits and points replaced by single hyphens."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", text).strip("-")

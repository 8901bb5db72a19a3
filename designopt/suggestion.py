"""A wrong name gets a suggestion."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any


def suggestion(name: str, known: Mapping[str, Any] | Sequence[str]) -> str:
    """The end of a sentence about a wrong name: ` Did you mean '…'?` for the closest known name, or the known names.

    A known name is close from a `difflib` ratio of 0.5. The text begins with a space.

    >>> suggestion("muon-sheild", ["muon-shield", "tracker"])
    " Did you mean 'muon-shield'?"
    """
    close = difflib.get_close_matches(str(name), list(known), n=1, cutoff=0.5)
    return f" Did you mean '{close[0]}'?" if close else f" Known: {', '.join(known)}."

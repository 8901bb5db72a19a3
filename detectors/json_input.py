"""Designs that people write down: what every reader of them refuses in the same words."""

from collections.abc import Mapping, Sequence
from typing import Any

from designopt.design.space import suggestion


def refuse_unknown(entry: Mapping[str, Any], keys: Sequence[str], where: str = "The design") -> None:
    """Raise ValueError for a key that means nothing here, with the closest one that does."""
    for key in entry:
        if key not in keys:
            raise ValueError(f"{where} has the unknown key '{key}'.{suggestion(str(key), keys)}")

"""Records of single designs as their annotations declare them: what another hand wrote there is found on reading."""

from collections.abc import Mapping
from typing import Any, TypeVar, get_type_hints

from designopt.design.declared import converted

Made = TypeVar("Made")


def as_declared(of: type[Made], values: Mapping[str, Any]) -> Made:
    """A record of a dataclass from JSON values.

    Args:
        of: the dataclass.
        values: its fields by name.

    Raises TypeError for fields that it has not, ValueError for values of another kind.
    """
    kinds = get_type_hints(of)
    return of(**{name: converted(kinds.get(name, Any), value, f"The '{name}'") for name, value in values.items()})

"""Optimisers by name: ours, and those that installed packages announce under `designopt.optimisers`."""

from collections.abc import Iterable
from inspect import isabstract
from typing import Any

from designopt.design.space import suggestion
from designopt.optimisers import _HOMES
from designopt.optimisers.base import AbstractOptimiser
from designopt.problem.plugins import OPTIMISERS, BrokenPlugin, announced, load, source


def list_optimisers() -> list[str]:
    """Names that a study may give: every class of ours that needs no settings, and those of other packages, sorted."""
    import designopt.optimisers as ours

    classes = {name: getattr(ours, name) for name in _HOMES}
    own = [name for name, one in classes.items() if _is_optimiser(one) and not _needs_settings(one)]
    return sorted({*own, *announced(OPTIMISERS)})


def make_optimiser(name: str, **settings: Any) -> AbstractOptimiser:
    """An optimiser by name.

    Raises ValueError as `class_of` does, and for settings that it does not have.
    """
    kind = class_of(name)
    try:
        return kind(**settings)
    except TypeError as error:
        raise ValueError(f"The optimiser '{name}' cannot be made so: {error}. Give its settings.") from None


def class_of(name: str) -> type[AbstractOptimiser]:
    """The class of an optimiser, by name.

    Raises ValueError for an unknown name, with the closest known one, and BrokenPlugin (a ValueError) where a package
    announces something that cannot be imported or is no optimiser.
    """
    import designopt.optimisers as ours

    points = announced(OPTIMISERS)
    if name in _HOMES and _is_optimiser(getattr(ours, name)):
        return getattr(ours, name)
    if name not in points:
        raise ValueError(f"No optimiser is called '{name}'.{suggestion(name, list_optimisers())}")
    kind = load(points[name])
    if not _is_optimiser(kind):
        raise BrokenPlugin(
            f"The optimiser '{name}' of {source(points[name])} is no class that is derived from AbstractOptimiser "
            "and has all its methods. Have it mended, or uninstall the package."
        )
    return kind


def by_name(optimisers: Any) -> Any:
    """The optimisers of a study, with those that are given as text made; anything else stays as it is."""
    if isinstance(optimisers, str) or not isinstance(optimisers, Iterable):
        return optimisers
    return (make_optimiser(one) if isinstance(one, str) else one for one in optimisers)  # it may be without end


def _is_optimiser(found: Any) -> bool:
    return isinstance(found, type) and issubclass(found, AbstractOptimiser) and not isabstract(found)


def _needs_settings(kind: type) -> bool:
    from dataclasses import MISSING, fields, is_dataclass

    return is_dataclass(kind) and any(f.default is MISSING and f.default_factory is MISSING for f in fields(kind))

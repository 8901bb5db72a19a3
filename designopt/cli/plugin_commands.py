"""Commands of other packages: found by name, imported only for their own run and for the list of commands."""

from importlib.util import find_spec
from typing import Any

import typer
from typer.core import TyperGroup

from designopt.problem.plugins import COMMANDS, BrokenPlugin, EntryPoint, announced, load, package, source, warn


def plugin_commands(own: set[str]) -> dict[str, EntryPoint]:
    """The commands that packages announce, but for names that are taken and modules that are not there.

    Both are named in a warning. Nothing is imported but the packages around the modules.
    """
    found = {}
    for name, point in announced(COMMANDS).items():
        if name in own:
            warn(f"A command is called '{name}' already: that of {source(point)} is left out. Have it renamed.")
        elif not _is_there(point):
            warn(f"The command '{name}' of {source(point)} is not there. Mend or uninstall {package(point)}.")
        else:
            found[name] = point
    return found


class PluginGroup(TyperGroup):
    """Our commands, and those that packages announce. A broken one costs only itself."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every name, ours first."""
        return [*super().list_commands(ctx), *sorted(plugin_commands(set(self.commands)))]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name; None, after a warning, where its package is broken."""
        own = super().get_command(ctx, cmd_name)
        points = plugin_commands(set(self.commands))
        if own is not None or cmd_name not in points:
            return own
        point = points[cmd_name]
        try:
            return as_command(cmd_name, load(point))
        except BrokenPlugin as error:
            warn(str(error))
        except Exception as error:
            warn(
                f"The command '{cmd_name}' of {source(point)} is no function that typer can read "
                f"({type(error).__name__}: {error}). Mend or uninstall {package(point)}."
            )
        return None


def as_command(name: str, function: Any) -> Any:
    """A function as a command. Raises what typer raises for a function that it cannot read."""
    if not callable(function):
        raise TypeError(f"a {type(function).__name__} is announced, not a function")
    alone = typer.Typer(add_completion=False, rich_markup_mode="markdown")
    alone.command(name)(function)
    return typer.main.get_command(alone)


def _is_there(point: EntryPoint) -> bool:
    try:
        return find_spec(point.module) is not None
    except (Exception, SystemExit):  # the packages around it are imported, and may raise anything
        return False

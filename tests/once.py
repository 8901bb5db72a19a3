"""What a test module needs and is dear to make, made when a test first asks for it, not when tests are collected."""

from collections.abc import Callable
from functools import cache
from typing import TypeVar

import jax

Made = TypeVar("Made")


def once(make: Callable[[], Made]) -> Callable[[], Made]:
    """A function that gives what `make` gives, made at its first call; numbers, also where JAX is tracing.

    Every worker of a test run imports every test module, though it runs few of them.

    Args:
        make: without arguments.
    """

    @cache
    def made() -> Made:
        with jax.ensure_compile_time_eval():
            return make()

    return made

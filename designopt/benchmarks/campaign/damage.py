"""Ledgers as accidents leave them: cut, flipped, with lines swapped, doubled, lost or blank, or a block of zeros."""

import random
from collections.abc import Callable


def cut(whole: bytes, chance: random.Random) -> bytes:
    """The end is missing, from any byte on."""
    return whole[: chance.randrange(len(whole))]


def flipped(whole: bytes, chance: random.Random) -> bytes:
    """One bit is another, or a few."""
    changed = bytearray(whole)
    for _ in range(chance.choice((1, 1, 1, 5))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def swapped(whole: bytes, chance: random.Random) -> bytes:
    """Two lines stand in each other's place."""
    lines = whole.splitlines(keepends=True)
    one, other = chance.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def doubled(whole: bytes, chance: random.Random) -> bytes:
    """A line stands twice."""
    lines = whole.splitlines(keepends=True)
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
    return b"".join(lines)


def lost(whole: bytes, chance: random.Random) -> bytes:
    """A line is missing that is not the last."""
    lines = whole.splitlines(keepends=True)
    del lines[chance.randrange(len(lines) - 1)]
    return b"".join(lines)


def blank(whole: bytes, chance: random.Random) -> bytes:
    """A blank line stands somewhere."""
    lines = whole.splitlines(keepends=True)
    lines.insert(chance.randrange(len(lines) + 1), b"\n")
    return b"".join(lines)


def zeros(whole: bytes, chance: random.Random) -> bytes:
    """From some byte on there are zeros, in a block or to the end, as after a loss of power."""
    start = chance.randrange(len(whole))
    end = chance.choice((len(whole), min(len(whole), start + 512)))
    return whole[:start] + bytes(end - start) + whole[end:]


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "ledger cut at any byte": cut,
    "bits flipped": flipped,
    "lines swapped": swapped,
    "line doubled": doubled,
    "line lost": lost,
    "blank line": blank,
    "block of zeros": zeros,
}

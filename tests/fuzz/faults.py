"""What counts as a fault of an entry: a traceback, a hang, words that are no sentence, silence, no finite number."""

import math
import signal
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import designopt

HOME = Path(designopt.__file__).parents[1].resolve()
CLOCKS = {signal.ITIMER_PROF: signal.SIGPROF, signal.ITIMER_REAL: signal.SIGALRM}
LONGEST = 900
"""Characters of a refusal: beyond them it repeats the input instead of naming what is wrong."""


@dataclass(frozen=True)
class Fault:
    """One fault: its kind, what was seen, and the line of ours it came from, by which equal faults are told."""

    kind: str
    what: str
    where: str = ""

    @property
    def mark(self) -> tuple[str, str]:
        """What two equal faults have in common."""
        return self.kind, self.where or self.what


class Hang(BaseException):
    """The entry did not answer in time."""


@dataclass(frozen=True)
class Answer:
    """What an entry did: it returned something, or refused in words; and what was wrong with that."""

    returned: Any = None
    refused: str | None = None
    faults: tuple[Fault, ...] = ()


def answer(call: Callable[[], Any], seconds: float = 60.0, allowed: tuple[type[BaseException], ...] = ()) -> Answer:
    """Call an entry, at most so many seconds of CPU. ValueError and OSError with a sentence of ours are refusals.

    Seconds of the clock count a tenth: a call that sleeps is ended, too, one that compiles on a busy machine is not.
    """
    before = [signal.signal(number, _late) for number in CLOCKS.values()]
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, 10.0 * seconds)
    try:
        return Answer(returned=call())
    except Hang:
        return Answer(refused="", faults=(Fault("hang", f"no answer in {seconds:g} s of CPU"),))
    except (ValueError, OSError, *allowed) as error:
        return Answer(refused=str(error), faults=tuple(_of_words(error)))
    except (Exception, GeneratorExit, SystemExit) as error:
        return Answer(refused="", faults=(Fault("traceback", f"{type(error).__name__}: {error}"[:300], _place(error)),))
    finally:
        for (clock, number), handler in zip(CLOCKS.items(), before, strict=True):
            signal.setitimer(clock, 0.0)
            signal.signal(number, handler)


def not_finite(value: Any, where: str = "result") -> list[Fault]:
    """A fault for the first number that is none, wherever it stands in the value."""
    if isinstance(value, Mapping):
        parts: Iterable[tuple[str, Any]] = ((f"{where}.{key}", part) for key, part in value.items())
    elif isinstance(value, list | tuple):
        parts = ((where, part) for part in value)
    else:
        bad = isinstance(value, float) and not math.isfinite(value)
        return [Fault("not finite", f"{where} is {value}", where)] if bad else []
    return next((found for name, part in parts if (found := not_finite(part, name))), [])


def _of_words(error: BaseException) -> list[Fault]:
    """Faults of a refusal: it was raised by a library, or is no sentence."""
    words, place = str(error), _place(error)
    if isinstance(error, ValueError) and not _is_ours(error):
        return [Fault("traceback", f"a library's {type(error).__name__}: {words}"[:300], place)]
    return [Fault("words", fault, place) for fault in faults_of_sentence(words)]


def faults_of_sentence(words: str) -> list[str]:
    """What keeps a refusal from being a sentence."""
    if not words.strip():
        return ["nothing is said"]
    found = []
    if words.rstrip()[-1] not in ".?!)`":
        found.append(f"no sentence: {words[-80:]!r}")
    if len(words) > LONGEST:
        found.append(f"{len(words)} characters: {words[:120]!r}")
    if any(ord(letter) < 32 and letter != "\n" for letter in words):
        found.append(f"control characters: {words[:120]!r}")
    return found


def _late(*_: Any) -> None:
    raise Hang


def _is_ours(error: BaseException) -> bool:
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and (_ours(frames[-1].filename) or frames[-1].filename == "<string>")


def _place(error: BaseException) -> str:
    """The last line of ours that the error passed through."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _ours(frame.filename)]
    return f"{Path(frames[-1].filename).name}:{frames[-1].name}:{type(error).__name__}" if frames else ""


@cache
def _ours(name: str) -> bool:
    path = Path(name).resolve()
    return path.is_relative_to(HOME) and not {"tests", ".venv"} & set(path.relative_to(HOME).parts)

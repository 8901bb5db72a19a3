"""Look for something in a thread beside the work, and say what was found as soon as it is."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread


@contextmanager
def beside(look: Callable[[], Iterable[str]], say: Callable[[str], None]) -> Iterator[Callable[[], None]]:
    """Look while the body works. What it gets says what was found since; at the end the rest is waited for and said.

    An error of the search is raised then. A body that raises does not wait.

    Args:
        look: finds sentences.
        say: says one of them.
    """
    found: SimpleQueue[str] = SimpleQueue()
    raised: list[Exception] = []

    def search() -> None:
        try:
            for sentence in look():
                found.put(sentence)
        except Exception as error:
            raised.append(error)

    def said() -> None:
        while not found.empty():
            say(found.get())

    thread = Thread(target=search, daemon=True)
    thread.start()
    yield said
    thread.join()
    said()
    if raised:
        raise raised[0]

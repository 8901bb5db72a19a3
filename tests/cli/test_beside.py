"""What is looked for beside the work is said while it goes on, or at its end, and its errors are raised."""

from threading import Event

import pytest

from designopt.cli.run_study import beside


def test_what_is_found_during_the_work_is_said_at_the_next_look():
    said, found = [], Event()

    def look():
        yield "early"
        found.set()

    with beside(look, said.append) as say:
        assert found.wait(10)
        say()
        assert said == ["early"]
    assert said == ["early"]


def test_what_comes_late_is_waited_for():
    said, go = [], Event()

    def look():
        go.wait(10)
        yield "late"

    with beside(look, said.append) as say:
        say()
        assert said == []
        go.set()
    assert said == ["late"]


def test_an_error_of_the_search_is_raised_at_the_end():
    def look():
        raise ValueError("a sentence")

    with pytest.raises(ValueError, match="a sentence"), beside(look, print):
        pass


def test_work_that_is_cut_short_does_not_wait():
    never = Event()

    def look():
        never.wait(60)
        return []

    with pytest.raises(KeyboardInterrupt), beside(look, print):
        raise KeyboardInterrupt
    never.set()

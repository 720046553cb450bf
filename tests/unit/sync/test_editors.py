"""Texts that tabs edit together, as their pages tell of them: while they are typed, changed, and mounted in part."""

from __future__ import annotations

import pytest

from tests.pads import TEXT, lacked, shared


def test_who_types_together_lacks_nothing_while_they_do() -> None:
    pad, at = shared()
    for until in (8.0, 9.3, 10.5, at, at + 30.0):
        view = pad.subject(until)
        assert (lacked(view), view.disorders, view.writes) == ([], (), ()), until


def test_where_a_long_text_is_mounted_in_part_what_is_out_of_sight_is_not_lacked() -> None:
    pad, at = shared()
    far = [f"Line {word} of a long text" for word in ("ninety", "hundred", "thousand")]
    pad.holds(at, "A", far)
    pad.types(at + 5.0, "A", [*far, "Typed far below"])
    assert lacked(pad.subject(at + 30.0)) == []


@pytest.mark.slow
def test_tabs_are_looked_at_at_other_moments() -> None:
    pad, at = shared()
    last = "A long line that is typed without a pause and shown in both tabs as it is typed"
    for n in range(2, len(last), 2):
        now = at + n * 0.1
        pad.frame(now, "A", pad.sockets["A"], b"\0\2" + last[n - 2 : n].encode(), "out")
        pad.holds(now + 0.01, "A", [*TEXT, last[:n]])
        pad.frame(now + 0.02, "B", pad.sockets["B"], b"\0\2" + last[n - 2 : n].encode())
        pad.holds(now + 0.1, "B", [*TEXT, last[: n - 1]])
        assert lacked(pad.subject()) == []
    assert pad.subject().writes == ()


def test_a_line_that_was_changed_is_lacked_as_it_is_now() -> None:
    pad, at = shared()
    for n, word in enumerate((" and", " and a", " and a dog")):
        pad.frame(at + n, "A", pad.sockets["A"], b"\0\2\7" + word.encode(), "out")
        pad.holds(at + n + 0.01, "A", [TEXT[0], TEXT[1] + word, TEXT[2]])
    assert lacked(pad.subject(at + 10.0)) == [("B", ["Present: Ann and Bob and a dog"])]

from __future__ import annotations

import pytest

from monitor.decode.lines import Lines


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_cuts(end: str) -> None:
    assert Lines().feed(f"a{end}b{end}{end}") == ["a", "b", ""]


def test_a_line_end_split_between_pieces_is_one() -> None:
    lines = Lines()
    assert [*lines.feed("a\r"), *lines.feed("\nb\n")] == ["a", "b"]


def test_a_character_split_between_chunks_is_one() -> None:
    lines = Lines()
    data = "ü→\n".encode()
    assert [line for i in range(len(data)) for line in lines.feed(data[i : i + 1])] == ["ü→"]


def test_what_is_unfinished_is_held_and_flushed() -> None:
    lines = Lines()
    assert lines.feed("abc") == []
    assert lines.held == 3
    assert lines.flush() == ["abc"]
    assert (lines.held, lines.flush()) == (0, [])


def test_a_line_over_the_limit_is_thrown_away_and_counted() -> None:
    lines = Lines(limit=10)
    assert lines.feed("x" * 11) == []
    assert (lines.held, lines.cut) == (0, 1)
    assert lines.feed("more\nnext\n") == ["next"]

from __future__ import annotations

import pytest

from monitor.capture.rows import from_row, plain, rest_of, to_row, words_in
from monitor.errors import CaptureError
from monitor.model import Chunk, Frame, Gap, Mark, SocketHandshake


def test_frames_and_first_chunks_carry_no_json() -> None:
    assert to_row(Frame(time=1.0, connection="w", dir="in", text="a"))[12] is None
    assert to_row(Chunk(time=1.0, connection="w", text="a"))[12] is None
    assert to_row(Chunk(time=1.0, connection="w", text="a", offset=5))[12] == '{"offset":5}'


def test_an_unknown_kind_is_a_gap_not_a_loss() -> None:
    row = (7, 1.0, None, "A", None, "hologram", None, None, None, None, None, None, "{}", None)
    assert from_row(row) == Gap(seq=7, time=1.0, tab="A", reason="an event of the unknown kind hologram")


@pytest.mark.parametrize("data", ["{", '{"status":"no"}', "[1]"])
def test_a_row_that_makes_no_sense_is_named(data: str) -> None:
    row = (7, 1.0, None, None, None, "response", None, None, "r", "u", None, None, data, None)
    with pytest.raises(CaptureError, match="event 7"):
        from_row(row)


def test_words_are_values_and_the_names_of_headers() -> None:
    event = SocketHandshake(time=0.0, connection="w", status=101, headers={"Server": "x"}, subprotocol="graphql")
    assert sorted(words_in(rest_of(event))) == ["Server", "graphql", "x"]
    assert list(words_in(rest_of(Mark(time=0.0, text="t")))) == []


def test_plain_text_has_no_lone_surrogates() -> None:
    assert plain("a\ud800b\U0001f600") == "a\ufffdb\U0001f600"

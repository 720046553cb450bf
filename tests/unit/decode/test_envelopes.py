from __future__ import annotations

import base64

import pytest

from monitor.decode.envelopes import COMPRESSED, TRAILERS, Envelope, Envelopes, envelopes, prefixed

TWO = b"\x00\x00\x00\x00\x02ab" + b"\x80\x00\x00\x00\x03c:d"
ASK = b"\x0a\x06room-1\x10\x14"


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize("text", [False, True])
def test_envelopes_of_a_body_in_pieces(size: int, text: bool) -> None:
    body = base64.b64encode(TWO[:7]) + base64.b64encode(TWO[7:]) if text else TWO
    reader = Envelopes(text)
    found = [one for at in range(0, len(body), size) for one in reader.feed(body[at : at + size])]
    assert found == [Envelope(0, b"ab"), Envelope(TRAILERS, b"c:d")]
    assert (reader.held, reader.broken) == (0, None)


@pytest.mark.parametrize("body", [b"\x40\x00\x00\x00\x00", b"\x00\xff\xff\xff\xff"])
def test_what_is_no_envelope_ends_the_reading(body: bytes) -> None:
    reader = Envelopes()
    assert reader.feed(body) == []
    assert reader.broken
    assert reader.held == 0
    assert reader.feed(TWO) == []


def test_what_is_no_base64_ends_the_reading() -> None:
    reader = Envelopes(text=True)
    reader.feed("****")
    assert reader.broken


def test_envelopes_that_come_out_even() -> None:
    assert envelopes(TWO) == [Envelope(0, b"ab"), Envelope(TRAILERS, b"c:d")]
    assert envelopes(TWO[:-1]) is None
    assert envelopes(b"") is None
    assert envelopes(b"\x01\x00\x00\x00\x01x") == [Envelope(COMPRESSED, b"x")]


@pytest.mark.parametrize("prefix", [b"\x0a", b"\x00\x00\x00\x0a", b"\x0a\x00\x00\x00"])
def test_messages_behind_their_length(prefix: bytes) -> None:
    assert prefixed((prefix + ASK) * 3) == [ASK] * 3
    assert prefixed(prefix + ASK + b"\x01") is None
    assert prefixed(prefix + b"\x00" * 10) is None


def test_nothing_is_no_message() -> None:
    assert prefixed(b"") is None


def test_the_number_of_messages_in_one_piece_has_an_end() -> None:
    assert envelopes(bytes(5 * 10)) == [Envelope(0, b"")] * 10
    assert envelopes(bytes(5 * 20_000)) is None

"""Bodies keep their exact bytes, whatever way they are told."""

from __future__ import annotations

import contextlib

import pytest

from monitor.browser import bodies
from monitor.browser.wire_network import PostDataEntry
from tests.unit.browser.cdp import b64


def told(chunks: list[bytes]) -> tuple[bytes, list[bodies.Piece]]:
    stream = bodies.TextStream()
    pieces = [p for p in [*(stream.feed(c) for c in chunks), stream.end()] if p is not None]
    whole = b""
    for piece in pieces:
        assert piece.offset == len(whole)
        assert (piece.text is None) != (piece.data is None)
        content = piece.text.encode() if piece.text is not None else piece.data or b""
        assert piece.size == len(content)
        whole += content
    return whole, pieces


def test_a_character_cut_in_two_goes_with_the_second_half() -> None:
    whole, pieces = told([b"a\xe2\x98", b"\x83b"])
    assert whole == "a☃b".encode()
    assert [p.text for p in pieces] == ["a", "☃b"]


def test_bytes_from_the_first_that_is_no_text() -> None:
    whole, pieces = told([b"text", b"\xff\xfe", b"text"])
    assert whole == b"text\xff\xfetext"
    assert [p.text for p in pieces] == ["text", None, None]


def test_a_stream_that_ends_within_a_character() -> None:
    whole, pieces = told([b"a\xe2\x98"])
    assert whole == b"a\xe2\x98"
    assert pieces[-1].data == b"\xe2\x98"


def test_a_byte_order_mark_is_kept() -> None:
    assert told([b"\xef\xbb\xbfx"])[0] == b"\xef\xbb\xbfx"


def test_whole_bodies() -> None:
    assert bodies.whole("é".encode()).text == "é"
    assert bodies.whole(b"\xff").data == b"\xff"


def test_posted_bytes_and_parts_that_are_missing() -> None:
    assert bodies.posted([PostDataEntry(b64(b"a\x00")), PostDataEntry(b64(b"b"))]) == b"a\x00b"
    assert bodies.posted([PostDataEntry(b64(b"a")), PostDataEntry("")]) is None
    assert bodies.posted(None) is None


@pytest.mark.parametrize("text", ["data: héllo ☃ 😀", "data: “quotes” €"])
def test_an_event_stream_decoded_as_latin_1_is_undone(text: str) -> None:
    wrong = "".join(bytes([b]).decode("cp1252", "replace").replace("\ufffd", chr(b)) for b in text.encode())
    for mime in ("text/event-stream", "text/plain", "text/x-component"):
        assert bodies.fetched(wrong, False, mime, "").decode() == text
    for mime, charset in (("text/html", ""), ("application/json", ""), ("text/plain", "iso-8859-1")):
        assert bodies.fetched(wrong, False, mime, charset).decode() == wrong
    assert bodies.fetched(text, False, "text/event-stream", "utf-8").decode() == text


@pytest.mark.parametrize("charset", ["", "utf-8", "iso-8859-1", "windows-1252", "utf-16", "shift_jis", "no such"])
@pytest.mark.parametrize("text", ["plain", "é ÿ €", "日本"])
def test_text_goes_back_to_the_bytes_of_which_so_many_came(text: str, charset: str) -> None:
    """Chrome decodes text before it hands it over; of how many bytes there were it tells too."""
    for sent_as in (charset,) if charset else ("utf-8", "cp1252"):
        with contextlib.suppress(LookupError, UnicodeError):
            sent = text.encode(sent_as)
            assert bodies.fetched(text, False, "text/plain", charset, len(sent)) == sent
    assert bodies.fetched("é", False, "text/html", "", 77) == "é".encode(), "no way makes as many: it is UTF-8"


def test_other_bodies_are_taken_as_they_are() -> None:
    assert bodies.fetched("Ã©", False, "text/html", "") == "Ã©".encode()
    assert bodies.fetched(b64(b"\xff\x00"), True, "image/png", "") == b"\xff\x00"


@pytest.mark.parametrize(
    ("mime", "stream", "json"),
    [
        ("text/event-stream", True, False),
        ("application/grpc-web+proto", True, False),
        ("application/json", False, True),
        ("application/vnd.api+json", False, True),
        ("text/html", False, False),
    ],
)
def test_kinds(mime: str, stream: bool, json: bool) -> None:
    assert (bodies.is_stream(mime), bodies.is_json(mime)) == (stream, json)

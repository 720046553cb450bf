from __future__ import annotations

import struct

import pytest

from monitor.decode.limits import MAX_DEPTH
from monitor.decode.protobuf import BYTES, FIXED32, FIXED64, VARINT, Field, fields, guess, number_of, varint


def tag(number: int, wire: int) -> bytes:
    """A field's tag, of one byte."""
    return bytes([number << 3 | wire])


def text(number: int, value: str | bytes) -> bytes:
    """A length-delimited field."""
    data = value.encode() if isinstance(value, str) else value
    assert len(data) < 0x4000
    size = bytes([len(data)]) if len(data) < 0x80 else bytes([len(data) & 0x7F | 0x80, len(data) >> 7])
    return tag(number, BYTES) + size + data


def test_every_wire_type_is_read() -> None:
    data = b"\x08\x96\x01" + text(2, "testing") + tag(3, FIXED32) + b"\1\2\3\4" + tag(4, FIXED64) + b"12345678"
    assert fields(data) == (
        Field(1, VARINT, 150),
        Field(2, BYTES, b"testing"),
        Field(3, FIXED32, b"\1\2\3\4"),
        Field(4, FIXED64, b"12345678"),
    )


def test_no_bytes_are_a_message_without_fields() -> None:
    assert fields(b"") == ()


@pytest.mark.parametrize(
    "data",
    [
        b"\x08",  # no value
        b"\x08\x80",  # half a varint
        b"\x08" + b"\xff" * 10,  # a varint of more than 64 bits
        b"\x08" + b"\xff" * 9 + b"\x7f",
        b"\x0a\x05abc",  # a text that is cut
        b"\x0a\xff\xff\xff\xff\x0f",
        b"\x00\x01",  # field 0
        b"\x0b\x08\x01\x0c",  # a group
        b"\x0e\x01",  # wire type 6
        b"\x15\x01\x02\x03",  # half a fixed32
    ],
)
def test_what_is_no_message_is_none(data: bytes) -> None:
    assert fields(data) is None


def test_the_number_of_fields_is_bounded() -> None:
    assert fields(b"\x08\x01" * 10, limit=10) is not None
    assert fields(b"\x08\x01" * 11, limit=10) is None


def test_varints() -> None:
    assert varint(b"\xac\x02") == (300, 2)
    assert varint(b"x\x01", 1) == (1, 2)
    assert varint(b"\xff" * 9 + b"\x01") == ((1 << 64) - 1, 10)
    assert varint(b"", 0) is None
    assert varint(b"\x01", 5) is None


def test_a_message_is_guessed_with_texts_messages_and_repeats() -> None:
    inner = text(1, "id-1") + b"\x10\x07"
    data = b"\x08\x01" + text(2, "hello wörld") + text(3, inner) + text(3, inner) + text(3, inner)
    one = {"1": "id-1", "2": 7}
    assert guess(data) == {"1": 1, "2": "hello wörld", "3": [one, one, one]}


def test_bytes_that_are_nothing_else_are_base64() -> None:
    assert guess(text(1, "a name") + text(2, b"\xff\x00\xfe")) == {"1": "a name", "2": {"base64": "/wD+"}}


@pytest.mark.parametrize("data", [b"", b"\x08\x01", b"\x08\x01\x08\x02", b"\xf8\xff\x7f\x01" + b"\x0a\x03abc", b"\x00"])
def test_what_noise_gives_too_is_no_likely_message(data: bytes) -> None:
    assert guess(data) is None


def test_a_field_of_two_wire_types_is_no_likely_message() -> None:
    assert guess(b"\x08\x01" + text(1, "hello")) is None


@pytest.mark.parametrize(
    ("wire", "packed", "number"),
    [
        (FIXED32, struct.pack("<f", 3.25), 3.25),
        (FIXED32, struct.pack("<f", 0.1), 0.1),
        (FIXED32, struct.pack("<i", 42), 42),
        (FIXED32, struct.pack("<i", -1), -1),
        (FIXED64, struct.pack("<d", 52.5200066), 52.5200066),
        (FIXED64, struct.pack("<q", 1_700_000_000_000), 1_700_000_000_000),
    ],
)
def test_fixed_numbers_are_what_they_likeliest_are(wire: int, packed: bytes, number: float) -> None:
    assert number_of(Field(1, wire, packed)) == number


def test_nesting_has_an_end() -> None:
    data = text(1, "deep down")
    for _ in range(MAX_DEPTH):
        data = text(1, data + b"\x10\x01")
    value, depth = guess(data), 0
    while isinstance(value, dict) and "1" in value:
        value, depth = value["1"], depth + 1
    assert 10 < depth < MAX_DEPTH

from __future__ import annotations

import pytest

from monitor.decode.mqtt_packets import Broken, bounds, content, read


def test_where_a_packet_ends() -> None:
    assert bounds(b"\x30\x02ab\xc0\x00") == (2, 4)
    assert bounds(b"\x30\x02ab\xc0\x00", 4) == (6, 6)
    assert bounds(b"\x30\x80\x01") == (3, 131)
    assert bounds(b"\x30") is None
    assert bounds(b"\x30\x80\x80") is None


@pytest.mark.parametrize("data", [b"\x00\x00", b"\x36\x00", b"\x80\x00", b"\x11\x00", b"\x30\xff\xff\xff\xff\x01"])
def test_what_no_packet_begins_with(data: bytes) -> None:
    with pytest.raises(Broken):
        bounds(data)


@pytest.mark.parametrize(
    ("head", "data", "version"),
    [
        (0x10, b"\x00\x04HTTP\x04\x02\x00\x3c\x00\x00", 4),
        (0x20, b"\x02\x00", 4),
        (0x20, b"\x00\x00\x00", 4),
        (0x30, b"\x00\x03a/+x", 4),
        (0x30, b"\x00\x05abc", 4),
        (0x30, b"\x00\x00x", 4),
        (0x30, b"\x00\x01\xffx", 4),
        (0x30, b"\x00\x01a\x02\x63\x01", 5),
        (0x30, b"\x00\x01a\x01\x01\x01", 5),
        (0x40, b"\x00\x01\x00", 4),
        (0x82, b"\x00\x01\x00\x01a\x03", 4),
        (0xC0, b"x", 4),
    ],
)
def test_packets_that_break_the_standard(head: int, data: bytes, version: int) -> None:
    with pytest.raises(Broken):
        read(head, data, version)


def test_properties_by_name() -> None:
    value = read(0x30, b"\x00\x01a\x0e\x26\x00\x01k\x00\x01v\x02\x00\x00\x00\x3c\x0b\x07hi", 5)
    assert value == {
        "topic": "a",
        "properties": {"user": [["k", "v"]], "message_expiry": 60, "subscription_id": 7},
        "payload": "hi",
    }


def test_payloads() -> None:
    assert content(b'{"a":1}') == {"a": 1}
    assert content(b"text") == "text"
    assert content(b"\x00\xff") is None

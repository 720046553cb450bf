from __future__ import annotations

from monitor.decode.binary import texts


def test_a_run_is_found_between_bytes_that_are_not_text() -> None:
    assert list(texts(b"\x00\x01hello\xff\xfe\x02no\x00" + "ünïverse".encode() + b"\x00")) == ["hello", "ünïverse"]


def test_short_runs_are_left_out() -> None:
    assert list(texts(b"\x00ab\x00\xff")) == []


def test_protobuf_strings_come_without_their_lengths() -> None:
    long = "a text longer than thirty-two bytes, so its length is printable"
    data = b"\x0a\x05hello\x12" + bytes([len(long)]) + long.encode() + b"\x18\x07"
    found = list(texts(data))
    assert "hello" in found
    assert long in found


def test_a_two_byte_varint_length_is_taken_off() -> None:
    long = "x" * 300
    assert long in list(texts(b"\x0a\xac\x02" + long.encode() + b"\x01\x02"))


def test_cbor_strings_that_touch_come_apart() -> None:
    found = list(texts(b"\xa2ehelloeworld\x00"))
    assert {"hello", "world"} <= set(found)


def test_a_run_that_its_length_announces_whole_is_given_once() -> None:
    assert list(texts(b"\x00\x05hello\x00")) == ["hello"]


def test_utf16_is_found_in_both_orders() -> None:
    assert "héllo wörld" in list(texts("héllo wörld".encode("utf-16-le") + b"\x00\x01\xff"))
    assert "привет мир" in list(texts(b"\x00\x00" + "привет мир".encode("utf-16-be")))


def test_utf16_with_a_mark_is_read_whole() -> None:
    assert list(texts("日本語のテキスト".encode("utf-16"))) == ["日本語のテキスト"]


def test_the_limit_holds() -> None:
    assert len(list(texts(b"abc\x00" * 1000, limit=10))) <= 11

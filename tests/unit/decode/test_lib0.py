from __future__ import annotations

from typing import Any

import pytest

from monitor.decode.lib0 import Broken, Cursor


def test_numbers() -> None:
    assert Cursor(b"\xd4\x8d\xd5\xdc\x0c").number() == 3415557844
    assert Cursor(b"\x00").number() == 0
    assert Cursor(b"\x47").signed() == -7
    assert Cursor(b"\x80\x01").signed() == 64


@pytest.mark.parametrize("data", [b"", b"\x80", b"\xff" * 8 + b"\x01", b"\xff" * 7 + b"\x7f"])
def test_numbers_that_are_none(data: bytes) -> None:
    with pytest.raises(Broken):
        Cursor(data).number()


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"\x7f", None),
        (b"\x7e", None),
        (b"\x78", True),
        (b"\x79", False),
        (b"\x7d\x01", 1),
        (b"\x7c\x3f\xc0\x00\x00", 1.5),
        (b"\x7b\x40\x09\x21\xfb\x54\x44\x2d\x18", 3.141592653589793),
        (b"\x7a" + b"\xff" * 8, -1),
        (b"\x77\x02hi", "hi"),
        (b"\x74\x03\x01\x02\xff", {"base64": "AQL/"}),
        (b"\x75\x02\x7d\x01\x77\x01x", [1, "x"]),
        (b"\x76\x01\x01a\x75\x01\x7e", {"a": [None]}),
    ],
)
def test_values_of_any_type(data: bytes, value: Any) -> None:
    cursor = Cursor(data)
    assert cursor.any() == value
    assert cursor.done


@pytest.mark.parametrize("data", [b"\x00", b"\x77\x05hi", b"\x77\x01\xff", b"\x75\x05", b"\x75\x01" * 100, b"\x7c\x00"])
def test_values_that_are_none(data: bytes) -> None:
    with pytest.raises(Broken):
        Cursor(data).any()


def test_json_in_a_text() -> None:
    assert Cursor(b'\x07{"a":1}').json() == {"a": 1}
    assert Cursor(b"\x09undefined").json() is None
    with pytest.raises(Broken):
        Cursor(b"\x01{").json()
